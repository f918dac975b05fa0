"""Where a company's data is and is not: every table, every file, the log, the desk."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import update

from conversations.feedback import FeedbackStore
from conversations.ports import IncomingMessage
from conversations.private import PrivateTexts
from conversations.schema import private_text
from desk.model import DeskError
from tests.privacy.conftest import INTRODUCTION, PLANTED, SATO, Company
from tsunagari.assembly import Application


def in_tables(address: str, *needles: str) -> list[tuple[str, str]]:
    """Return (table, needle) wherever one stands in any column of any row."""
    engine = sqlalchemy.create_engine(address, future=True)
    try:
        with engine.connect() as connection:
            return [
                (name, needle)
                for name in sqlalchemy.inspect(engine).get_table_names()
                for row in connection.execute(sqlalchemy.text(f'SELECT * FROM "{name}"')).all()
                for needle in needles
                if any(needle in str(value) for value in row)
            ]
    finally:
        engine.dispose()


def in_files(directory: Path, *needles: str) -> list[tuple[str, str]]:
    """Return (file, needle) wherever one stands, in UTF-8 or as JSON escapes it.

    A process of its own reads: SQLite loses its locks when its process closes a file of the store.
    """
    program = [sys.executable, "-c", _LOOKS, str(directory), *needles]
    looked = subprocess.run(program, capture_output=True, text=True, check=True)
    return [tuple(one) for one in json.loads(looked.stdout)]


_LOOKS = """
import json, pathlib, sys
found = []
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    content = path.read_bytes() if path.is_file() else b""
    for needle in sys.argv[2:]:
        escaped = needle.encode("ascii", "backslashreplace")
        if needle.encode() in content or (not needle.isascii() and escaped in content):
            found.append([path.name, needle])
print(json.dumps(found))
"""


async def hand_off(company: Company) -> None:
    """Ask for a person, as companies do."""
    await company.say("担当者につないで")
    await company.say("山田太郎です。ベトナムの工場用地の件で相談したい")
    assert "受付番号" in await company.say("はい")


async def test_no_table_and_no_file_holds_what_was_typed(
    company: Company,
    bot: Application,
    store_address: str,
    store_file: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = await company.say(INTRODUCTION)
    assert "大阪府" in said and "金属プレス" in said
    await hand_off(company)
    await company.say("山田太郎 taro@yamada-ss.example.jp")
    FeedbackStore(bot.database, bot.gate.store.private).rate(
        company.conversation_id, 1, "down", "other", "山田太郎まで06-6789-1234に電話を"
    )
    assert in_tables(store_address, *PLANTED) == []
    assert in_files(store_file.parent, *PLANTED) == []
    tracker = bot.responder.processor.tracker_store.peek(company.conversation_id)
    assert tracker is not None
    dumped = str([event.as_dict() for event in tracker.events]) + str(tracker.current_slot_values())
    assert [one for one in PLANTED if one in dumped] == []
    assert [one for one in PLANTED if one in caplog.text] == []


async def test_the_desk_reads_what_was_typed_once_the_company_agreed(
    company: Company, bot: Application
) -> None:
    await company.say(INTRODUCTION)
    with pytest.raises(DeskError):
        bot.desk.conversation(company.conversation_id)
    await hand_off(company)
    await company.say("山田太郎 taro@yamada-ss.example.jp")
    case = bot.desk.conversation(company.conversation_id)
    assert case.messages[0].text == INTRODUCTION or INTRODUCTION in [m.text for m in case.messages]
    assert case.wish == "山田太郎です。ベトナムの工場用地の件で相談したい"
    assert case.contact == "山田太郎 taro@yamada-ss.example.jp"
    (waiting,) = [
        one for one in bot.desk.contacts() if one.conversation_id == company.conversation_id
    ]
    assert waiting.contact == case.contact
    bot.desk.redact(company.conversation_id, SATO)
    masked = bot.desk.conversation(company.conversation_id)
    assert "taro@" not in str(masked) and "山田" not in str(masked)


async def test_staff_and_notes_are_sealed_too_and_arrive_as_written(
    company: Company, bot: Application, store_address: str
) -> None:
    await company.say("大阪の会社です")
    await hand_off(company)
    await company.say("meru@example.jp")
    bot.desk.claim(company.conversation_id, SATO)
    bot.desk.say(company.conversation_id, SATO, "担当の佐藤次郎です。06-1111-2222に電話ください")
    note = bot.desk.note(company.conversation_id, SATO, "社長は山田花子さん、090-3333-4444")
    assert note.text == "社長は山田花子さん、090-3333-4444"
    assert in_tables(store_address, "06-1111-2222", "山田花子", "090-3333-4444") == []
    case = bot.desk.conversation(company.conversation_id)
    assert "06-1111-2222" in case.messages[-1].text
    assert case.notes[-1].text == note.text
    shown = bot.gate.store.log.history(company.conversation_id)
    assert "06-1111-2222" in shown[-1].text and "06-1111-2222" in str(shown[-1].body)
    (delivery,) = [
        one
        for one in bot.gate.store.outbox.pending(company.conversation_id)
        if "担当の" in one.parts[0].body["text"]
    ]
    assert "06-1111-2222" in delivery.parts[0].body["text"]


async def test_numbers_that_are_never_kept(
    company: Company, bot: Application, private: PrivateTexts
) -> None:
    await company.say("山田太郎です。マイナンバーは123456789018、カードは4111111111111111です")
    with bot.database.read() as connection:
        (text,) = private.messages(connection, company.conversation_id).values()
    assert text == "山田太郎です。マイナンバーは〔マイナンバー〕、カードは〔カード番号〕です"


async def test_a_message_taken_back_on_line_loses_what_was_sealed(
    bot: Application, private: PrivateTexts
) -> None:
    from channels.line.unsend import forget

    conversation_id = "line:U0:user:U1"
    await bot.gate.receive(
        IncomingMessage(
            conversation_id,
            "line",
            text=INTRODUCTION,
            client_message_id="e1",
            origin={"message_id": "77"},
        )
    )
    with bot.database.read() as connection:
        assert private.messages(connection, conversation_id)
    assert forget(bot.gate.store, conversation_id, "77")
    with bot.database.read() as connection:
        assert private.messages(connection, conversation_id) == {}


async def test_a_failure_says_nothing_of_what_was_to_be_stored(
    company: Company, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    with bot.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO outbox_away")
    try:
        with pytest.raises(Exception, match="outbox"):
            await company.say(INTRODUCTION)
        await bot.gate.submit(
            IncomingMessage(company.conversation_id, "web", text="山田太郎です。06-6789-1234")
        )
        for task in list(bot.gate._answering):
            task.cancel()
    finally:
        with bot.database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE outbox_away RENAME TO outbox")
    assert [one for one in PLANTED if one in caplog.text] == []


async def test_typing_into_the_sheet_is_masked_as_well(bot: Application) -> None:
    act = bot.sheet.edit("business", "山田太郎の金属プレス")
    assert "山田太郎" not in act.payload and "山田太郎" not in (act.label or "")
    assert "金属プレス" in act.payload


async def test_a_sealed_text_is_not_opened_after_its_time(
    company: Company, bot: Application
) -> None:
    await company.say(INTRODUCTION)
    await hand_off(company)
    with bot.database.write() as connection:
        connection.execute(
            update(private_text)
            .where(private_text.c.conversation_id == company.conversation_id)
            .values(created_at=private_text.c.created_at - 31 * 86400)
        )
    shown = str(bot.desk.conversation(company.conversation_id))
    assert "山田製作所" not in shown and "〔会社名〕" in shown
