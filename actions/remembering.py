"""What an answer leaves for the next turn: the records it showed and its sources."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn
from answers import Answer, Card, Citation, Point


def remember(turn: Turn, focus: list[str], sources: list[str]) -> list[EventType]:
    """Returns the events that keep what was shown for the next turn."""
    events: list[EventType] = []
    if focus and tuple(focus) != turn.focus:
        events.append(SlotSet("focus", list(dict.fromkeys(focus))))
    if sources:
        events.append(SlotSet("sources", list(dict.fromkeys(sources))))
    if turn.tracker.get_slot("failures"):
        events.append(SlotSet("failures", 0))
    return events


def remember_asked(turn: Turn, asked: list[str]) -> list[EventType]:
    """Returns the event that keeps which attributes were asked of, where they changed."""
    return [SlotSet("asked", asked)] if tuple(asked) != turn.asked else []


def sources_of(answer: Answer) -> list[str]:
    """Lists the sources of an answer as a reader names them, without repeats."""

    def of_points(points: tuple[Point, ...]) -> list[Citation]:
        return [citation for point in points for citation in point.citations]

    def of_card(card: Card) -> list[Citation]:
        return of_points((card.summary, *card.reasons, *card.points))

    found = of_points((answer.lead, *answer.points))
    for card in answer.cards:
        found += of_card(card)
    if answer.table:
        found += answer.table.citations
    return list(dict.fromkeys(_source_word(one) for one in found))


def _source_word(citation: Citation) -> str:
    own_source = f"（{citation.source}）" if citation.source else ""
    return f"{citation.title}「{citation.heading}」{own_source}"
