"""Recommendations of the guide as cards: reasons, the most telling facts, the present status."""

from __future__ import annotations

from collections.abc import Sequence

from actions.rendering import record_card
from actions.turn import Turn
from answers import Card
from knowledge.guide import Recommendation
from knowledge.schema import Fact, Record
from knowledge.validity import holding_first, today

MOST_CARD_FACTS = 2
#: Attributes worth a line on a card, the most telling first.
_TELLING = (
    "subsidy_rate",
    "amount_limit",
    "activities",
    "feature",
    "desks",
    "aim",
    "transfer",
)


def recommendation_cards(
    recommendations: Sequence[Recommendation], turn: Turn, group: str, brief: bool = False
) -> tuple[Card, ...]:
    """Makes the cards of one group of the plan, best first.

    Args:
        recommendations: What the guide chose.
        turn: The turn they answer.
        group: Heading they stand under.
        brief: True leaves out further facts and the present status.
    """
    store = turn.knowledge.store
    cards = []
    for one in recommendations:
        record = store.record(one.record_id)
        told = [] if brief else _telling(record)
        reasons = (*one.reasons, *one.cautions)
        card = record_card(store, record, turn.wording, group, reasons, told)
        cards.append(card.copy(update={"status": None}) if brief else card)
    return tuple(cards)


def _telling(record: Record) -> list[Fact]:
    """The facts worth a line on a card; the activities of a body are told by the first."""
    found: list[Fact] = []
    for attribute in _TELLING:
        found += holding_first(record.facts_about(attribute), today())[:1]
    return found[:MOST_CARD_FACTS]
