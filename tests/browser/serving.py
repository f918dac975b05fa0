"""What the browser talks to: the bot's server, and a foreign website that embeds the widget."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = ROOT / "docs" / "embed.md"
START_SECONDS = 90
#: Tests are many visitors from one address; the limits themselves are tested in tests/channels.
LIMITS = "conversation=2000,ip=5000,sessions=2000,reads=20000,streams=50,streams_ip=2000"


def guide_block(language: str) -> str:
    """Return the first fenced block of a language in docs/embed.md."""
    found = re.search(rf"^```{language}\n(.*?)^```", GUIDE.read_text("utf-8"), re.S | re.M)
    assert found, f"docs/embed.md has no ```{language} block"
    return found.group(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Website:
    """A website of somebody else, on another origin than the bot's server."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = pages.get(self.path, ("", {}))
                # 204 for the icon that browsers ask for by themselves.
                self.send_response(200 if html else 204)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path: str, html: str, **headers: str) -> str:
        """Publish a page; underscores of header names stand for hyphens."""
        self._pages[path] = (html, {name.replace("_", "-"): headers[name] for name in headers})
        return self.origin + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running_server(
    directory: Path, embedding_origin: str, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run the real server, with the sites of docs/embed.md beside the demo site.

    Args:
        directory: For its database and list of sites.
        embedding_origin: Stands in for https://www.example.jp of the guide.
        settings: Further environment variables.
    """
    port = free_port()
    sites = (ROOT / "site" / "sites.yml").read_text("utf-8") + guide_block("yaml")
    (directory / "sites.yml").write_text(
        sites.replace("https://www.example.jp", embedding_origin), "utf-8"
    )
    log = directory / "server.log"
    environment = {
        **os.environ,
        "TSUNAGARI_SITES": str(directory / "sites.yml"),
        "TSUNAGARI_DATABASE_URL": f"sqlite:///{directory / 'store.sqlite'}",
        "TSUNAGARI_LIMITS": LIMITS,
        "TSUNAGARI_SECRET": "a secret of the browser tests, long enough",
        "TSUNAGARI_HOME": str(ROOT),
        **(settings or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tsunagari", "serve", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    try:
        base = f"http://localhost:{port}"
        _wait_for(base, process, log)
        yield base
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')[-3000:]}")
