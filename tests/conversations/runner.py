"""Plays conversations through the assembled bot and checks what the company reads.

`rasa test` never runs actions, so a story that passes there may still answer nothing. This
runner sends each turn through the real gate, with the real model, actions and store.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.rendering import figure
from conversations.gate import Gate
from conversations.ports import IncomingMessage
from knowledge.store import open_store
from tsunagari.assembly import Application
from tsunagari.tracker_store import SnapshotTrackerStore

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
FIGURE_WITH_UNIT = re.compile(
    r"\d+(?:[.,/]\d+)*\s*(?:米ドル|万人|万円|億円|円|％|%|社|人|か国|カ国|箇所|年度|年|月|回)"
)


@dataclass(frozen=True)
class Turn:
    """One message of the company and what it must read back.

    Attributes:
        user: What is typed.
        says: Regular expressions that must all match the answer.
        says_not: Regular expressions that must not.
        slots: Slot values after the turn.
        asks_once: Words that must occur exactly once.
    """

    user: str
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)
    asks_once: str | None = None


@dataclass(frozen=True)
class Scenario:
    """A conversation of several turns."""

    name: str
    category: str
    turns: tuple[Turn, ...]


def scenarios() -> Iterator[Scenario]:
    """Reads every scenario below tests/conversations, by category folder."""
    for path in sorted(FOLDER.glob("*/*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            turns = tuple(
                Turn(
                    user=turn["user"],
                    says=tuple(str(one) for one in turn.get("says", ())),
                    says_not=tuple(str(one) for one in turn.get("says_not", ())),
                    slots=turn.get("slots", {}),
                    asks_once=turn.get("asks_once"),
                )
                for turn in entry["turns"]
            )
            yield Scenario(entry["scenario"], path.parent.name, turns)


class Conversation:
    """One conversation through a gate.

    Args:
        gate: Where its messages go in.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.id = f"test-{uuid.uuid4().hex}"

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Sends one message and returns the bot's messages."""
        reply = await self._gate.receive(
            IncomingMessage(conversation_id=self.id, channel="rest", text=text)
        )
        return list(reply.messages)


async def slots_of(application: Application, conversation_id: str) -> dict[str, Any]:
    """Returns the slots of a conversation as a fresh process would read them from the store."""
    store = SnapshotTrackerStore(application.responder.processor.domain, application.database)
    tracker = await store.retrieve(conversation_id)
    return tracker.current_slot_values() if tracker else {}


async def play(application: Application, scenario: Scenario) -> list[str]:
    """Plays a scenario to its end.

    Returns:
        What went wrong, one line a finding; empty when everything held.
    """
    conversation = Conversation(application.gate)
    findings = []
    heard = known_text()
    for number, turn in enumerate(scenario.turns, 1):
        text = "\n".join(message.get("text", "") for message in await conversation.say(turn.user))
        where = f"{number}. 「{turn.user}」"
        heard += fold(turn.user)
        findings += [f"{where} invents {one}" for one in invented_figures(text, heard)]
        findings += [f"{where} lacks /{one}/ in: {text}" for one in turn.says if not _in(one, text)]
        findings += [f"{where} has /{one}/ in: {text}" for one in turn.says_not if _in(one, text)]
        if turn.asks_once and text.count(turn.asks_once) != 1:
            findings.append(f"{where} asks 「{turn.asks_once}」 {text.count(turn.asks_once)} times")
        if turn.slots:
            slots = await slots_of(application, conversation.id)
            findings += [
                f"{where} slot {name} is {slots.get(name)!r}, not {value!r}"
                for name, value in turn.slots.items()
                if slots.get(name) != value
            ]
    return findings


def invented_figures(text: str, known: str) -> list[str]:
    """Returns figures with a unit that stand neither in the knowledge nor in what was said."""
    return [one for one in FIGURE_WITH_UNIT.findall(fold(text)) if one not in known]


def fold(text: str) -> str:
    """Folds width and thousands separators, so that 8,877万人 and ８８７７万人 are one."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text)).replace(" ", "")


@cache
def known_text() -> str:
    """Everything the knowledge base says, with its figures as tables show them."""
    store = open_store()
    told = [record.json(ensure_ascii=False) for record in store.records()]
    told += [figure(fact.fact) for fact in store.facts()]
    told += [document.json(ensure_ascii=False) for document in store.documents()]
    told += [topic.json(ensure_ascii=False) for topic in store.topics()]
    told.append((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return fold("\n".join(told))


def _in(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.DOTALL) is not None
