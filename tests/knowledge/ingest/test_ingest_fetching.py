"""Addresses: fetched politely from a real server, never from inside, and only when changed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from knowledge.ingest import Options, Outcome, Rejected, ingest_url
from knowledge.ingest.addresses import Guard, is_public, session
from knowledge.ingest.fetching import FetchLimits, canonical
from knowledge.library import Library

PAGE = (
    "<html><head><title>案内</title></head><body><main><h1>案内</h1><p>{}</p></main></body></html>"
)


class Site:
    """A web server whose pages a test writes.

    Attributes:
        pages: Path → (status, headers, body), or a function that writes the response itself.
        seen: Path and headers of every request.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.seen.append((self.path, headers))
                page = site.pages.get(self.path, (404, {}, b""))
                if callable(page):
                    page = page(headers, self)
                    if page is None:
                        return
                status, extra, body = page
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def html(self, path: str, text: str, **headers: str) -> None:
        typed = {"Content-Type": "text/html; charset=utf-8", **headers}
        self.pages[path] = (200, typed, PAGE.format(text).encode())


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


ALLOWED = FetchLimits(allowed_hosts=("127.0.0.1",), connect_seconds=5, seconds=10)


@pytest.fixture
def get(library: Library) -> Callable[..., Outcome]:
    def fetched(url: str, limits: FetchLimits = ALLOWED) -> Outcome:
        return ingest_url(url, library, Options(fetch_limits=limits))

    return fetched


Get = Callable[..., Outcome]


def test_a_page_is_taken_in_with_its_address(site: Site, get: Get, library: Library) -> None:
    site.html("/annai", "海外展開の窓口は二階です。")
    outcome = get(site.url("/annai#top"))
    assert outcome.document.url == site.url("/annai")
    assert library.passages(outcome.document.id)[0].text == "海外展開の窓口は二階です。"
    assert [path for path, _ in site.seen] == ["/robots.txt", "/annai"]
    assert site.seen[1][1]["user-agent"].startswith("tsunagari/")


def test_the_charset_of_the_server_is_believed(site: Site, get: Get, library: Library) -> None:
    body = PAGE.format("費用は無料です。").encode("euc_jp")
    site.pages["/a"] = (200, {"Content-Type": "text/html; charset=EUC-JP"}, body)
    outcome = get(site.url("/a"))
    assert library.passages(outcome.document.id)[0].text == "費用は無料です。"


def test_an_unchanged_page_is_not_sent_again(site: Site, get: Get, library: Library) -> None:
    def page(headers: dict[str, str], _handler: object) -> tuple[int, dict[str, str], bytes]:
        if headers.get("if-none-match") == '"v1"':
            return 304, {}, b""
        typed = {
            "Content-Type": "text/html",
            "ETag": '"v1"',
            "Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT",
        }
        return 200, typed, PAGE.format("受付は三月までです。").encode()

    site.pages["/a"] = page
    first = get(site.url("/a"))
    again = get(site.url("/a"))
    assert (first.state, again.state) == ("new", "unchanged")
    assert site.seen[-1][1]["if-modified-since"] == "Sun, 01 Nov 2026 00:00:00 GMT"
    site.html("/a", "受付は五月までです。")
    newer = get(site.url("/a"))
    assert (newer.state, newer.superseded) == ("new_edition", first.document.id)


def test_a_page_that_only_carries_another_stamp_is_unchanged(site: Site, get: Get) -> None:
    site.html("/a", "本文は同じです。<!-- 1 -->")
    get(site.url("/a"))
    site.html("/a", "本文は同じです。<!-- 2 -->")
    assert get(site.url("/a")).state == "unchanged"


def test_robots_are_respected(site: Site, get: Get) -> None:
    site.html("/himitsu/a", "読んではいけません。")
    site.pages["/robots.txt"] = (200, {}, b"User-agent: tsunagari\nDisallow: /himitsu/\n")
    with pytest.raises(Rejected, match=r"robots\.txt が取得を認めていません"):
        get(site.url("/himitsu/a"))
    site.pages["/robots.txt"] = (503, {}, b"")
    with pytest.raises(Rejected, match=r"robots\.txt を確かめられません"):
        get(site.url("/himitsu/a"))
    assert all(path == "/robots.txt" for path, _ in site.seen)


def test_private_addresses_are_refused(site: Site, get: Get) -> None:
    site.html("/a", "中の資料です。")
    usual = FetchLimits()
    with pytest.raises(Rejected, match=r"外部に公開されたアドレスではありません|ポート"):
        get(site.url("/a"), usual)
    for host in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "localhost"):
        with pytest.raises(Rejected, match="外部に公開されたアドレスではありません"):
            get(f"http://{host}/", usual)
    assert site.seen == []


def test_a_redirect_leads_neither_inside_nor_on_for_ever(site: Site, get: Get) -> None:
    site.pages["/in"] = (302, {"Location": "http://169.254.169.254/latest/"}, b"")
    with pytest.raises(Rejected, match="外部に公開されたアドレスではありません"):
        get(site.url("/in"))
    site.pages["/loop"] = (301, {"Location": "/loop"}, b"")
    with pytest.raises(Rejected, match="転送が 5 回を超えました"):
        get(site.url("/loop"))
    site.pages["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(Rejected, match="正しいアドレスではありません"):
        get(site.url("/file"))
    site.html("/b", "移った先の本文です。")
    site.pages["/a"] = (302, {"Location": "/b"}, b"")
    assert get(site.url("/a")).state == "new"


def test_the_connection_goes_to_the_address_that_was_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers first with a public address, then with ours, gains nothing."""
    asked: list[str] = []

    def rebinding(host: str, port: int, *_arguments: object, **_options: object) -> list[Any]:
        if host != "rebind.example":
            return real(host, port, *_arguments, **_options)  # type: ignore[arg-type]
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    real = socket.getaddrinfo
    connected: list[Any] = []

    def connect(address: Any, *_arguments: object, **_options: object) -> socket.socket:
        connected.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr("knowledge.ingest.addresses.create_connection", connect)
    with session(Guard()) as opened:
        with pytest.raises(Exception, match="not in a test"):
            opened.get("http://rebind.example/", timeout=1)
        with pytest.raises(Rejected, match="外部に公開されたアドレスではありません"):
            opened.get("http://rebind.example/", timeout=1)
    assert connected == [("93.184.216.34", 80)]


@pytest.mark.parametrize(
    ("address", "public"),
    {
        "8.8.8.8": True, "2001:4860:4860::8888": True, "127.0.0.1": False, "10.1.2.3": False,
        "172.16.0.1": False, "192.168.0.1": False, "169.254.169.254": False, "100.64.0.1": False,
        "0.0.0.0": False, "224.0.0.1": False, "255.255.255.255": False, "::1": False, "::": False,
        "fe80::1%eth0": False, "fc00::1": False, "::ffff:127.0.0.1": False, "2002:7f00:1::": False,
        "64:ff9b::7f00:1": False, "64:ff9b::808:808": True,
    }.items(),
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_what_is_too_large_or_too_slow_is_given_up(site: Site, get: Get) -> None:
    site.pages["/big"] = (200, {"Content-Type": "text/plain"}, b"a" * 50_000)
    small = FetchLimits(allowed_hosts=("127.0.0.1",), file_bytes=10_000)
    with pytest.raises(Rejected, match="大きすぎます"):
        get(site.url("/big"), small)

    def slow(_headers: dict[str, str], handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"a" * 70_000)
            time.sleep(0.1)

    site.pages["/slow"] = slow
    hasty = FetchLimits(allowed_hosts=("127.0.0.1",), seconds=0.5)
    with pytest.raises(Rejected, match=r"0\.5 秒で応答が終わりませんでした"):
        get(site.url("/slow"), hasty)


def test_answers_that_are_no_document(site: Site, get: Get, library: Library) -> None:
    site.pages["/403"] = (403, {}, b"")
    site.pages["/500"] = (500, {}, b"")
    for path, reason in {
        "/404": "ページがありません",
        "/403": "断られました",
        "/500": "500",
    }.items():
        with pytest.raises(Rejected, match=reason):
            get(site.url(path))
    site.server.server_close()
    with pytest.raises(Rejected, match="接続できません"):
        get(site.url("/a"))
    assert library.documents() == ()


def test_addresses_have_one_spelling() -> None:
    assert canonical(" HTTPS://Example.JP:443/a?b=1#c ") == "https://example.jp/a?b=1"
    for wrong in ("ftp://example.jp/", "example.jp", "http://", "http://[::1", "http://a:b@c.jp/"):
        with pytest.raises(Rejected):
            canonical(wrong)
