"""From records to the parts of an answer: points, cards, status notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.validity import fact_remark, record_remark
from actions.wording import Wording
from answers import Answer, Card, Choice, Citation, Point, StatusNote, to_plain_text
from knowledge.guide import Reason
from knowledge.schema import Fact, Kind, Record, Status
from knowledge.store import Citation as StoredCitation
from knowledge.store import Store


def citations(store: Store, cite: Iterable[str], source: str | None = None) -> tuple[Citation, ...]:
    """Resolves ``document#section`` references to what a reader sees."""
    named_source = f"出所: {source}" if source else None
    return tuple(map(_citation, store.citations(tuple(cite), named_source)))


@lru_cache(maxsize=4096)
def _citation(told: StoredCitation) -> Citation:
    """Makes the frozen object of what stands in a store's citation, once for equal ones."""
    return Citation(**told._asdict())


def fact_point(store: Store, fact: Fact, prefix: str = "") -> Point:
    """Words one fact with its source."""
    return Point(
        text=prefix + fact.text + fact_remark(fact, store),
        citations=citations(store, fact.cite, fact.source),
    )


def named_fact_point(store: Store, record: Record, fact: Fact) -> Point:
    """Words one fact so that it is clear whose and what it is."""
    tells_itself = record.kind is Kind.POLICY_POINT or (
        record.kind is Kind.EVENT and any(one in fact.text for one in record.short_name.split())
    )
    if tells_itself or record.short_name in fact.text or record.name in fact.text:
        return fact_point(store, fact)
    label = store.attribute(fact.attribute).label
    vague = fact.attribute == "overview" or label in record.short_name
    prefix = f"{record.short_name}：" if vague else f"{record.short_name}の{label}："
    return fact_point(store, fact, prefix=prefix)


def reason_point(store: Store, reason: Reason) -> Point:
    """Words one reason with the source it stands on."""
    return Point(text=reason.text, citations=citations(store, reason.cite))


def _status_wording(status: Status) -> str:
    """Picks the hedge: a medium text ending in 。 says what was last seen, else it is a clause."""
    if status.confidence == "medium":
        return "utter_status_last_seen" if status.text.endswith("。") else "utter_status_medium"
    return f"utter_status_{status.confidence}"


def status_note(record: Record, wording: Wording, store: Store) -> StatusNote | None:
    """Words the present status of a record with the certainty it has, its end included."""
    status, ended = record.status, record_remark(record, store)
    if status is None:
        if not ended:
            return None
        return StatusNote(subject=record.short_name, text=ended, confidence="high")
    published = "、".join(part for part in (status.publisher, status.source_date) if part)
    text = wording.text(_status_wording(status), text=status.text, checked=status.checked)
    if status.confidence == "medium" and status.state == "unknown" and status.successor:
        text += wording.text("utter_status_successor", successor=status.successor)
    return StatusNote(
        subject=record.short_name,
        text=ended + text,
        confidence=status.confidence,
        publisher=published or None,
        url=status.url,
    )


def summary_point(store: Store, record: Record, formal: bool = False) -> Point:
    """Words what a record is, with the sections its first facts stand in.

    Args:
        store: Resolves the sources.
        record: The record.
        formal: True names it in full where its summary does not.
    """
    cite = dict.fromkeys(reference for fact in record.facts[:3] for reference in fact.cite)
    name = record.name if formal else record.short_name
    named = record.short_name in record.summary or record.name in record.summary
    text = record.summary if named else f"{name}：{record.summary}"
    return Point(text=text, citations=citations(store, cite))


def record_card(
    store: Store,
    record: Record,
    wording: Wording,
    group: str = "",
    reasons: Sequence[Reason] = (),
    facts: Sequence[Fact] = (),
) -> Card:
    """Makes the card of one record."""
    return Card(
        group=group,
        record=record.id,
        kind=record.kind.value,
        title=record.name,
        summary=Point(text=record.summary, citations=summary_point(store, record).citations),
        reasons=tuple(reason_point(store, reason) for reason in reasons),
        points=tuple(fact_point(store, fact) for fact in facts),
        status=status_note(record, wording, store),
    )


def figure(fact: Fact) -> str:
    """Words the value of a fact for a table cell, or its text where it has none."""
    if fact.value is None:
        return fact.text
    unit = fact.unit or ""
    # A year is a name, not an amount: 2012年度, not 2,012年度.
    number = f"{fact.value:.0f}" if unit.startswith("年") else f"{fact.value:,.10f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}{unit}"


def say(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """Utters an answer: plain text and buttons for every channel, the object for rich ones."""
    dispatcher.utter_message(
        text=to_plain_text(answer),
        buttons=[{"title": choice.label, "payload": choice.payload} for choice in answer.choices],
        json_message=answer.dict(),
    )


def choice(label: str, intent: str, **entities: Any) -> Choice:
    """Makes a choice that, when taken, means an intent with entities."""
    arguments = json.dumps(entities, ensure_ascii=False) if entities else ""
    return Choice(label=label, payload=f"/{intent}{arguments}")


def status_notes(
    subjects: Iterable[Record], wording: Wording, store: Store
) -> tuple[StatusNote, ...]:
    """Words the present status of records that were researched, or that have ended."""
    found = (status_note(one, wording, store) for one in subjects if one.kind is not Kind.COUNTRY)
    return tuple(note for note in found if note)
