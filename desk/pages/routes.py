"""HTTP of the desk's pages: who may, what they did, where the browser goes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from sanic import Blueprint, Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, ResponseStream

from desk.accounts import AccountError
from desk.model import DeskError
from desk.pages import http
from desk.pages.desk import DeskPages, problem_of, staff_of
from desk.pages.guarding import (
    ClientAddresses,
    Guard,
    RateLimiter,
    from_elsewhere,
    from_our_pages,
)
from desk.pages.live import stream
from desk.pages.views import address_of, conversation_of
from desk.pages.wording import wording
from desk.sessions import StaffSession, csrf_token

HOME = "/desk"
TYPING_SECONDS = 6.0
"""How long the company sees that somebody writes, after the last sign of it."""
LOGINS_PER_ADDRESS = 60
"""Tries a minute: a whole office may share an address and begin its day at nine."""
LOGINS_PER_ACCOUNT = 60
"""… for one login from everywhere, so that many addresses guess no faster."""
LOGINS_PER_PERSON = 6
"""… for one login from one address; somebody else's guesses do not lock its owner out."""
STREAM_HEADERS = {"X-Accel-Buffering": "no"}
_STATUS = {"unknown": 404, "no_consent": 403, "empty": 400, "too_long": 400, "not_owner": 403}

Form = dict[str, str]
Action = Callable[[StaffSession, str, Form], str]


class DeskRoutes:
    """Answers requests.

    Args:
        pages: Renders.
        guard: Knows who is logged in.
        limiter: Counts tries to log in.
        clients: Finds the address of a client.
        typing: Shows a company that somebody at the desk writes, or no longer does.
    """

    def __init__(
        self,
        pages: DeskPages,
        guard: Guard,
        limiter: RateLimiter,
        clients: ClientAddresses,
        typing: Callable[[str, bool], None] = lambda _conversation_id, _on: None,
    ) -> None:
        self._pages = pages
        self._guard = guard
        self._limiter = limiter
        self._clients = clients
        self._typing = typing
        self._writing: dict[str, asyncio.TimerHandle] = {}
        # Argon2 takes tens of megabytes on purpose: one password at a time.
        self._one_at_a_time = asyncio.Semaphore(1)

    # --- in and out --------------------------------------------------------------------

    async def login_page(self, request: Request) -> HTTPResponse:
        """Show the form to log in."""
        address = _inside(request.args.get("next"))
        if self._guard.session(request, used=False):
            return http.see_other(address)
        secret = self._guard.before_login(request)
        return self._login_form(secret, address, ended="ended" in request.args)

    async def login(self, request: Request) -> HTTPResponse:
        """Check a login and password."""
        form = _form(request)
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
        if session and self._guard.form_fits(request, session, _form(request).get("csrf")):
            self._guard.log_out(request, response)
            # Nothing of the companies stays in the browser.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    async def change_password(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Change one's own password; other sessions end, this one goes on with a new token."""
        form, login = _form(request), session.account.login
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

    # --- pages -------------------------------------------------------------------------

    async def queue(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the list."""
        return http.page(self._pages.queue(session))

    async def case(self, request: Request, session: StaffSession, coded: str) -> HTTPResponse:
        """Show a conversation."""
        return self._case_page(session, _named(coded))

    async def password(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the form to change one's password."""
        return http.page(self._pages.password(session))

    async def library(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Search the knowledge base."""
        part = request.headers.get("x-requested-with") == "desk"
        return http.page(self._pages.found(session, request.args.get("q", ""), part))

    async def alive(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Take note that somebody uses an open page."""
        return http.data({"ok": True})

    async def events(self, request: Request) -> HTTPResponse | ResponseStream:
        """Send what changes, while the session lasts."""
        coded = request.args.get("case")
        conversation_id = _named(coded) if coded else None

        def look() -> dict[str, Any] | None:
            session = self._guard.session(request, used=False)
            if session is None:
                return None
            if conversation_id is None:
                return self._pages.live_queue(session)
            return self._pages.live_case(session, conversation_id)

        if self._guard.session(request, used=False) is None or not from_our_pages(request):
            return http.data({"error": wording("problems", "logged_out")}, 401)
        response = await request.respond(
            headers={**http.HEADERS, **STREAM_HEADERS},
            content_type="text/event-stream; charset=utf-8",
        )
        async for piece in stream(self._pages.news, look):
            await response.send(piece)
        await response.eof()
        return response

    async def typing(self, request: Request, session: StaffSession, coded: str) -> HTTPResponse:
        """Show the company that its person writes."""
        conversation_id = _named(coded)
        held = {one.conversation_id: one.owner for one in self._pages.service.in_hand()}
        if held.get(conversation_id) != session.account.staff_id:
            return http.data({"ok": False}, 403)
        self._stop_typing(conversation_id)
        self._typing(conversation_id, True)
        self._writing[conversation_id] = asyncio.get_running_loop().call_later(
            TYPING_SECONDS, self._stop_typing, conversation_id
        )
        return http.data({"ok": True})

    def _stop_typing(self, conversation_id: str) -> None:
        timer = self._writing.pop(conversation_id, None)
        if timer is not None:
            timer.cancel()
            self._typing(conversation_id, False)

    # --- deeds -------------------------------------------------------------------------

    async def act(
        self, request: Request, session: StaffSession, coded: str, action: str
    ) -> HTTPResponse:
        """Do what a button of a conversation says."""
        conversation_id, deed = _named(coded), self._deeds.get(action)
        if deed is None:
            raise NotFound("no such action")
        try:
            said = deed(session, conversation_id, _form(request))
        except DeskError as error:
            return self._refused(request, session, conversation_id, error)
        self._pages.news.case_changed(conversation_id, action)
        if http.wants_data(request):
            return http.data({"ok": True, "said": said})
        return http.see_other(address_of(conversation_id))

    def _refused(
        self, request: Request, session: StaffSession, conversation_id: str, error: DeskError
    ) -> HTTPResponse:
        status = _STATUS.get(error.code, 409)
        problem = problem_of(error)
        if http.wants_data(request):
            return http.data({"ok": False, "code": error.code, "error": problem}, status)
        return self._case_page(session, conversation_id, problem, status)

    def _case_page(
        self,
        session: StaffSession,
        conversation_id: str,
        problem: str | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        try:
            text = self._pages.case(session, conversation_id, problem)
        except DeskError as error:
            text = self._pages.queue(session, problem_of(error))
            status = _STATUS.get(error.code, 409)
        return http.page(text, status)

    @property
    def _deeds(self) -> dict[str, Action]:
        return {
            "claim": self._claim,
            "reassign": self._reassign,
            "reply": self._reply,
            "give_back": self._give_back,
            "close": self._close,
            "redact": self._redact,
            "called_back": self._called_back,
        }

    def _claim(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, version = staff_of(session.account), form.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() else None
        self._pages.service.claim(conversation_id, staff, seen)
        return wording("done", "claim")

    def _reassign(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, to = staff_of(session.account), form.get("to", "")
        force = session.account.administers
        if not to:
            self._pages.service.reassign(conversation_id, staff, None, force=force)
            return wording("done", "requeue")
        account = self._pages.accounts.get(to)
        if account is None or account.disabled_at is not None:
            raise DeskError("unknown_staff", wording("problems", "unknown_staff"))
        self._pages.service.reassign(conversation_id, staff, staff_of(account), force=force)
        return wording("done", "reassign")

    def _reply(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, service = staff_of(session.account), self._pages.service
        text, key = form.get("text", "").replace("\r\n", "\n"), form.get("key") or None
        if key is not None:
            # The browser's own name of this message: nobody else can have used it.
            key = f"{staff.id}:{key[:64]}"
        if form.get("kind") == "note":
            service.note(conversation_id, staff, text, key)
            return wording("done", "note")
        self._stop_typing(conversation_id)
        service.say(conversation_id, staff, text, key)
        return wording("done", "reply")

    def _give_back(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        outcome = form.get("outcome")
        self._pages.service.give_back(
            conversation_id,
            staff_of(session.account),
            outcome if outcome in ("resolved", "unresolved") else None,
            force=session.account.administers,
        )
        return wording("done", "give_back")

    def _close(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, force = staff_of(session.account), session.account.administers
        self._pages.service.close(conversation_id, staff, force=force)
        return wording("done", "close")

    def _redact(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        service, staff = self._pages.service, staff_of(session.account)
        masked = form.get("masked") != "no"
        case = service.conversation(conversation_id)
        if not session.account.administers and (case.owner != staff.id or not masked):
            raise DeskError("not_owner", wording("problems", "forbidden"))
        service.redact(conversation_id, staff, masked)
        return wording("done", "redact" if masked else "reveal")

    def _called_back(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        self._pages.service.called_back(form.get("receipt", ""), staff_of(session.account))
        return wording("done", "called_back")

    # --- who may -----------------------------------------------------------------------

    def for_staff(self, handler: Callable[..., Any], used: bool = True) -> Callable[..., Any]:
        """Wrap a handler that only somebody who is logged in may reach."""

        async def guarded(request: Request, **parts: str) -> Any:
            session = self._guard.session(request, used)
            if session is None:
                return self._locked_out(request)
            if request.method == "POST":
                token = request.headers.get("x-csrf-token") or _form(request).get("csrf")
                if not self._guard.form_fits(request, session, token):
                    return self._bad_form(request, session)
            return await handler(request, session, **parts)

        return guarded

    def _locked_out(self, request: Request) -> HTTPResponse:
        if http.wants_data(request) or request.method == "POST":
            problem = wording("problems", "logged_out")
            return http.data({"ok": False, "code": "logged_out", "error": problem}, 401)
        if from_elsewhere(request):
            # A link in a mail or in Slack: the browser held the cookie back; asking once more,
            # from our own page, it sends it.
            address = request.path
            return http.page(self._pages.render("bounce.html", address=address))
        return http.see_other(f"{HOME}/login?next={quote(request.path, safe='')}")

    def _bad_form(self, request: Request, session: StaffSession) -> HTTPResponse:
        problem = wording("problems", "form")
        if http.wants_data(request):
            return http.data({"ok": False, "code": "form", "error": problem}, 403)
        return http.page(self._pages.queue(session, problem), 403)


def install(app: Sanic, routes: DeskRoutes, pages: DeskPages) -> None:
    """Add the desk to the server; it answers 404 until somebody has an account."""
    desk = Blueprint("desk", url_prefix=HOME)

    def add(path: str, handler: Callable[..., Any], method: str, name: str) -> None:
        async def exists(request: Request, **parts: str) -> Any:
            if not pages.accounts.any_active():
                raise NotFound("the desk has no accounts")
            return await handler(request, **parts)

        desk.add_route(exists, path, methods=[method], name=name)

    async def asset(request: Request, name: str) -> HTTPResponse:
        found = pages.assets.serve(name, request.args.get("v"))
        if found is None:
            raise NotFound(f"no file {name}")
        return found

    staff = routes.for_staff
    add("/", staff(routes.queue), "GET", "queue")
    add("/login", routes.login_page, "GET", "login_page")
    add("/login", routes.login, "POST", "login")
    add("/logout", routes.logout, "POST", "logout")
    add("/password", staff(routes.password), "GET", "password")
    add("/password", staff(routes.change_password), "POST", "change_password")
    add("/library", staff(routes.library), "GET", "library")
    add("/alive", staff(routes.alive), "POST", "alive")
    add("/events", routes.events, "GET", "events")
    add("/assets/<name:str>", asset, "GET", "asset")
    add("/cases/<coded:str>", staff(routes.case), "GET", "case")
    add("/cases/<coded:str>/typing", staff(routes.typing), "POST", "typing")
    add("/cases/<coded:str>/<action:str>", staff(routes.act), "POST", "act")
    app.blueprint(desk)

    @app.before_server_stop
    async def let_go(_app: Sanic, _loop: Any) -> None:
        pages.news.close()


def _form(request: Request) -> Form:
    form = request.form or {}
    return {str(name): str(values[0]) for name, values in form.items() if values}


def _named(coded: str) -> str:
    """Return the conversation an address names.

    Raises:
        NotFound: It names none.
    """
    conversation_id = conversation_of(coded)
    if conversation_id is None:
        raise NotFound("no such conversation")
    return conversation_id


def _inside(address: str | None) -> str:
    """Return an address of the desk's own pages, whatever somebody put into a link."""
    address = address or HOME
    parts = urlsplit(address)
    inside = address == HOME or address.startswith(f"{HOME}/")
    return address if inside and not parts.netloc and "\\" not in address else HOME
