"""In and out: logging in, logging out, changing one's password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sanic.request import Request
from sanic.response import HTTPResponse

from desk.accounts import AccountError
from desk.pages import http
from desk.pages.deeds import Form
from desk.pages.desk import DeskPages
from desk.pages.guarding import Guard
from desk.pages.login_safety import LoginSafety
from desk.pages.wording import wording
from desk.sessions import StaffSession, csrf_token

HOME = "/desk"
LOGINS_PER_ADDRESS = 60
"""Tries a minute: a whole office may share an address and begin its day at nine."""
LOGINS_PER_ACCOUNT = 60
"""… for one login from everywhere, so that many addresses guess no faster."""
LOGINS_PER_PERSON = 6
"""… for one login from one address; somebody else's guesses do not lock its owner out."""


class Entrance:
    """Answers requests to get in and out.

    Args:
        pages: Renders.
        guard: Knows who is logged in.
        safety: Second factors, the journal, and the limits of tries.
    """

    def __init__(self, pages: DeskPages, guard: Guard, safety: LoginSafety) -> None:
        self._pages = pages
        self._guard = guard
        self._safety = safety
        self._limiter = safety.limiter

    async def login_page(self, request: Request) -> HTTPResponse:
        """Show the form to log in."""
        address = _inside(request.args.get("next"))
        if self._guard.session(request, used=False):
            return http.see_other(address)
        secret = self._guard.before_login(request)
        return self._login_form(secret, address, ended="ended" in request.args)

    async def login(self, request: Request) -> HTTPResponse:
        """Check a login and password."""
        form = form_of(request)
        address, login = _inside(form.get("next")), form.get("login", "").strip()
        secret = self._guard.before_login(request)

        def again(problem: str, status: int) -> HTTPResponse:
            return self._login_form(secret, address, status, login=login, problem=problem)

        if not self._guard.login_form_fits(request, form.get("csrf")):
            return again(wording("problems", "form"), 403)
        client = self._safety.client(request)
        wait = max(
            self._limiter.take(f"desk-address:{client}", LOGINS_PER_ADDRESS),
            self._limiter.take(f"desk-account:{login[:60]}", LOGINS_PER_ACCOUNT),
            self._limiter.take(f"desk-login:{login[:60]}:{client}", LOGINS_PER_PERSON),
        )
        if wait:
            response = again(wording("problems", "limited", seconds=int(wait) + 1), 429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            self._safety.note(request, login, "limited")
            return response
        account = await self._pages.password_fits(login, form.get("password", ""))
        if account is None:
            self._safety.note(request, login, "wrong")
            return again(wording("problems", "login"), 401)
        factors = self._safety.factors
        if factors.since(account.login) is not None:
            return self._code_form(secret, address, factors.pending(account.login, secret))
        self._safety.note(request, account.login, "in")
        response = http.see_other(address)
        self._guard.log_in(request, response, account.login)
        return response

    async def login_code(self, request: Request) -> HTTPResponse:
        """Check the code of a telephone, or a recovery code, after a right password."""
        form = form_of(request)
        address, pending = _inside(form.get("next")), form.get("pending", "")
        secret = self._guard.before_login(request)
        login = self._safety.factors.of_pending(pending, secret)
        account = self._pages.accounts.get(login) if login is not None else None
        if not self._guard.login_form_fits(request, form.get("csrf")):
            return self._login_form(secret, address, 403, problem=wording("problems", "form"))
        if account is None or account.disabled_at is not None:
            return self._login_form(secret, address, 401, problem=wording("problems", "pending"))
        wait = self._safety.wait(account.login)
        if wait:
            self._safety.note(request, account.login, "limited")
            problem = wording("problems", "limited", seconds=int(wait) + 1)
            return self._code_form(secret, address, pending, problem, 429)
        how = self._safety.factors.check(account.login, form.get("code", ""))
        if how is None:
            self._safety.note(request, account.login, "wrong_code")
            problem = wording("problems", "code")
            return self._code_form(secret, address, pending, problem, 401)
        self._safety.note(request, account.login, "in" if how == "code" else how)
        response = http.see_other(address)
        self._guard.log_in(request, response, account.login)
        return response

    async def logout(self, request: Request) -> HTTPResponse:
        """End the session."""
        response = http.see_other(f"{HOME}/login")
        session = self._guard.any_session(request)
        if session and self._guard.form_fits(request, session, form_of(request).get("csrf")):
            self._guard.log_out(request, response)
            self._safety.note(request, session.account.login, "out")
            # Nothing of the companies stays in the browser.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    async def change_password(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Change one's own password; other sessions end, this one goes on with a new token."""
        form, login = form_of(request), session.account.login
        problem = None
        wait = self._limiter.take(f"desk-login:{login}:password", LOGINS_PER_PERSON)
        if wait:
            problem = wording("problems", "limited", seconds=int(wait) + 1)
        elif form.get("new") != form.get("again"):
            problem = wording("problems", "again")
        elif await self._pages.password_fits(login, form.get("old", "")) is None:
            self._safety.note(request, login, "wrong")
            problem = wording("problems", "old")
        else:
            try:
                await self._pages.set_password(login, form.get("new", ""))
            except AccountError as error:
                problem = str(error)
        if problem:
            return http.page(self._pages.password(session, problem), 400)
        self._safety.note(request, login, "password")
        response = http.see_other(HOME)
        self._guard.log_in(request, response, login)
        return response

    def _code_form(
        self,
        secret: str,
        address: str,
        pending: str,
        problem: str | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        text = self._pages.code(csrf_token(secret), address, pending, problem)
        response = http.page(text, status)
        self._guard.keep_before_login(response, secret)
        return response

    def _login_form(
        self, secret: str, address: str, status: int = 200, **context: Any
    ) -> HTTPResponse:
        response = http.page(self._pages.login(csrf_token(secret), address, **context), status)
        self._guard.keep_before_login(response, secret)
        return response


def form_of(request: Request) -> Form:
    """Return the fields of a form."""
    form = request.form or {}
    return {str(name): str(values[0]) for name, values in form.items() if values}


def _inside(address: str | None) -> str:
    """Return an address of the desk's own pages, whatever somebody put into a link."""
    address = address or HOME
    parts = urlsplit(address)
    inside = address == HOME or address.startswith(f"{HOME}/")
    return address if inside and not parts.netloc and "\\" not in address else HOME
