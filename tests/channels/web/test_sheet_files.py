"""The sheet as a file: for the session it belongs to, and for who has a link."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.channels.web.conftest import EVIL, SITE, WEB, Server, Visitor, serving


async def test_the_session_gets_its_sheet_as_pdf_and_markdown(visitor: Visitor) -> None:
    await visitor.say("こんにちは")
    await visitor.settled()
    pdf = await visitor.request("GET", "/sheet.pdf")
    assert pdf.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'attachment; filename="sheet.pdf"'
    assert pdf.headers["cache-control"] == "no-store"
    assert pdf.headers["access-control-allow-origin"] == SITE
    assert pdf.content.startswith(b"%PDF-")
    markdown = await visitor.request("GET", "/sheet.md")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# 相談カルテ")


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer x.y"}])
async def test_nobody_else_gets_it(visitor: Visitor, headers: dict[str, str]) -> None:
    refused = await visitor.request("GET", "/sheet.pdf", headers=headers)
    assert refused.status_code == 401
    elsewhere = await visitor.request("GET", "/sheet.pdf", headers={"Origin": EVIL})
    assert elsewhere.status_code == 403


async def test_files_are_made_so_often_and_no_more(server: Server) -> None:
    visitor = await server.open()
    answers = [(await visitor.request("GET", "/sheet.md")).status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


async def test_what_cannot_be_made_is_said_and_can_be_tried_again(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answers.sheet.typesetting.TEMPLATE", Path(__file__))
    failed = await visitor.request("GET", "/sheet.pdf")
    assert failed.status_code == 503
    assert failed.json()["error"]["code"] == "sheet_unavailable"
    assert int(failed.headers["retry-after"]) > 0


async def test_an_erased_conversation_has_no_sheet_and_its_links_are_dead(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, public_url="https://chat.example.jp") as server:
        visitor = await server.open()
        await visitor.say("こんにちは")
        assert server.application.sheets is not None
        link = server.application.sheets.link(visitor.stored_id)
        assert link is not None
        path = httpx.URL(link).path
        opened = await server.client.get(path)
        assert opened.content.startswith(b"%PDF-")
        assert opened.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
        assert opened.headers["referrer-policy"] == "no-referrer"
        markdown = await server.client.get(path.replace(".pdf", ".md"))
        assert markdown.text.startswith("# 相談カルテ")
        assert (await server.client.get(path + "x")).status_code == 404
        assert (await visitor.request("DELETE", "/conversation")).status_code == 204
        dead = await server.client.get(path)
        assert dead.status_code == 404
        assert "期限が切れたか" in dead.text
        assert (await visitor.request("GET", "/sheet.pdf")).status_code == 401
        assert (await server.client.get(f"{WEB}/sheet.pdf")).status_code == 401
