"""What was filed under a fact is answered by it when it is asked again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from actions.resources import current_knowledge
from conversations.ports import IncomingMessage
from knowledge.analysis import Analyser
from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.search.filed import FiledQuestions
from knowledge.store import StoredQuestion
from tsunagari.assembly import Application

ODD = "F/S支援のほげほげ玉は何発ですか"
SHORT = "弾は？"


@pytest.fixture
def filed(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had filed an odd question and a short one."""
    opened = current_knowledge()
    here = ("scheme.hands_on_fs", "amount_limit")
    more = [StoredQuestion(text, *here) for text in (ODD, SHORT)]
    asked = FiledQuestions([*opened.store.questions(), *more], AnalysedTexts())
    monkeypatch.setattr(opened.search, "_filed", asked)


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
    for text in (
        ODD,
        "Ｆ／Ｓ支援のほげほげ玉は、何発ですか？",
        "F/S支援だとほげほげ玉は何発でしょうか",
    ):
        told = await answer(application, text)
        assert told["kind"] == "fact"
        assert told["data"]["records"][0] == "scheme.hands_on_fs"
        assert "120万円" in str(told) and told["lead"]["citations"]


async def test_before_that_they_are_not(application: Application) -> None:
    assert (await answer(application, ODD))["kind"] in {"did_you_mean", "not_in_material"}


async def test_a_follow_up_keeps_its_own_subject(application: Application, filed: None) -> None:
    told = await answer(application, "MOBIOとは", SHORT)
    assert "120万円" not in str(told.get("lead"))


def test_what_is_filed_under_two_facts_is_left_to_the_ranking() -> None:
    twice = [StoredQuestion(ODD, "hub.a", "fee"), StoredQuestion(ODD, "hub.b", "fee")]
    words = Analyser().words(ODD)
    assert len(FiledQuestions(twice, AnalysedTexts()).places(ODD, words)) == 2
    assert FiledQuestions(twice, AnalysedTexts()).places("ほかの質問", ["他", "質問"]) == set()


async def test_words_much_like_filed_ones_are_answered_by_the_same(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = current_knowledge()
    asked = "役場にだけ門が開いていて、社長が書類を出しても受け取ってもらえない枠"
    here = ("scheme.grassroots", "applicants")
    filed = [*opened.store.questions(), StoredQuestion(asked, *here)]
    monkeypatch.setattr(opened.search, "_filed", FiledQuestions(filed, AnalysedTexts()))
    told = await answer(
        application, "門が開いているのは役場だけ、社長の書類は受け取ってもらえない枠はどれ"
    )
    assert told["data"]["records"][0] == "scheme.grassroots"
