"""The committed OpenAPI document against a running server."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from channels.web.routes import CROSS_ORIGIN_PATHS, openapi_document
from tests.channels.web.conftest import CLIENT, SITE, WEB, serving

# The stream never ends by itself: tests/channels/web/test_events.py.
schema = schemathesis.openapi.from_dict(openapi_document()).exclude(path="/events")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a thread of its own: schemathesis calls it from ordinary functions."""
    ready: list[Any] = []
    started = threading.Event()

    async def run() -> None:
        stop = asyncio.Event()
        async with serving(tmp_path_factory.mktemp("web")) as server:
            ready.extend((server.url, asyncio.get_running_loop(), stop))
            started.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(30)
    yield ready[0]
    ready[1].call_soon_threadsafe(ready[2].set)
    thread.join(30)


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_request_is_answered_as_the_document_says(case: schemathesis.Case, url: str) -> None:
    base = f"{url}{WEB}"
    with httpx.Client(base_url=base, headers={"Origin": SITE}, **CLIENT) as client:
        opened = client.post("/session", json={"site_key": "center"}).json()
    headers = {"Origin": SITE}
    if case.path not in ("/session", "/openapi.json"):
        headers["Authorization"] = f"Bearer {opened['token']}"
    # Query parameters nobody knows are passed over, as everywhere on the web.
    tolerated = [schemathesis.checks.CHECKS.get_one("negative_data_rejection")]
    excluded = tolerated if case.path == "/history" else []
    case.call_and_validate(base_url=base, headers=headers, excluded_checks=excluded)


def test_the_document_is_served_as_it_is_committed(url: str) -> None:
    response = httpx.get(f"{url}{WEB}/openapi.json", **CLIENT)
    assert response.json() == json.loads(json.dumps(openapi_document()))


def test_the_document_names_every_route() -> None:
    documented = {path.replace("{id}", "<field_id:str>") for path in openapi_document()["paths"]}
    assert documented == {*CROSS_ORIGIN_PATHS, "/openapi.json"}


def test_real_answers_fit_the_document(url: str) -> None:
    headers = {"Origin": SITE}
    with httpx.Client(base_url=f"{url}{WEB}", headers=headers, **CLIENT) as client:
        opened = client.post("/session", json={"site_key": "center"})
        client.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        body = {"client_msg_id": str(uuid.uuid4()), "type": "text", "text": "案内"}
        sent = client.post("/messages", json=body)
        again = client.post("/messages", json=body)
        edit = {"client_msg_id": str(uuid.uuid4()), "value": "タイ"}
        answers = {
            ("/session", "POST"): [opened],
            ("/messages", "POST"): [sent, again],
            ("/sheet/{id}", "PUT"): [client.put("/sheet/country", json=edit)],
            ("/sheet", "GET"): [client.get("/sheet")],
            ("/history", "GET"): [client.get("/history"), client.get("/history?limit=0")],
            ("/token", "POST"): [client.post("/token")],
        }
        statuses = [sent.status_code, again.status_code]
    assert statuses == [202, 200]
    for (path, method), responses in answers.items():
        for response in responses:
            schema[path][method].validate_response(response)
