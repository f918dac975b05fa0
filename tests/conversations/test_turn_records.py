"""Each turn leaves a row that can be counted, and no word of the company."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import IncomingMessage, OutputDict, Utterance
from conversations.schema import turn_record
from conversations.store import ConversationStore
from conversations.turn_records import Understood, outcome_of, records_of
from tsunagari.assembly import Application


def rows(database: Database, conversation: str) -> list[Any]:
    with database.read() as connection:
        return connection.execute(
            select(turn_record)
            .where(turn_record.c.conversation_id == conversation)
            .order_by(turn_record.c.inbox_id)
        ).all()


def answer(kind: str, **parts: Any) -> OutputDict:
    return {"text": "…", "custom": {"kind": kind, "points": [], "data": {}, "cards": [], **parts}}


def test_the_worst_of_several_questions_counts() -> None:
    fact = answer("fact", data={"records": ["hub.mobio"]})
    no = answer("not_in_material", points=[{"text": "JETRO"}])
    lost = answer("not_in_material")
    assert outcome_of([fact], None) == "answered"
    assert outcome_of([fact, answer("did_you_mean")], None) == "maybe"
    assert outcome_of([fact, answer("did_you_mean"), no], None) == "honest"
    assert outcome_of([no, lost, fact], None) == "fallback"
    assert outcome_of([fact, answer("plan")], None) == "plan"
    assert records_of([fact, answer("did_you_mean", data={"records": ["hub.kobe"]})]) == (
        "hub.mobio",
    )


def test_what_is_told_to_the_staff_is_no_question() -> None:
    told = Understood("inform", 0.9, "answer", frozenset({"handoff_form"}), "handoff_form")
    assert outcome_of([{"text": "よろしいですか"}], told) == "handoff"
    waits = Understood("inform", 0.9, "answer", form="consultation_form")
    assert outcome_of([{"text": "段階は？"}], waits) == "form"
    assert outcome_of([{"text": "天気は…"}], Understood("out_of_scope", 0.9)) == "outside"
    assert outcome_of([{"text": "こんにちは"}], Understood("greet", 0.9)) == "other"


async def test_the_real_bot_leaves_a_row_for_each_turn(application: Application) -> None:
    company = f"rest:{uuid.uuid4().hex}"
    texts = (
        "MOBIOとは",
        "インドネシアの法人税は？",
        "ぷるぷるぽわ",
        "大阪で金属プレスをやってます。ベトナムに工場を出したい",
        "まだ調べ始めたところ",
        "明日の天気は",
        "担当者につないで",
        "田中一郎と申します、契約の件です",
        "いいえ",
    )
    for text in texts:
        await application.gate.receive(IncomingMessage(company, "rest", text=text))
    found = rows(application.database, company)
    assert [row.outcome for row in found[:6]] == [
        "answered", "honest", "fallback", "form", "plan", "outside",
    ]  # fmt: skip
    assert {row.outcome for row in found[6:]} == {"handoff"}
    assert [row.typed for row in found] == [True] * 6 + [False] * 3
    assert found[0].records == ["hub.mobio"]
    assert (found[0].intent, found[0].band) == ("ask_record", "answer")
    assert found[0].confidence > 0.9 and found[0].milliseconds > 0
    plan = found[4]
    assert (plan.prefecture, plan.country, plan.stage) == (
        "大阪府", "country.vietnam", "collecting",
    )  # fmt: skip
    assert "hub.mobio" in plan.records
    told = str([tuple(row) for row in found])
    assert not [word for word in ("田中", "金属プレス", "法人税", "ぷるぷる") if word in told]
    await application.gate.erase(company)
    assert rows(application.database, company) == []


class Broken:
    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        raise RuntimeError("broken")


async def test_a_turn_that_failed_is_counted_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    gate = Gate(ConversationStore(database), Broken())
    message = IncomingMessage("rest:a", "rest", text="やあ", client_message_id="1")
    await gate.receive(message)
    await gate.receive(message)
    (row,) = rows(database, "rest:a")
    assert (row.outcome, row.typed, row.intent, row.records) == ("failed", False, None, [])
    database.close()


async def test_a_turn_that_is_not_committed_leaves_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    store = ConversationStore(database)
    gate = Gate(store, Broken())

    def fail(*_arguments: object, **_options: object) -> list[int]:
        raise OSError("disk full")

    monkeypatch.setattr(store, "finish", fail)
    with pytest.raises(OSError):
        await gate.receive(IncomingMessage("rest:a", "rest", text="やあ"))
    assert rows(database, "rest:a") == []
    database.close()
