"""Who may reach what of the desk's pages, and how much they may send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages
from desk.pages.entrance import HOME, form_of
from desk.pages.guarding import Guard, from_elsewhere, from_our_pages
from desk.pages.wording import wording
from desk.sessions import StaffSession


class Admission:
    """Wraps handlers that only some people may reach.

    Args:
        pages: Renders.
        guard: Knows who is logged in.
    """

    def __init__(self, pages: DeskPages, guard: Guard) -> None:
        self._pages = pages
        self._guard = guard

    def for_staff(
        self,
        handler: Callable[..., Any],
        used: bool = True,
        changes: bool = True,
        unfinished: bool = False,
    ) -> Callable[..., Any]:
        """Wrap a handler that only somebody who is logged in may reach.

        Args:
            handler: What answers.
            used: Whether it keeps the session alive.
            changes: Whether a POST changes something, and so must come from a form of ours.
            unfinished: Whether it is open to who must set a second factor up first.
        """

        async def guarded(request: Request, **parts: str) -> Any:
            if unfinished:
                session = self._guard.any_session(request)
            else:
                session = self._guard.session(request, used)
            if session is None:
                return self._locked_out(request)
            if changes and request.method == "POST":
                token = request.headers.get("x-csrf-token") or form_of(request).get("csrf")
                if not self._guard.form_fits(request, session, token):
                    return self._bad_form(request, session)
            return await handler(request, session, **parts)

        return guarded

    def for_administrators(
        self, handler: Callable[..., Any], used: bool = True, changes: bool = True
    ) -> Callable[..., Any]:
        """Wrap a handler that only an administrator who is logged in may reach (`for_staff`)."""

        async def administers(request: Request, session: StaffSession, **parts: str) -> Any:
            if not session.account.administers:
                return self._not_for(request, session)
            return await handler(request, session, **parts)

        return self.for_staff(administers, used, changes)

    async def take_in(self, request: Request, longest: int) -> bool:
        """Read the body of a request on a streaming route.

        Only an administrator's may be longer than what everybody may send.

        Returns:
            Whether it was no longer than allowed; else nothing of it is kept.
        """
        session = self._guard.session(request, used=False)
        trusted = session is not None and session.account.administers and from_our_pages(request)
        usual: int = request.app.config.REQUEST_MAX_SIZE
        most = longest if trusted else min(longest, usual)
        if int(request.headers.getone("content-length", "0")) > most:
            return False
        # A body that does not say how long it is.
        request.stream.request_max_size = most
        try:
            await request.receive_body()
        except PayloadTooLarge:
            request.body = b""
            return False
        return True

    def _not_for(self, request: Request, session: StaffSession) -> HTTPResponse:
        problem = wording("problems", "forbidden")
        if http.wants_data(request):
            return http.data({"ok": False, "code": "forbidden", "error": problem}, 403)
        return http.page(self._pages.queue(session, problem), 403)

    def _locked_out(self, request: Request) -> HTTPResponse:
        if request.method == "GET" and self._guard.any_session(request) is not None:
            return http.see_other(f"{HOME}/second-factor")
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
