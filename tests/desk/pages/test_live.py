"""Open pages are told what changed, and let go; the sheet as a file."""

from __future__ import annotations

import asyncio
import json

import pytest

from desk.pages.live import stream
from desk.pages.views import address_of
from desk.sessions import IDLE_SECONDS, StaffSession, StaffSessions
from tests.desk.pages.conftest import COMPANY, Browser, Desk, staff

# --- live -------------------------------------------------------------------------------


def session_of(desk: Desk, login: str) -> StaffSession:
    sessions = StaffSessions(desk.service.database, desk.clock)
    found = sessions.find(sessions.begin(login))
    assert found
    return found


async def test_open_pages_are_told_what_changed(desk: Desk) -> None:
    desk.ask()
    session = session_of(desk, "yamada")
    events = stream(desk.pages.news, lambda: desk.pages.live_case(session, COMPANY))

    async def next_case() -> dict[str, object]:
        async for piece in events:
            if piece.startswith("event: case"):
                data: dict[str, object] = json.loads(piece.split("data: ", 1)[1])
                return data
        raise AssertionError

    first = await next_case()
    assert first["may_reply"] is False
    me = staff("yamada", "山田 花子")
    desk.service.claim(COMPANY, me)
    second = await asyncio.wait_for(next_case(), 1)
    assert second["may_reply"] is True
    assert first["head_hash"] != second["head_hash"] and first["side_hash"] == second["side_hash"]
    desk.service.say(COMPANY, me, "はい")
    third = await asyncio.wait_for(next_case(), 1)
    assert len(third["items"]) == len(second["items"]) + 1  # type: ignore[arg-type]
    # What another process wrote is found by looking.
    desk.say("別の機械から")
    fourth = await asyncio.wait_for(next_case(), 5)
    assert "別の機械から" in json.dumps(fourth, ensure_ascii=False)
    await events.aclose()  # type: ignore[attr-defined]
    assert not desk.pages.news._pages


async def test_the_stream_ends_with_the_session(desk: Desk) -> None:
    sessions = StaffSessions(desk.service.database, desk.clock)
    token = sessions.begin("yamada")

    def look() -> dict[str, dict[str, object]] | None:
        found = sessions.find(token)
        return desk.pages.live_queue(found) if found else None

    pieces = []
    async for piece in stream(desk.pages.news, look):
        pieces.append(piece)
        desk.clock.time += IDLE_SECONDS
        desk.pages.news.case_queued(COMPANY)
    assert pieces[-1].startswith("event: gone")


async def test_an_erased_conversation_leaves_the_page(desk: Desk) -> None:
    desk.ask()
    session = session_of(desk, "yamada")
    with desk.service.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM conversation")
    assert desk.pages.live_case(session, COMPANY).keys() == {"over"}


async def test_a_closing_server_lets_pages_go(desk: Desk) -> None:
    session = session_of(desk, "yamada")
    events = stream(desk.pages.news, lambda: desk.pages.live_queue(session))
    await events.__anext__()
    desk.pages.news.close()
    with pytest.raises(StopAsyncIteration):
        while True:
            await asyncio.wait_for(events.__anext__(), 1)


async def test_the_sheet_can_be_saved_and_who_took_it_is_noted(desk: Desk, yamada: Browser) -> None:
    receipt = desk.ask(wish="山田 090-1234-5678 まで")
    address = address_of(COMPANY)
    page = await yamada.get(address)
    assert f'href="{address}/sheet.pdf"' in page.text
    pdf = await yamada.get(f"{address}/sheet.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == f'attachment; filename="sheet-{receipt}.pdf"'
    assert pdf.headers["cache-control"] == "no-store"
    assert pdf.content.startswith(b"%PDF-")
    assert "090-1234-5678" in (await yamada.get(f"{address}/sheet.md")).text
    assert [event.kind for event in desk.service.feed(0)].count("opened") == 1
    desk.service.redact(COMPANY, staff("yamada", "山田 花子"))
    assert "090-1234-5678" not in (await yamada.get(f"{address}/sheet.md")).text


async def test_nobody_gets_a_sheet_without_consent_or_without_logging_in(
    desk: Desk, yamada: Browser
) -> None:
    desk.say("こんにちは")
    address = f"{address_of(COMPANY)}/sheet.md"
    assert (await yamada.get(address)).status_code == 403
    desk.ask()
    assert (await yamada.get(address)).status_code == 200
    assert (await yamada.get(f"{address_of(COMPANY)}/sheet.exe")).status_code in {404, 405}
    stranger = await desk.browser().get(address)
    assert stranger.status_code == 303
