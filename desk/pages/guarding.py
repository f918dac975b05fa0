"""Who may make a request: the cookie, the form's token, and where the request comes from."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from sanic.request import Request
from sanic.response import HTTPResponse

from desk.accounts import Account
from desk.sessions import LONGEST_SECONDS, StaffSession, StaffSessions, csrf_fits

SESSION = "tsunagari-desk"
BEFORE_LOGIN = "tsunagari-desk-login"


class RateLimiter(Protocol):
    """Counts what a key does."""

    def take(self, key: str, per_minute: int) -> float:
        """Return 0 when there was room, else the seconds until there is."""


class ClientAddresses(Protocol):
    """Finds a client's address, also behind proxies."""

    def key(self, peer: str, forwarded_for: str | None) -> str:
        """Return what stands for the client in limits."""


class Guard:
    """Cookies and tokens of the desk's pages.

    Args:
        sessions: Who is logged in.
        https: Whether browsers reach the server by HTTPS: cookies are then `Secure` and `__Host-`.
        unfinished: Whether an account must set something up before anything else opens.
    """

    def __init__(
        self,
        sessions: StaffSessions,
        https: bool,
        unfinished: Callable[[Account], bool] = lambda _account: False,
    ) -> None:
        self._sessions = sessions
        self._https = https
        self._unfinished = unfinished

    def session(self, request: Request, used: bool) -> StaffSession | None:
        """Return the session of a request.

        Args:
            request: The request.
            used: Whether a person did something, which keeps the session alive.
        """
        found = self._sessions.find(self._cookie(request, SESSION), used)
        return None if found is None or self._unfinished(found.account) else found

    def any_session(self, request: Request) -> StaffSession | None:
        """Return the session of a request, also of somebody who must set something up first."""
        return self._sessions.find(self._cookie(request, SESSION), used=True)

    def log_in(self, request: Request, response: HTTPResponse, login: str) -> None:
        """Begin a session with a new token; one the browser still has ends."""
        self.log_out(request, response)
        self._set(response, SESSION, self._sessions.begin(login), int(LONGEST_SECONDS))
        self._drop(response, BEFORE_LOGIN)

    def log_out(self, request: Request, response: HTTPResponse) -> None:
        """End the session on both sides."""
        token = self._cookie(request, SESSION)
        if token:
            self._sessions.end(token)
        self._drop(response, SESSION)

    def before_login(self, request: Request) -> str:
        """Return the secret that ties a log-in form to this browser, new where there is none."""
        return self._cookie(request, BEFORE_LOGIN) or secrets.token_urlsafe(32)

    def keep_before_login(self, response: HTTPResponse, secret: str) -> None:
        """Give the browser the secret of its log-in form."""
        self._set(response, BEFORE_LOGIN, secret, 3600)

    def login_form_fits(self, request: Request, token: str | None) -> bool:
        """Tell whether a log-in form was ours and came from this browser."""
        secret = self._cookie(request, BEFORE_LOGIN)
        return bool(secret) and csrf_fits(str(secret), token) and from_our_pages(request)

    def form_fits(self, request: Request, session: StaffSession, token: str | None) -> bool:
        """Tell whether a form or script of this session made the request."""
        return csrf_fits(session.token, token) and from_our_pages(request)

    def _cookie(self, request: Request, name: str) -> str | None:
        value: str | None = request.cookies.get(self._named(name))
        return value

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self._https else name

    def _set(self, response: HTTPResponse, name: str, value: str, seconds: int) -> None:
        response.headers.add(
            "Set-Cookie",
            f"{self._named(name)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
            + ("; Secure" if self._https else ""),
        )

    def _drop(self, response: HTTPResponse, name: str) -> None:
        self._set(response, name, "", 0)


def from_our_pages(request: Request) -> bool:
    """Tell whether a browser says that a page of this server made the request."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def from_elsewhere(request: Request) -> bool:
    """Tell whether somebody followed a link of another site: browsers then hold cookies back."""
    return request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
