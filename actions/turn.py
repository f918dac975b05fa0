"""What was understood in one turn, in the terms actions work with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker

from actions.patterns import pattern
from actions.pointing import with_name
from actions.profile_slots import profile_of
from actions.resources import Knowledge, knowledge
from actions.wording import Wording
from knowledge.guide import Profile

EXCLUDED = "excluded"
#: First character of what is chosen or set, which has no words of its own.
CHOICE = "/"


@dataclass(frozen=True)
class Clause:
    """A part of a message that does one thing, with its linked entities.

    Attributes:
        text: Its words.
        intent: What it does.
        entities: What it names, as the entity linker returns it.
        confidence: Of the intent, 0 to 1.
        outside: Probability that it asks for something the material leaves out.
        goes_on_from: The clause before it in the same message, whose subject it may share.
    """

    text: str
    intent: str
    entities: tuple[dict[str, Any], ...] = ()
    confidence: float = 1.0
    goes_on_from: Clause | None = None
    outside: float = 0.0

    def values(self, entity: str, role: str | None = None) -> tuple[str, ...]:
        """Returns the values of one kind of entity, in order, without repeats.

        Args:
            entity: Kind, e.g. ``record``.
            role: ``excluded`` for what the company ruled out; None for what it means.
        """
        found = (
            str(one["value"])
            for one in self.entities
            if one["entity"] == entity and one.get("role") == role
        )
        return tuple(dict.fromkeys(found))

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """Candidates of the first mention that could be more than one record."""
        for one in self.entities:
            if one["entity"] == "record" and len(one.get("candidates") or ()) > 1:
                return tuple(one["candidates"])
        return ()


@dataclass(frozen=True)
class Turn:
    """One user turn: message, profile, knowledge and wording.

    Attributes:
        tracker: Rasa's tracker.
        clauses: Parts of the message, at least one.
        profile: What is known of the company.
        wording: Phrases.
        knowledge: Store, search, guide.
        focus: Record ids last shown, for 「そこ」「その制度」.
        asked: Attributes last asked for, for 「ベトナムでは？」.
    """

    tracker: Tracker
    clauses: tuple[Clause, ...]
    profile: Profile
    wording: Wording
    knowledge: Knowledge
    focus: tuple[str, ...] = field(default=())
    asked: tuple[str, ...] = field(default=())

    @property
    def in_consultation(self) -> bool:
        """True while the consultation form waits for an answer."""
        return (self.tracker.active_loop or {}).get("name") == "consultation_form"

    @property
    def introduces_company(self) -> bool:
        """True where the message, beside asking, told something about the company itself."""
        told = (changes_of(self.tracker) or {}).keys()
        if not told:
            return False
        if {"prefecture", "country"} <= told:
            return True
        text = (self.tracker.latest_message or {}).get("text") or ""
        return any(one.intent == "inform" for one in self.clauses) or speaks_of_itself(text)


def asks(text: str) -> bool:
    """True for words that have the form of a question or a request to be told."""
    return bool(pattern("asks").search(text))


def wonders(text: str) -> bool:
    """True for a question told as a worry (「品質を分かってくれるか心配です」)."""
    return bool(pattern("wonders").search(text))


def speaks_of_itself(text: str) -> bool:
    """True where a company speaks of itself (「うちは…を作っています」)."""
    return bool(pattern("of_itself").search(text))


def message_id(tracker: Tracker) -> str:
    """Returns the id of the latest message, to tell this turn's changes from older ones."""
    return str((tracker.latest_message or {}).get("message_id") or "")


def changes_of(tracker: Tracker) -> dict[str, Any] | None:
    """Returns what the latest message changed, as slot to value before; None for nothing."""
    changes = tracker.get_slot("changes")
    if not changes or changes["message"] != message_id(tracker):
        return None
    return dict(changes["before"])


def clauses_of(message: dict[str, Any]) -> tuple[Clause, ...]:
    """Reads the clauses of a parsed message; a message of one clause is its own.

    Args:
        message: ``tracker.latest_message``.
    """
    whole = Clause(
        text=message.get("text") or "",
        intent=(message.get("intent") or {}).get("name") or "nlu_fallback",
        entities=tuple(message.get("entities") or ()),
        confidence=float((message.get("intent") or {}).get("confidence") or 0.0),
        outside=float(message.get("outside") or 0.0),
    )
    parts = tuple(_parts(message))
    return parts if len(parts) > 1 else (whole,)


def _parts(message: dict[str, Any]) -> Iterator[Clause]:
    before: Clause | None = None
    for part in message.get("clauses") or ():
        before = Clause(
            text=part["text"],
            intent=part["intent"],
            entities=tuple(part.get("entities") or ()),
            confidence=float(part.get("confidence") or 0.0),
            goes_on_from=before,
            outside=float(part.get("outside") or 0.0),
        )
        yield before


def _with_record_pointed_at(
    clause: Clause, shown: tuple[str, ...], focus: tuple[str, ...], known: Knowledge
) -> Clause:
    """Names what 「2番目は何で」 or 「もうひとつの方」 points at among the records shown."""
    if any(clause.values(one) for one in ("record", "country", "prefecture", "city")):
        return clause
    pointed = with_name(clause.text, shown, next(iter(focus), None), known.store)
    if pointed is None:
        return clause
    text, record = pointed
    named = {"entity": "record", "value": record, "text": known.store.record(record).short_name}
    others = tuple(one for one in clause.entities if one["entity"] not in ("reference", "kind"))
    return replace(clause, text=text, entities=(named, *others))


def _offered(tracker: Tracker) -> tuple[str, ...]:
    """Returns the records that the last message offered as choices, in their order."""
    said = (one for one in reversed(tracker.events) if one["event"] == "bot")
    buttons = ((next(said, None) or {}).get("data") or {}).get("buttons") or ()
    named = (_arguments_of(str(one.get("payload"))).get("record") for one in buttons)
    return tuple(one for one in named if one)


def _arguments_of(payload: str) -> dict[str, Any]:
    """Reads the entities of what a choice means (``/ask_record{"record": …}``)."""
    _, brace, rest = payload.partition("{")
    arguments: dict[str, Any] = json.loads(brace + rest) if brace else {}
    return arguments


def turn_of(tracker: Tracker, domain: dict[str, Any]) -> Turn:
    """Builds the turn from what Rasa hands to an action."""
    focus = tuple(tracker.get_slot("focus") or ())
    shown = focus if len(focus) > 1 else tuple(tracker.get_slot("plan") or ())
    known = knowledge()
    return Turn(
        tracker=tracker,
        clauses=tuple(
            _with_record_pointed_at(one, shown or _offered(tracker) or focus, focus, known)
            for one in clauses_of(tracker.latest_message or {})
        ),
        profile=profile_of(tracker.slots),
        wording=Wording(domain),
        knowledge=known,
        focus=focus,
        asked=tuple(tracker.get_slot("asked") or ()),
    )
