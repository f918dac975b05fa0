"""What an outsider can reach of a public server, route by route."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sanic import Sanic

from tests.browser.staff import add_staff
from tests.conftest import ROOT
from tests.services.nodes import PUBLIC, Node, nodes
from tsunagari.assembly import Application

#: Everything meant for the public; docs/security.md says what each is.
PUBLIC_PATHS = (
    "/webhooks/web/",
    "/webhooks/line/",
    "/webhooks/slack/",
    "/desk",
    "/widget/v1/",
    "/assets/",
    "/knowledge",
    "/embed",
    "/privacy",
    "/my-data/",
    "/sheet/",
    "/sitemap.xml",
    "/favicon.ico",
    "/health",
)
OPERATORS = ("/metrics", "/ready")
WITHOUT_LOGIN = ("/desk/login", "/desk/assets/")
#: Rasa's own HTTP API (https://rasa.com/docs/rasa/pages/http-api), which must not exist here.
RASA = (
    ("GET", "/status"),
    ("GET", "/version"),
    ("GET", "/domain"),
    ("GET", "/conversations/web:a/tracker"),
    ("POST", "/conversations/web:a/tracker/events"),
    ("POST", "/conversations/web:a/execute"),
    ("POST", "/model/train"),
    ("POST", "/model/parse"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
    ("POST", "/webhook"),
    ("POST", "/webhooks/rest/webhook"),
    ("POST", "/webhooks/callback/webhook"),
)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("surface")
    settings = {
        "TSUNAGARI_PUBLIC": "1",
        "TSUNAGARI_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite'}",
        "LINE_CHANNEL_SECRET": "0123456789abcdef0123456789abcdef",
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        # Nobody listens there: nothing goes out.
        "LINE_API_URL": "http://127.0.0.1:9",
    }
    # The desk is there once somebody has an account.
    add_staff(folder)
    with nodes(folder, 1, **settings) as (started,):
        yield started


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[httpx.Client]:
    # As a proxy hands requests on: not from this machine.
    headers = {"X-Forwarded-For": "198.51.100.7"}
    with httpx.Client(base_url=node.url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def routes(application: Application) -> list[tuple[str, str]]:
    from tsunagari.server import create_app

    Sanic.test_mode = True
    Sanic._app_registry.pop("tsunagari", None)
    app = create_app(application)
    return sorted(
        {(method, f"/{route.path}") for route in app.router.routes for method in route.methods}
    )


def filled(path: str) -> str:
    return re.sub(r"<[^>]+>", "x", path)


def test_every_route_is_meant_for_the_public_or_kept_from_it(
    routes: list[tuple[str, str]], client: httpx.Client
) -> None:
    for method, path in routes:
        if path == "/" or path.startswith(PUBLIC_PATHS):
            continue
        if path == "/ready":
            # One word for load balancers.
            assert set(client.get(path).json()) == {"status"}
            continue
        answer = client.request(method, filled(path), json={})
        assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize(("method", "path"), RASA)
def test_the_api_of_rasa_does_not_exist(client: httpx.Client, method: str, path: str) -> None:
    assert client.request(method, path, json={}).status_code in {404, 405}
    assert client.request(method, path, params={"token": "x"}).status_code in {404, 405}


def test_the_desk_shows_nothing_before_somebody_logs_in(
    routes: list[tuple[str, str]], client: httpx.Client
) -> None:
    asked = 0
    for method, path in routes:
        if not path.startswith("/desk") or path.startswith(WITHOUT_LOGIN):
            continue
        answer = client.request(method, filled(path), headers={"Origin": PUBLIC})
        asked += 1
        assert answer.status_code in {302, 303, 401, 403, 404, 405}, (method, path, answer.text)
        if answer.status_code in {302, 303}:
            assert answer.headers["location"].startswith("/desk/login"), (method, path)
        assert "会社" not in answer.text, (method, path)
    assert asked > 30


def test_every_page_forbids_foreign_and_inline_scripts(
    routes: list[tuple[str, str]], client: httpx.Client
) -> None:
    pages = 0
    for method, path in routes:
        if method != "GET" or "events" in path:
            continue
        answer = client.get(filled(path))
        assert answer.headers["x-content-type-options"] == "nosniff", path
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        pages += 1
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["content-security-policy"].split(";")
            if " " in part.strip()
        )
        assert policy.get("default-src") in {"'none'", "'self'"}, path
        for directive, sources in policy.items():
            assert "unsafe-inline" not in sources, (path, directive)
            assert "unsafe-eval" not in sources, (path, directive)
        assert policy["frame-ancestors"] in {"'none'", "'self'"}, path
        assert answer.headers["referrer-policy"], path
    assert pages > 5


def test_errors_tell_nothing_of_the_inside(client: httpx.Client) -> None:
    for path in ("/nothing", "/webhooks/web/nothing", "/knowledge/nothing", "/desk/cases/x"):
        text = client.get(path).text
        assert "Traceback" not in text
        assert str(ROOT) not in text
        assert "sanic" not in text.lower()
    oversized = client.post("/webhooks/web/session", content=b"x" * 400_000)
    assert oversized.status_code in {413, 400}
    assert "Traceback" not in oversized.text


def test_line_and_web_refuse_who_cannot_prove_who_they_are(client: httpx.Client) -> None:
    body = b'{"destination":"U","events":[]}'
    unsigned = client.post("/webhooks/line/webhook", content=body)
    forged = client.post(
        "/webhooks/line/webhook", content=body, headers={"X-Line-Signature": "AAAA"}
    )
    assert {unsigned.status_code, forged.status_code} <= {400, 401, 403}
    for path in ("history", "events", "sheet"):
        assert client.get(f"/webhooks/web/{path}", headers={"Origin": PUBLIC}).status_code == 401
        token = {"Origin": PUBLIC, "Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
        assert client.get(f"/webhooks/web/{path}", headers=token).status_code == 401


def sent(node: Node, address: bytes) -> bytes:
    """The first line of the answer to a request line as some programs send it."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=60) as connection:
        connection.sendall(b"GET " + address + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.makefile("rb").readline()


def test_an_address_with_raw_japanese_is_answered(node: Node) -> None:
    assert b" 200 " in sent(node, "/knowledge?q=ベトナム".encode())
    assert b" 404 " in sent(node, "/knowledge/ない".encode())


def test_what_is_no_address_fills_no_log(node: Node) -> None:
    assert sent(node, b"/\xff") == b""
    assert "Traceback" not in node.log.read_text("utf-8")


@pytest.mark.parametrize("path", ["/webhooks/web/session", "/desk/login", "/"])
@pytest.mark.parametrize(
    "length",
    [
        "Content-Length: abc",
        "Content-Length: -5",
        "Content-Length: +2",
        "Content-Length:",
        "Content-Length: " + "9" * 5000,
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
    ],
)
def test_a_body_without_a_readable_end_is_refused_and_holds_nobody_up(
    node: Node, client: httpx.Client, path: str, length: str
) -> None:
    with socket.create_connection(("127.0.0.1", node.port), timeout=10) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n{{}}".encode())
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert re.search("[ぁ-ん]", answer)
    assert client.get("/health", timeout=5).status_code == 200


def test_a_chunked_body_is_read_however_its_coding_is_spelt(node: Node) -> None:
    head = f"POST /webhooks/web/session HTTP/1.1\r\nHost: x\r\nOrigin: {PUBLIC}\r\n"
    body = '{"site_key":"demo"}'
    rest = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    kind = "Content-Type: application/json\r\nTransfer-Encoding: Chunked\r\nConnection: close"
    with socket.create_connection(("127.0.0.1", node.port), timeout=10) as connection:
        connection.sendall(f"{head}{kind}\r\n\r\n{rest}".encode())
        assert b" 200 " in connection.makefile("rb").readline()


def test_the_server_listens_on_one_port_only(node: Node) -> None:
    process = node.server._process
    assert process is not None
    sockets = {
        target
        for file in Path(f"/proc/{process.pid}/fd").iterdir()
        if (target := str(file.readlink())).startswith("socket:")
    }
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                listening.add(int(fields[1].rsplit(":", 1)[1], 16))
    assert listening == {node.port}


def test_nothing_of_tensorflow_is_mapped_into_the_server(node: Node) -> None:
    process = node.server._process
    assert process is not None
    mapped = Path(f"/proc/{process.pid}/maps").read_text("utf-8", "replace")
    for library in ("tensorflow", "jaxlib", "h5py", "botocore", "grpc"):
        assert f"/{library}/" not in mapped
