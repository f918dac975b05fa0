"""Erased in one transaction: a receipt, and nothing left anywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from conversations import schema
from conversations.database import Database, now
from conversations.erasure import Erasure, tables
from conversations.ports import IncomingMessage
from conversations.schema import metadata
from conversations.sessions import SessionStore
from conversations.store import ConversationStore
from tests.privacy.conftest import Company
from tests.privacy.erasing import MARKS, STORY, erase, tell
from tests.privacy.test_everywhere import in_files, in_tables
from tests.stores import VARIABLE, store_url
from tsunagari.assembly import Application

ON_POSTGRESQL = VARIABLE in os.environ


async def test_nothing_is_left_in_any_table_or_file(
    company: Company, bot: Application, store_address: str, store_file: Path
) -> None:
    await tell(company)
    before = in_tables(store_address, *MARKS)
    assert {name for name, _ in before} >= {
        "message",
        "tracker_turn",
        "handoff_request",
        "feedback",
    }
    if not ON_POSTGRESQL:
        assert in_files(store_file.parent, *MARKS) != []
    said = await erase(company)
    receipt = re.search(r"E-[A-Z0-9]{6}", said)
    assert receipt, said
    assert in_tables(store_address, *MARKS) == []
    # The database, its write-ahead log and whatever else lies beside them.
    assert in_files(store_file.parent, *MARKS) == []
    made = bot.gate.store.erasure.receipt(receipt[0])
    assert made is not None and made.reason == "asked"
    assert set(made.counts) >= {
        "message", "inbox", "outbox", "choice", "tracker", "tracker_turn", "handoff_request",
        "private_text", "feedback", "desk_event", "ownership", "line_contact", "line_request",
        "slack_post", "turn_record", "consent",
    }  # fmt: skip
    assert f"合わせて{made.total}件" in said
    assert company.conversation_id not in str(made)


async def test_memory_forgets_as_well(company: Company, bot: Application) -> None:
    await tell(company)
    trackers = bot.responder.processor.tracker_store
    assert company.conversation_id in trackers.known()
    await erase(company)
    assert company.conversation_id not in trackers.known()
    assert trackers.peek(company.conversation_id) is None
    assert not [one for one in bot.sheet.read(company.conversation_id)["fields"] if one["value"]]


async def test_only_the_news_of_it_stays_and_goes_within_the_hour(
    company: Company, bot: Application
) -> None:
    await tell(company)
    said = await erase(company)
    log = bot.gate.store.log.history(company.conversation_id)
    assert [one.text for one in log] == [said]
    # The visitor's page goes on in the same session.
    assert SessionStore(bot.database).get(company.conversation_id) is not None
    assert bot.privacy is not None
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.left_over(connection, company.conversation_id) == {
            "inbox": 1, "message": 1, "outbox": 1, "turn_record": 1,
        }  # fmt: skip
    later = 3700 + now()
    assert bot.privacy.retention.run_often(later).shells >= 1
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.count(connection, company.conversation_id) == {}


async def test_the_conversation_may_begin_anew(company: Company, bot: Application) -> None:
    await tell(company)
    await erase(company)
    said = await company.say("タイの人口は？")
    assert "6,678万人" in said
    assert bot.privacy is not None
    bot.privacy.retention.run_often(3700 + now())
    assert len(bot.gate.store.log.history(company.conversation_id)) > 1


async def test_a_press_of_the_widgets_button_leaves_not_even_the_shell(
    company: Company, bot: Application
) -> None:
    await tell(company)
    assert await bot.gate.erase(company.conversation_id)
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.count(connection, company.conversation_id) == {}
    assert not await bot.gate.erase(company.conversation_id)


async def test_another_process_forgets_within_its_round(
    company: Company, bot: Application, store_address: str
) -> None:
    await company.say(STORY[0])
    trackers = bot.responder.processor.tracker_store
    assert company.conversation_id in trackers.known()
    erased = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from conversations.database import Database;"
            "from conversations.store import ConversationStore;"
            "print(ConversationStore(Database(sys.argv[1])).erase(sys.argv[2]).total)",
            store_address,
            company.conversation_id,
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert int(erased.stdout) > 5
    assert bot.gate.store.forget_gone() >= 1
    assert company.conversation_id not in trackers.known()


def test_every_table_that_names_a_conversation_is_reached() -> None:
    reached = {table.name for table in tables()}
    naming = {table.name for table in metadata.sorted_tables if "conversation_id" in table.c}
    # These are found by what is still written there, and emptied when Slack, or who follows the
    # event stream, has been told.
    told_later = {name for name in naming if name.startswith("slack_desk_")} | {"erasure_notice"}
    assert naming - told_later == reached - {"conversation"}


async def test_conversations_of_others_stay(tmp_path: Path) -> None:
    database = Database(store_url(tmp_path))
    store = ConversationStore(database)
    for name in ("web:a", "web:b"):
        store.inbox.accept(IncomingMessage(name, "web", text="x", client_message_id="1"), "x")
    assert store.erase("web:a")
    with database.read() as connection:
        assert Erasure(database).count(connection, "web:a") == {}
        assert Erasure(database).count(connection, "web:b")["message"] == 1
        left = connection.execute(select(schema.conversation.c.id)).scalars().all()
    assert left == ["web:b"]
    database.close()
