"""The trap of a new Rasa session: it forgets a pause, so the bot would talk over the person.

The real bot, the real desk: the session expires and the process is replaced while a person has
the conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import SessionConfig

from conversations.ports import IncomingMessage, plug_sheets, set_desk
from tests.desk.world import IN_HOURS, SATO
from tests.stores import store_url
from tsunagari.assembly import Application, assemble
from tsunagari.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
COMPANY = "web:expiry"


async def say(application: Application, text: str) -> str:
    reply = await application.gate.receive(IncomingMessage(COMPANY, "web", text=text))
    return "\n".join(message["text"] for message in reply.messages)


def begin(store: str) -> Application:
    """A process on a store, with staff who are there."""
    begun = assemble(Settings(root=ROOT, database_url=store), warm_up=False)
    begun.desk.staffed_when(lambda: True)
    begun.desk.clock = lambda: IN_HOURS
    return begun


def let_sessions_expire(running: Application) -> None:
    """From now on a session lasts no longer than a blink."""
    domain = running.responder.processor.domain
    domain.session_config = SessionConfig(1e-6, domain.session_config.carry_over_slots)


@pytest.fixture
def plugged_back(application: Application) -> Iterator[None]:
    """Plug the bot of the other tests in again afterwards."""
    yield
    set_desk(application.desk)
    plug_sheets(application.sheets)


@pytest.mark.usefixtures("plugged_back")
async def test_the_bot_stays_silent_through_session_expiry_and_restart(tmp_path: Path) -> None:
    store = store_url(tmp_path)
    first = begin(store)
    for text in ("大阪の金属プレスの会社です", "担当者につないで", "契約書を見てほしい"):
        await say(first, text)
    assert "受付番号" in await say(first, "はい")
    first.desk.claim(COMPANY, SATO)
    let_sessions_expire(first)
    await asyncio.sleep(0.01)
    assert await say(first, "もしもし") == ""
    first.close()
    second = begin(store)
    let_sessions_expire(second)
    assert await say(second, "タイの賃金は？") == ""
    assert await say(second, "こんにちは") == ""
    log = [one.text for one in second.gate.store.log.history(COMPANY)]
    assert log[-3:] == ["もしもし", "タイの賃金は？", "こんにちは"]
    assert second.desk.conversation(COMPANY).state == "HUMAN"
    second.desk.give_back(COMPANY, SATO)
    assert "記録しました" in await say(second, "はい、解決しました")
    # It goes on where it was: no greeting, and it still knows the company.
    answer = await say(second, "相談カルテを見せて")
    assert "大阪府" in answer
    assert "こんにちは" not in answer
    second.close()
