"""In and out: logging in, logging out, changing one's password."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from sanic.request import Request
from sanic.response import HTTPResponse

from desk.accounts import AccountError
from desk.pages import http
from desk.pages.deeds import Form
from desk.pages.desk import DeskPages
from desk.pages.guarding import ClientAddresses, Guard, RateLimiter
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
        limiter: Counts tries to log in.
        clients: Finds the address of a client.
    """

    def __init__(
        self, pages: DeskPages, guard: Guard, limiter: RateLimiter, clients: ClientAddresses
    ) -> None:
        self._pages = pages
        self._guard = guard
        self._limiter = limiter
        self._clients = clients
        # Argon2 takes tens of megabytes on purpose: one password at a time.
        self._one_at_a_time = asyncio.Semaphore(1)

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
        client = self._clients.key(request.ip, request.headers.get("x-forwarded-for"))
        wait = max(
            self._limiter.take(f"desk-address:{client}", LOGINS_PER_ADDRESS),
            self._limiter.take(f"desk-account:{login[:60]}", LOGINS_PER_ACCOUNT),
            self._limiter.take(f"desk-login:{login[:60]}:{client}", LOGINS_PER_PERSON),
        )
        if wait:
            response = again(wording("problems", "limited", seconds=int(wait) + 1), 429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        account = await self._check(login, form.get("password", ""))
        if account is None:
            return again(wording("problems", "login"), 401)
        response = http.see_other(address)
        self._guard.log_in(request, response, account.login)
        return response

    async def logout(self, request: Request) -> HTTPResponse:
        """End the session."""
        response = http.see_other(f"{HOME}/login")
        session = self._guard.session(request, used=False)
        if session and self._guard.form_fits(request, session, form_of(request).get("csrf")):
            self._guard.log_out(request, response)
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
        elif await self._check(login, form.get("old", "")) is None:
            problem = wording("problems", "old")
        else:
            try:
                async with self._one_at_a_time:
                    await asyncio.to_thread(
                        self._pages.accounts.set_password, login, form.get("new", "")
                    )
            except AccountError as error:
                problem = str(error)
        if problem:
            return http.page(self._pages.password(session, problem), 400)
        response = http.see_other(HOME)
        self._guard.log_in(request, response, login)
        return response

    async def _check(self, login: str, password: str) -> Any:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._pages.accounts.check, login, password)

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
