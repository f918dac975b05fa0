"""Somebody of the staff at the desk's pages of a running server, without a browser."""

from __future__ import annotations

import re

import httpx

from conversations.database import Database
from desk.accounts import Accounts, Role
from tests.services.nodes import Node

PASSWORD = "つながりの合言葉 2026年"
STAFF = {"yamada": Role.COUNSELLOR, "sato": Role.COUNSELLOR, "kanri": Role.ADMINISTRATOR}
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def add_accounts(database: Database) -> None:
    """Give the staff accounts."""
    accounts = Accounts(database)
    for login, role in STAFF.items():
        accounts.add(login, login, role, PASSWORD)


class DeskClient:
    """One browser, whose requests may go to any server of an installation.

    Cookies are kept here: behind HTTPS they are `Secure`, and these servers are reached without.
    """

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}
        self._client = httpx.Client(timeout=60, trust_env=False)

    def get(self, node: Node, path: str) -> httpx.Response:
        """Open a page."""
        return self._sent("GET", node, path, {})

    def post(self, node: Node, path: str, seen: str, **fields: str) -> httpx.Response:
        """Send a form with the token of a page seen at the same server."""
        page = self.get(node, seen)
        token = _CSRF.search(page.text)
        assert token is not None, (seen, page.status_code)
        return self._sent("POST", node, path, {"csrf": token[1], **fields})

    def log_in(self, node: Node, login: str, password: str = PASSWORD) -> int:
        """Try to log in; the status code."""
        fields = {"login": login, "password": password}
        return self.post(node, "/desk/login", "/desk/login", **fields).status_code

    def headers(self, node: Node, seen: str) -> dict[str, str]:
        """Return what a script of a page sends along: the session and the page's token."""
        token = _CSRF.search(self.get(node, seen).text)
        assert token is not None
        return {"Cookie": self._cookie(), "X-CSRF-Token": token[1]}

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _sent(self, method: str, node: Node, path: str, fields: dict[str, str]) -> httpx.Response:
        answer = self._client.request(
            method, f"{node.url}{path}", data=fields or None, headers={"Cookie": self._cookie()}
        )
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        self._client.cookies.clear()
        return answer
