"""One analysable row for every turn: what was understood, how it ended, how long it took.

The row is written in the turn's own transaction and holds nothing a company typed: what was
asked stands in the message log alone (masked), and goes with it when the conversation is erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from conversations.ports import OutputDict
from conversations.schema import turn_record

ANSWERED, MAYBE, HONEST, FALLBACK = "answered", "maybe", "honest", "fallback"
FORM, PLAN, HANDOFF = "form", "plan", "handoff"
#: Declined as none of our business (the weather), which the staff need not look at.
OUTSIDE = "outside"
#: A person holds the conversation; the gate answers itself; an apology; small talk and the like.
PERSON, NOTICE, FAILED, OTHER = "person", "notice", "failed", "other"

#: How a question can end, worst first: of several in one message the worst counts.
QUESTION_OUTCOMES = (FALLBACK, HONEST, MAYBE, ANSWERED)
#: Outcomes the staff should look at.
UNANSWERED = (FALLBACK, HONEST, MAYBE)

#: Parts of a company's profile that are counted; neither place nor business can name a company.
PROFILE = ("prefecture", "country", "stage", "applicant")

_HANDOFF_FORM, _CONSULTATION_FORM = "handoff_form", "consultation_form"
_OUTCOME_OF_KIND = {
    "fact": ANSWERED,
    "record": ANSWERED,
    "list": ANSWERED,
    "comparison": ANSWERED,
    "reasons": ANSWERED,
    "sheet": OTHER,
    "did_you_mean": MAYBE,
    "not_in_material": HONEST,
}
_OUTCOME_OF_INTENT = {"ask_outside": HONEST, "out_of_scope": OUTSIDE}
_ADD = insert(turn_record)


@dataclass(frozen=True)
class Understood:
    """What the dialogue made of a message.

    Attributes:
        intent: Name of the intent.
        confidence: Of the intent, 0 to 1.
        band: `answer`, `maybe` or `unknown`.
        actions: Names of the actions that ran, in any order.
        form: Name of the form that waits for an answer after the turn.
        profile: Slot → value, of `PROFILE`; unknown ones are absent.
    """

    intent: str | None = None
    confidence: float | None = None
    band: str | None = None
    actions: frozenset[str] = frozenset()
    form: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)

    @property
    def hands_off(self) -> bool:
        """Whether the turn was about being put through to a person."""
        return _HANDOFF_FORM in self.actions or self.form == _HANDOFF_FORM


@dataclass(frozen=True)
class TurnRecord:
    """A turn about to be written.

    Attributes:
        conversation_id: The conversation.
        inbox_id: The message it answers.
        channel: Where the message came from.
        at: When, seconds since the epoch.
        milliseconds: How long the answer took.
        typed: Whether the message was typed freely, was meant for the bot and is no wish or
            contact told to the staff: only such messages are looked at as questions.
        outcome: See the constants of this module.
        records: Ids of the records it was answered from, in order.
        understood: What the dialogue made of it; None when it was not asked.
    """

    conversation_id: str
    inbox_id: int
    channel: str
    at: float
    milliseconds: float
    typed: bool
    outcome: str
    records: tuple[str, ...] = ()
    understood: Understood | None = None


def outcome_of(outputs: Sequence[OutputDict], understood: Understood | None) -> str:
    """Tell how a turn that the dialogue answered ended.

    Args:
        outputs: What it said: {text?, buttons?, custom?} each.
        understood: What it made of the message.
    """
    understood = understood or Understood()
    bodies = [one["custom"] for one in outputs if isinstance(one.get("custom"), dict)]
    kinds = {str(body.get("kind")) for body in bodies}
    if "plan" in kinds:
        return PLAN
    if "handoff" in kinds or understood.hands_off:
        return HANDOFF
    found = {_question_outcome(body) for body in bodies}
    for outcome in QUESTION_OUTCOMES:
        if outcome in found:
            return outcome
    if understood.form == _CONSULTATION_FORM:
        return FORM
    return _OUTCOME_OF_INTENT.get(understood.intent or "", OTHER)


def records_of(outputs: Sequence[OutputDict]) -> tuple[str, ...]:
    """List the records a turn was answered from, without repeats."""
    found: dict[str, None] = {}
    for output in outputs:
        body = output.get("custom")
        if not isinstance(body, dict) or _question_outcome(body) in (MAYBE, HONEST, FALLBACK):
            continue
        data = body.get("data") or {}
        found.update(dict.fromkeys(data.get("records") or ()))
        found.update(dict.fromkeys(card["record"] for card in body.get("cards") or ()))
    return tuple(str(one) for one in found)


def write_record(connection: Connection, record: TurnRecord) -> None:
    """Write a turn's row inside the turn's transaction."""
    understood = record.understood or Understood()
    connection.execute(
        _ADD,
        {
            "inbox_id": record.inbox_id,
            "conversation_id": record.conversation_id,
            "channel": record.channel,
            "at": record.at,
            "milliseconds": record.milliseconds,
            "typed": record.typed,
            "outcome": record.outcome,
            "records": list(record.records),
            "intent": understood.intent,
            "confidence": understood.confidence,
            "band": understood.band,
            **{name: understood.profile.get(name) for name in PROFILE},
        },
    )


def _question_outcome(body: Mapping[str, Any]) -> str | None:
    outcome = _OUTCOME_OF_KIND.get(str(body.get("kind")))
    if outcome == HONEST and not body.get("points") and not body.get("data"):
        # It names neither what is missing nor who can help: it was not understood.
        return FALLBACK
    return outcome
