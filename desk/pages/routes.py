"""HTTP of the desk's pages: what was done, and where the browser goes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from sanic import Blueprint, Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, ResponseStream

from conversations.ports import SheetUnavailableError
from desk.model import DeskError
from desk.pages import http
from desk.pages.admission import Admission
from desk.pages.deeds import Deeds
from desk.pages.desk import DeskPages, problem_of, staff_of
from desk.pages.entrance import HOME, Entrance, form_of
from desk.pages.guarding import Guard, from_our_pages
from desk.pages.live import stream
from desk.pages.login_safety import LoginSafety, SafetyPages
from desk.pages.views import address_of, conversation_of
from desk.pages.wording import wording
from desk.sessions import StaffSession

TYPING_SECONDS = 6.0
"""How long the company sees that somebody writes, after the last sign of it."""
STREAM_HEADERS = {"X-Accel-Buffering": "no"}
SHEETS = {"sheet.pdf": "application/pdf", "sheet.md": "text/markdown; charset=utf-8"}
_STATUS = {
    "unknown": 404,
    "not_said": 404,
    "no_consent": 403,
    "not_owner": 403,
    "not_author": 403,
    "empty": 400,
    "too_long": 400,
}


class DeskRoutes(Admission):
    """Answers requests.

    Args:
        pages: Renders.
        guard: Knows who is logged in.
        safety: Second factors, the journal of log-ins, and the limits of tries.
        typing: Shows a company that somebody at the desk writes, or no longer does.
    """

    def __init__(
        self,
        pages: DeskPages,
        guard: Guard,
        safety: LoginSafety,
        typing: Callable[[str, bool], None] = lambda _conversation_id, _on: None,
    ) -> None:
        super().__init__(pages, guard)
        self.entrance = Entrance(pages, guard, safety)
        self.safety = SafetyPages(pages, safety)
        self._typing = typing
        self._deeds = Deeds(pages)
        self._writing: dict[str, asyncio.TimerHandle] = {}

    # --- pages -------------------------------------------------------------------------

    async def queue(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the list."""
        return http.page(self._pages.queue(session))

    async def case(self, request: Request, session: StaffSession, coded: str) -> HTTPResponse:
        """Show a conversation."""
        return self._case_page(session, _named(coded))

    async def sheet(
        self, named: str, request: Request, session: StaffSession, coded: str
    ) -> HTTPResponse:
        """Give the consultation sheet as a file; who took it is noted like any reading."""
        conversation_id = _named(coded)
        extension = named.rpartition(".")[2]
        if self._pages.service.sheets is None:
            raise NotFound("no such file")
        try:
            case = self._pages.service.conversation(conversation_id, staff_of(session.account))
            sheets, masked = self._pages.service.sheets, case.redacted
            if extension == "md":
                made = sheets.markdown(conversation_id, masked).encode("utf-8", "replace")
            else:
                made = await sheets.pdf(conversation_id, masked)
        except DeskError as error:
            return self._refused(request, session, conversation_id, error)
        except SheetUnavailableError:
            problem = wording("problems", "sheet")
            return self._case_page(session, conversation_id, problem, 503)
        return http.file(made, f"sheet-{case.receipt}.{extension}", SHEETS[named])

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
        conversation_id, deed = _named(coded), self._deeds.named(action)
        if deed is None:
            raise NotFound("no such action")
        try:
            said = deed(session, conversation_id, form_of(request))
        except DeskError as error:
            return self._refused(request, session, conversation_id, error)
        if action in ("reply", "rewrite"):
            self._stop_typing(conversation_id)
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
    add("/login", routes.entrance.login_page, "GET", "login_page")
    add("/login", routes.entrance.login, "POST", "login")
    add("/login/code", routes.entrance.login_code, "POST", "login_code")
    add("/logout", routes.entrance.logout, "POST", "logout")
    add("/password", staff(routes.password), "GET", "password")
    add("/password", staff(routes.entrance.change_password), "POST", "change_password")
    early = partial(staff, unfinished=True)
    add("/second-factor", early(routes.safety.show), "GET", "second_factor")
    add("/second-factor", early(routes.safety.begin), "POST", "begin_second_factor")
    add("/second-factor/confirm", early(routes.safety.confirm), "POST", "confirm_second_factor")
    add("/second-factor/remove", staff(routes.safety.remove), "POST", "remove_second_factor")
    add("/logins", routes.for_administrators(routes.safety.journal), "GET", "logins")
    add("/library", staff(routes.library), "GET", "library")
    add("/alive", staff(routes.alive), "POST", "alive")
    add("/events", routes.events, "GET", "events")
    add("/assets/<name:str>", asset, "GET", "asset")
    add("/cases/<coded:str>", staff(routes.case), "GET", "case")
    for named in SHEETS:
        add(f"/cases/<coded:str>/{named}", staff(partial(routes.sheet, named)), "GET", named)
    add("/cases/<coded:str>/typing", staff(routes.typing), "POST", "typing")
    add("/cases/<coded:str>/<action:str>", staff(routes.act), "POST", "act")
    app.blueprint(desk)

    @app.before_server_stop
    async def let_go(_app: Sanic, _loop: Any) -> None:
        pages.news.close()


def _named(coded: str) -> str:
    """Return the conversation an address names.

    Raises:
        NotFound: It names none.
    """
    conversation_id = conversation_of(coded)
    if conversation_id is None:
        raise NotFound("no such conversation")
    return conversation_id
