"""deploy/nginx/tsunagari.conf in a real nginx before two processes."""

from __future__ import annotations

import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.services.engines import MissingEngineError, Service
from tests.services.nodes import PUBLIC, Node, nodes
from tests.services.servers import Server, find, free_port, listens, running
from tests.stores import VARIABLE, store_url

CONFIGURATION = ROOT / "deploy" / "nginx" / "tsunagari.conf"
QUESTION = "タイの作業員の賃金は？"


@pytest.fixture(scope="module")
def pair(
    postgresql: Service, redis: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Node]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, postgresql.url)
        url = store_url(tmp_path_factory.mktemp("nginx_store"))
    settings = {
        "TSUNAGARI_DATABASE_URL": url,
        "TSUNAGARI_REDIS_URL": redis.url,
        "TSUNAGARI_TRUSTED_PROXIES": "127.0.0.1",
        "TSUNAGARI_PUBLIC": "1",
    }
    with nodes(tmp_path_factory.mktemp("nginx_nodes"), 2, **settings) as started:
        yield started


@pytest.fixture(scope="module")
def proxy(pair: list[Node], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx with the committed configuration; only names of machines differ."""
    program = find("nginx", "/usr/sbin")
    if program is None:
        pytest.skip(str(MissingEngineError("nginx", "nginx-light")))
    folder, plain, port = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    request = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [*request.split(), "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    text = CONFIGURATION.read_text("utf-8")
    for number, node in enumerate(pair, 1):
        text = text.replace(f"server-{number}:5005", f"127.0.0.1:{node.port}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    text = text.replace("/etc/nginx/certificates", str(folder))
    (folder / "site.conf").write_text(text, "utf-8")
    temporary = "".join(
        f"{name}_temp_path {folder};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off;\n{temporary}include {folder}/site.conf; }}\n",
        "utf-8",
    )
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with running(Server(command, folder / "log", lambda: listens(port))):
        yield f"https://127.0.0.1:{port}"


@pytest.fixture
def client(proxy: str) -> Iterator[httpx.Client]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with httpx.Client(base_url=proxy, verify=context, timeout=60, trust_env=False) as client:
        yield client


def session(client: httpx.Client) -> dict[str, str]:
    headers = {"Origin": PUBLIC}
    opened = client.post("/webhooks/web/session", json={"site_key": "demo"}, headers=headers)
    assert opened.status_code == 200, opened.text
    return {**headers, "Authorization": f"Bearer {opened.json()['token']}"}


def say(client: httpx.Client, headers: dict[str, str], text: str, number: int) -> int:
    body = {"client_msg_id": f"00000000-0000-4000-a000-{number:012d}", "type": "text", "text": text}
    return client.post("/webhooks/web/messages", json=body, headers=headers).status_code


def test_answers_stream_through_the_proxy_at_once(client: httpx.Client) -> None:
    headers = session(client)
    with client.stream("GET", "/webhooks/web/events", headers=headers) as stream:
        lines = stream.iter_lines()
        # The greeting comes although the connection stays open: nothing is held back.
        next(line for line in lines if line.startswith("data:"))
        began = time.monotonic()
        assert say(client, headers, QUESTION, 1) == 202
        answer = next(line for line in lines if "366" in line)
        assert time.monotonic() - began < 10
    assert "出典" in answer


def test_what_is_for_operators_stays_inside(client: httpx.Client) -> None:
    for path in ("/metrics", "/ready"):
        assert client.get(path).status_code == 404, path
    message = {"sender": "a", "message": "b"}
    assert client.post("/webhooks/rest/webhook", json=message).status_code == 404


def test_headers_of_the_answer_are_safe(client: httpx.Client) -> None:
    headers = client.get("/").headers
    assert re.fullmatch(r"max-age=\d+", headers["strict-transport-security"])
    assert headers["server"] == "nginx"
    assert "content-security-policy" in headers


def test_visitors_notice_nothing_when_a_process_dies(
    client: httpx.Client, pair: list[Node], tmp_path: Path
) -> None:
    headers = session(client)
    codes = [say(client, headers, QUESTION, 100 + number) for number in range(6)]
    pair[0].server.kill()
    try:
        codes += [say(client, headers, QUESTION, 200 + number) for number in range(10)]
        assert set(codes) == {202}

        def answered() -> int:
            page = client.get("/webhooks/web/history", params={"limit": 200}, headers=headers)
            said = page.json()["messages"]
            return len([one for one in said if "366" in one["text"] and one["author"] == "bot"])

        end = time.monotonic() + 90
        while answered() < 16 and time.monotonic() < end:
            time.sleep(0.5)
        assert answered() == 16
    finally:
        pair[0].server.start()
