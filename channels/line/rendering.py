"""From stored messages to LINE's message objects, within its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from answers.model import Answer, Point, answer_in
from answers.plain_text import to_plain_text
from channels.line import flex
from channels.line.choices import Offered, offered_in, quick_reply
from channels.line.ledger import Outgoing
from channels.line.limits import limit, units
from channels.line.splitting import split

_MOST_ROWS = 20


@dataclass
class Rendered:
    """A turn in LINE's terms.

    Attributes:
        messages: Message objects in order, any number.
        choices: What the turn offers; goes to the last message.
    """

    messages: list[Outgoing] = field(default_factory=list)
    choices: list[Offered] = field(default_factory=list)


def render(bodies: Sequence[dict[str, Any]]) -> Rendered:
    """Render the messages {text, buttons?, custom?} of one turn."""
    rendered = Rendered()
    for body in bodies:
        text, choices = offered_in(body)
        answer = answer_in(body.get("custom"))
        cards = flex.cards_messages(answer.cards) if answer and answer.cards else None
        if answer and cards:
            rendered.messages += [*as_text(_head(answer)), *cards]
            text = _tail(answer)
        rendered.messages += _with_choices(text, choices)
        rendered.choices += choices
    return rendered


def as_text(text: str) -> list[Outgoing]:
    """Return a text as text messages."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return [
        {"message": {"type": "text", "text": part}, "plain": part}
        for part in split(clean, limit("text", "units_max"))
    ]


def pack(
    messages: Sequence[Outgoing], choices: Sequence[Offered] = (), start: int = 0
) -> list[Outgoing]:
    """Join texts until the messages fit into one reply, as far as they can be joined.

    Args:
        messages: In order.
        choices: Quick replies for the last message: LINE shows only those.
        start: The choice their page begins with.
    """
    packed = [Outgoing(message={**one["message"]}, plain=one["plain"]) for one in messages]
    for one in packed:
        one["message"].pop("quickReply", None)
    while len(packed) > limit("reply", "messages_max"):
        place = _shortest_pair(packed)
        if place is None:
            break
        joined = f"{packed[place]['plain']}\n\n{packed[place + 1]['plain']}"
        packed[place : place + 2] = as_text(joined)
    replies = quick_reply(choices, start)
    if packed and replies:
        packed[-1]["message"]["quickReply"] = replies
    return packed


def _shortest_pair(messages: Sequence[Outgoing]) -> int | None:
    """Return the place of two neighbouring texts that fit into one, the shortest of all."""
    pairs = []
    for place, (one, following) in enumerate(pairwise(messages)):
        if one["message"]["type"] == following["message"]["type"] == "text":
            length = units(one["plain"]) + 2 + units(following["plain"])
            if length <= limit("text", "units_max"):
                pairs.append((length, place))
    return min(pairs)[1] if pairs else None


def _with_choices(text: str, choices: Sequence[Offered]) -> list[Outgoing]:
    """Return a text with its choices: numbered lines, or rows where a label is too long."""
    too_long = any(units(choice.label) > limit("quick_reply", "label_max") for choice in choices)
    rows = flex.choices_message(choices) if too_long and len(choices) <= _MOST_ROWS else None
    if rows is not None:
        return [*as_text(text), rows]
    numbered = "\n".join(f"{choice.position}. {choice.label}" for choice in choices)
    return as_text(f"{text}\n\n{numbered}" if numbered else text)


def _head(answer: Answer) -> str:
    return to_plain_text(Answer(lead=answer.lead, points=answer.points))


def _tail(answer: Answer) -> str:
    rest = Answer(
        lead=Point(text=""),
        table=answer.table,
        remarks=answer.remarks,
        status_notes=answer.status_notes,
        closing=answer.closing,
    )
    return to_plain_text(rest).strip()
