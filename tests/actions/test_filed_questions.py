"""What was filed under a fact is answered by it when it is asked again."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from actions import filed_questions
from actions.resources import current_knowledge
from conversations.ports import IncomingMessage
from knowledge.store import StoredQuestion
from tsunagari.assembly import Application

ODD = "F/S支援の弾は何発ですか"
SHORT = "弾は？"


@pytest.fixture
def filed(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had filed an odd question and a short one."""
    store = current_knowledge().store
    places = filed_questions._places(store)
    here = {("scheme.hands_on_fs", "amount_limit")}
    more = {filed_questions.folded(text): here for text in (ODD, SHORT)}
    monkeypatch.setattr(filed_questions, "_last", (store, {**places, **more}))


async def answer(application: Application, *texts: str) -> dict[str, Any]:
    company = f"rest:{uuid.uuid4().hex}"
    body: dict[str, Any] = {}
    for text in texts:
        reply = await application.gate.receive(IncomingMessage(company, "rest", text=text))
        body = reply.messages[0].get("custom") or {}
    return body


async def test_odd_words_are_answered_once_they_are_filed(
    application: Application, filed: None
) -> None:
    for text in (ODD, "Ｆ／Ｓ支援の弾は、何発ですか？"):
        told = await answer(application, text)
        assert told["kind"] == "fact"
        assert told["data"]["records"][0] == "scheme.hands_on_fs"
        assert "120万円" in str(told) and told["lead"]["citations"]


async def test_before_that_they_are_not(application: Application) -> None:
    assert "120万円" not in str((await answer(application, ODD)).get("lead"))


async def test_a_follow_up_keeps_its_own_subject(application: Application, filed: None) -> None:
    told = await answer(application, "MOBIOとは", SHORT)
    assert "120万円" not in str(told.get("lead"))


def test_what_is_filed_under_two_facts_is_left_to_the_ranking() -> None:
    store = current_knowledge().store
    (first, *_), (second, *_) = store.questions()[:1], store.questions()[-1:]
    twice = replace(store, _questions=(first, StoredQuestion(first.text, *second[1:])))
    (places,) = filed_questions._places(twice).values()
    assert len(places) == 2
