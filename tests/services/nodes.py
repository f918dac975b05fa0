"""Server processes of one installation, as an operator starts them; tests may kill them."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT
from tests.services.servers import Server, free_port

LIMITS = "conversation=2000,ip=5000,sessions=2000,reads=20000,streams=50,streams_ip=2000"
PUBLIC = "https://chat.example.jp"
"""What visitors see, whichever process a proxy chooses."""
SECRET = "nothing-secret-in-a-test-0123456789"
ANSWER_SECONDS = 60.0


class Node:
    """One server process."""

    def __init__(self, folder: Path, name: str, settings: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        environment = {
            "TSUNAGARI_SECRET": SECRET,
            "TSUNAGARI_PUBLIC_URL": PUBLIC,
            "TSUNAGARI_LIMITS": LIMITS,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TSUNAGARI_LIBRARY": str(folder / "library.sqlite"),
            **settings,
        }
        command = [sys.executable, "-m", "tsunagari", "serve", "--port", str(self.port)]
        environment["TSUNAGARI_HOME"] = str(ROOT)
        self.server = Server(command, self.log, self._ready, environment)
        self._client = httpx.Client(base_url=self.url, timeout=ANSWER_SECONDS, trust_env=False)

    def _ready(self) -> bool:
        try:
            return self._client.get("/health").status_code == 200
        except httpx.HTTPError:
            return False

    def ask(self, sender: str, text: str) -> list[dict[str, Any]]:
        """Say something over REST and return the answer's messages."""
        response = self._client.post(
            "/webhooks/rest/webhook", json={"sender": sender, "message": text}
        )
        response.raise_for_status()
        messages: list[dict[str, Any]] = response.json()
        return messages

    def visitor(self) -> tuple[str, dict[str, str]]:
        """Open a session of the widget; its conversation and the headers of its requests."""
        headers = {"Origin": PUBLIC}
        opened = self._client.post(
            "/webhooks/web/session", json={"site_key": "demo"}, headers=headers
        )
        opened.raise_for_status()
        session = opened.json()
        return session["conversation_id"], {
            **headers,
            "Authorization": f"Bearer {session['token']}",
        }

    def say(self, headers: dict[str, str], text: str, message_id: str | None = None) -> int:
        """Submit a message of the widget; the status code."""
        body = {"client_msg_id": message_id or str(uuid.uuid4()), "type": "text", "text": text}
        return self._client.post("/webhooks/web/messages", json=body, headers=headers).status_code

    def close(self) -> None:
        """End the process."""
        self.server.stop()
        self._client.close()


@contextmanager
def nodes(folder: Path, number: int, **settings: str) -> Iterator[list[Node]]:
    """Run several server processes on one configuration."""
    with ExitStack() as stack:
        started = []
        for index in range(number):
            node = Node(folder, f"node{index}", settings)
            stack.callback(node.close)
            node.server.start()
            started.append(node)
        yield started
