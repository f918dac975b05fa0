"""The website over HTTP: pages, headers, caching, errors. How it looks: tests/browser."""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import AsyncIterator
from html import unescape
from types import SimpleNamespace

import httpx
import pytest

from tsunagari import light_imports

light_imports.install()

from sanic import Sanic  # noqa: E402

from actions.resources import knowledge  # noqa: E402
from conversations.database_lock import StoreBusyError  # noqa: E402
from knowledge.schema import Record  # noqa: E402
from tsunagari import site_routes  # noqa: E402

DEMO = SimpleNamespace(key="demo", name="見本", origins=["self"])
STORE = knowledge().store
PAGES = ["/", "/embed", "/knowledge", "/knowledge?q=賃金", "/knowledge/hub.mobio", "/nowhere"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    Sanic.test_mode = True
    app = Sanic("site_pages_test", register=False)
    site_routes.install(app, [DEMO])

    @app.get("/broken")
    async def broken(_request: object) -> None:
        raise RuntimeError("秘密の中身")

    @app.get("/held")
    async def held(_request: object) -> None:
        raise StoreBusyError("BEGIN", None, sqlite3.OperationalError("database is locked"))

    @app.get("/webhooks/broken")
    async def broken_api(_request: object) -> None:
        raise RuntimeError("x")

    await app._startup()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_inline_nothing_foreign(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert '<html lang="ja">' in response.text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/)", response.text)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', response.text)


async def test_pages_without_script_allow_none(client: httpx.AsyncClient) -> None:
    response = await client.get("/knowledge/hub.mobio")
    assert "script-src 'none'" in response.headers["content-security-policy"]
    assert "<script" not in response.text


async def test_every_record_shows_every_fact_with_its_citation(client: httpx.AsyncClient) -> None:
    for record in STORE.records():
        response = await client.get(f"/knowledge/{record.id}")
        assert response.status_code == 200
        shows_everything(record, unescape(response.text))


def shows_everything(record: Record, text: str) -> None:
    for position, fact in enumerate(record.facts, 1):
        shown = text.split(f'<dd id="f{position}">')[1].split("</dd>")[0]
        assert fact.text in shown
        for citation in STORE.citation(fact):
            assert f"{citation.title}「{citation.heading}」" in shown
        assert (fact.source or "") in shown
    if record.status:
        assert record.status.text in text and record.status.checked in text
    for name in record.related:
        assert f'href="/knowledge/{name}"' in text


async def test_every_link_and_anchor_leads_somewhere(client: httpx.AsyncClient) -> None:
    seen: dict[str, str] = {}
    waiting = ["/", "/embed", "/knowledge", "/knowledge?kind=scheme"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        response = await client.get(path)
        assert response.status_code == 200, path
        seen[path] = response.text
        if response.headers["content-type"].startswith("text/html"):
            found = re.findall(r'(?:href|src)="(/[^"#]*)', response.text)
            waiting += [unescape(link) for link in found if not link.startswith("/widget/")]
    for path, text in seen.items():
        for target, anchor in re.findall(r'href="([^"#]*)#([^"]+)"', text):
            assert f'id="{anchor}"' in seen[unescape(target) or path], f"{path} → {target}#{anchor}"
    assert len(seen) > len(STORE.records())


async def test_list_names_every_record_and_kind_narrows_it(client: httpx.AsyncClient) -> None:
    everything = (await client.get("/knowledge")).text
    schemes = (await client.get("/knowledge?kind=scheme")).text
    for record in STORE.records():
        link = f'href="/knowledge/{record.id}"'
        assert link in everything
        assert (link in schemes) == (record.kind == "scheme")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("タイの賃金", "country.thailand"),
        ("もびお", "hub.mobio"),
        ("ＭＯＢＩＯ", "hub.mobio"),
        ("案件化 調査", "scheme.feasibility_survey"),
        ("1,542社", "country.vietnam"),
    ],
)
async def test_search_finds(client: httpx.AsyncClient, query: str, first: str) -> None:
    text = (await client.get("/knowledge", params={"q": query})).text
    assert re.findall(r'record-name"><a href="/knowledge/([^"]+)"', text)[0] == first


async def test_search_says_what_the_material_lacks(client: httpx.AsyncClient) -> None:
    text = (await client.get("/knowledge", params={"q": "インドネシアの法人税"})).text
    assert "「税務」は資料に載っていない" in text
    assert "見つかりませんでした" in text and "0件" in text


@pytest.mark.parametrize(
    "query",
    ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "%00", "あ" * 900, "　"],
    ids=["script", "img", "template", "percent", "long", "blank"],
)
async def test_search_escapes_and_survives(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get("/knowledge", params={"q": query, "kind": query})
    assert response.status_code == 200
    assert "<script>" not in response.text and "<img" not in response.text
    assert "49" not in response.text.split("検索結果")[0][-40:]


async def test_country_table(client: httpx.AsyncClient) -> None:
    text = (await client.get("/knowledge/country.vietnam")).text
    row = re.search(r'<th scope="row">製造業作業員の月額賃金</th>(.*?)</tr>', text, re.S)
    assert row and re.findall(r">([\d,.]+米ドル/月)", row.group(1)) == [
        "162米ドル/月",
        "366米ドル/月",
    ]


async def test_condition_values_are_japanese(client: httpx.AsyncClient) -> None:
    for record in STORE.records():
        text = (await client.get(f"/knowledge/{record.id}")).text
        part = text.partition('id="conditions"')[2].partition("</section>")[0]
        for value in re.findall(r"<dd>(.*?)</dd>", part):
            assert not re.search(r"[a-z]{3,}(?:_[a-z]+)+|country\.", value), (record.id, value)


async def test_caching_and_compression(client: httpx.AsyncClient) -> None:
    plain = await client.get("/knowledge", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    async with client.stream("GET", "/knowledge", headers={"accept-encoding": "gzip"}) as zipped:
        packed = b"".join([part async for part in zipped.aiter_raw()])
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain.content
    assert zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["etag"] != plain.headers["etag"]
    for tag in (plain.headers["etag"], zipped.headers["etag"], f'W/{plain.headers["etag"]}, "x"'):
        again = await client.get("/knowledge", headers={"if-none-match": tag})
        assert again.status_code == 304 and again.content == b""
    other = await client.get("/knowledge", headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_assets_are_immutable_only_at_their_own_address(client: httpx.AsyncClient) -> None:
    address = re.search(r'"(/assets/site\.css\?v=\w+)"', (await client.get("/")).text)
    assert address
    assert "immutable" in (await client.get(address.group(1))).headers["cache-control"]
    for guess in ("/assets/site.css", "/assets/site.css?v=other"):
        assert "immutable" not in (await client.get(guess)).headers["cache-control"]


async def test_head(client: httpx.AsyncClient) -> None:
    response = await client.head("/knowledge")
    assert response.status_code == 200 and response.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/knowledge/hub.none",
        "/knowledge/sources/none",
        "/assets/..%2fsites.yml",
        "/widget/v1/none.js",
    ],
)
async def test_missing_pages_are_japanese(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "ページが見つかりません" in response.text
    assert response.headers["cache-control"] == "no-store"


async def test_failing_page_tells_nothing(client: httpx.AsyncClient) -> None:
    response = await client.get("/broken")
    assert response.status_code == 500
    assert "いまページをお見せできません" in response.text and "秘密" not in response.text
    wrong = await client.post("/knowledge")
    assert wrong.status_code == 405 and wrong.headers["allow"]
    assert "この方法では開けません" in wrong.text


async def test_a_store_that_is_away_is_no_fault_of_the_program(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/held")
    assert response.status_code == 503
    assert "いま受け付けられません" in response.text
    assert "つかんだまま" in caplog.text and "Traceback" not in caplog.text


async def test_errors_of_the_api_are_left_alone(client: httpx.AsyncClient) -> None:
    for path in ("/webhooks/broken", "/webhooks/none"):
        response = await client.get(path)
        assert "ページが見つかりません" not in response.text


async def test_snippet_names_this_server(client: httpx.AsyncClient) -> None:
    snippet = '<script async src="http://chat.example/widget/v1/loader.js" data-site-key="demo">'
    assert snippet in unescape((await client.get("/embed")).text)
    forged = await client.get("/embed", headers={"host": 'x"><script>'})
    assert "<script>" not in forged.text
