"""What companies really ask: every topic ends in its right answer or an honest one, with source."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.store import open_store
from tests.conversations.runner import Conversation, fold, invented_figures, known_text
from tsunagari.assembly import Application

TOPICS = yaml.safe_load(Path(__file__).with_name("topics.yml").read_text(encoding="utf-8"))
OUTCOMES = {"answered", "honest", "consultation"}
NOT_IN_MATERIAL = re.compile(
    r"載っていない|見当たらない|記載がありません|記載に見当たら|載っていません|お答えできません"
)
PERSON = re.compile(r"担当者")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic["id"])
def test_topic(application: Application, topic: dict[str, Any]) -> None:
    messages = asyncio.run(Conversation(application.gate).say(topic["question"]))
    findings = judge(topic, messages)
    assert not findings, "\n".join([*findings, "---", reply_text(messages)])


def test_every_topic_stands_once() -> None:
    ids = [topic["id"] for topic in TOPICS]
    assert len(ids) == len(set(ids)) == 59
    assert {topic["outcome"] for topic in TOPICS} == OUTCOMES


def test_references_exist() -> None:
    store = open_store()
    for topic in TOPICS:
        assert all(store.has_record(one) for one in topic.get("helpers", ())), topic["id"]
        assert all(_headings(one) for one in topic.get("cite", ())), topic["id"]


def test_a_wrong_reply_is_found() -> None:
    """The judge itself: each rule catches the reply that breaks it."""
    honest = {"question": "法人税は", "outcome": "honest", "helpers": ["organisation.jetro"]}
    good = {"text": "資料には記載がありません。JETROが相談先です。", "custom": {"kind": "x"}}
    good["custom"] = {"kind": "not_in_material"}
    assert judge(honest, [good]) == []
    assert judge(honest, [{**good, "text": "JETROにどうぞ。"}])
    assert judge(honest, [{**good, "text": "資料には記載がありません。"}])
    assert judge(honest, [{**good, "text": good["text"] + "税率は20％です。"}])
    assert judge(honest, [good, good])
    assert judge({**honest, "high_risk": True}, [good])
    assert judge({**honest, "says_not": ["相談先"]}, [good])
    answered = {
        "question": "誰向け",
        "outcome": "answered",
        "says": ["中小企業"],
        "cite": ["deck2014#s16"],
    }
    heading = next(iter(_headings("deck2014#s16")))
    told = {"text": f"中小企業向けです。〔出典: {heading}〕", "custom": {"kind": "fact"}}
    assert judge(answered, [told]) == []
    assert judge(answered, [{**told, "text": "中小企業向けです。"}])
    assert judge(answered, [{**told, "text": f"大企業向けです。〔出典: {heading}〕"}])
    asked = {"question": "何から", "outcome": "consultation"}
    assert judge(asked, [{"text": "所在地は？", "custom": {"kind": "question"}}]) == []
    assert judge(asked, [told])


def judge(topic: dict[str, Any], messages: list[dict[str, Any]]) -> list[str]:
    """Returns what is wrong with the reply to a topic's question; empty when all holds."""
    text = reply_text(messages)
    kinds = [message.get("custom", {}).get("kind") for message in messages]
    findings = [
        f"invents {one}" for one in invented_figures(text, known_text() + fold(topic["question"]))
    ]
    bodies = [message.get("text") for message in messages]
    if len(bodies) != len(set(bodies)):
        findings.append("says the same twice")
    findings += [f"lacks /{one}/" for one in topic.get("says", ()) if not re.search(one, text)]
    findings += [f"has /{one}/" for one in topic.get("says_not", ()) if re.search(one, text)]
    if topic["outcome"] == "consultation":
        return findings if "question" in kinds else [*findings, "does not ask"]
    if topic["outcome"] == "answered":
        return findings + [
            f"does not cite {one}"
            for one in topic["cite"]
            if not any(heading in text for heading in _headings(one))
        ]
    if not NOT_IN_MATERIAL.search(text) and not (topic.get("or_answered") and "出典" in text):
        findings.append("does not say that the material lacks it")
    if not any(name in text for one in topic["helpers"] for name in _names(one)):
        findings.append(f"names none of {topic['helpers']}")
    if topic.get("high_risk") and not PERSON.search(text):
        findings.append("offers no person")
    return findings


def reply_text(messages: list[dict[str, Any]]) -> str:
    """Returns what the company reads in one turn."""
    return "\n".join(message.get("text", "") for message in messages)


@cache
def _names(record_id: str) -> tuple[str, ...]:
    record = open_store().record(record_id)
    return tuple({record.name, record.short_name})


@cache
def _headings(references: str) -> tuple[str, ...]:
    """Returns the headings of ``a#s|b#t``; any of them counts as the citation."""
    store = open_store()
    return tuple(one.heading for one in store.citations(references.split("|")))
