"""Honest limits: what the material does not hold, and who can help instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.answering import AnsweringAction
from actions.asked_thing import as_asked, asked_last, asked_number
from actions.fact_signs import asked_attributes, residual
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, citations, fact_point, summary_point
from actions.strangers import strange_phrase, unknown_subject
from actions.turn import Clause, Turn
from answers import Answer, Choice, Point
from knowledge.schema import Kind, Record

MOST_HELPERS = 3
#: Kinds of records with terms of their own: that of another one is no answer.
_HAVE_TERMS = frozenset({Kind.SCHEME, Kind.EVENT, Kind.DESK})
#: Kinds of records that can be asked themselves.
_BODIES = frozenset({Kind.ORGANISATION, Kind.HUB, Kind.DESK})
MOST_CANDIDATES = 3
_BODY = "organisation."
#: What tells most of a country that is compared with one the material has nothing of.
_IN_ONE_SENTENCE = ("investment_climate",)
#: A time is not what is asked for.
_SPAN = re.compile(
    "([0-9０-９一二三四五六七八九十半数]+|来|去|昨|今)(年|か月|ヶ月|カ月|月|日|週間?|時間)[前後間]?"
)


class ActionSayLimits(AnsweringAction):
    """Answers a practical question that the material does not cover."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_say_limits"


def topic_outside(clause: Clause, turn: Turn) -> Answer:
    """Says that a practical topic is not in the material, and who can help.

    Args:
        clause: The question; its first ``topic`` entity picks who can help, and what is missing
            is named in its own words where they are a name.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    topics = clause.values("topic")
    topic = next(one for one in store.topics() if one.id == topics[0])
    bodies = list(dict.fromkeys((*named_bodies(clause, turn), *topic.who_can_help)))[:MOST_HELPERS]
    names = "、".join(store.record(one).short_name for one in bodies)
    # Who stands in the reason is not told of a second time.
    helpers = [one for one in bodies if not _is_named(store.record(one), topic.why)]
    return Answer(
        kind="not_in_material",
        lead=Point(text=_topic_missing(clause, topic.label, turn)),
        points=(
            Point(
                text=phrase("who_can_help", bodies=names, why=topic.why),
                citations=citations(store, topic.cite),
            ),
            *_helpers(turn, helpers),
        ),
        closing=turn.wording.text(
            "utter_judgement_needs_person" if topic.high_risk else "utter_person_can_help"
        ),
        choices=person(turn),
        data={
            "topic": topic.id,
            "high_risk": topic.high_risk,
            # 「じゃあ政治は」 goes on with the country whose crime rate the material lacks.
            "records": [one for one in clause.values("country") if store.has_record(one)],
        },
    )


def _is_named(record: Record, text: str) -> bool:
    return any(name in text for name in (record.short_name, record.name, *record.aliases))


def _topic_missing(clause: Clause, label: str, turn: Turn) -> str:
    """Names what is missing as asked, and of which scheme or desk it is (「海外投融資の金利」)."""
    store = turn.knowledge.store
    asked = as_asked(clause, "topic", turn) or asked_last(clause.text, turn)
    records = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    record = next((one for one in records if one.kind in _HAVE_TERMS), None)
    if asked and record is not None:
        return turn.wording.text(
            "utter_attribute_missing", record=record.short_name, attribute=asked
        )
    return turn.wording.text("utter_topic_outside", topic=asked or label)


def country_outside(clause: Clause, turn: Turn, country: str) -> Answer:
    """Says that the material holds no figures of a country, and who can help."""
    store = turn.knowledge.store
    label = next(one.label for one in store.slot_values("country") if one.id == country)
    asked = _asked_of_country(clause, turn)
    asked = asked.removeprefix(f"{label}の") if asked else None
    lead = (
        turn.wording.text("utter_country_outside_named", country=label, word=asked)
        if asked
        else turn.wording.text("utter_country_outside", country=label)
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=lead),
        points=default_helpers(turn),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(
            choice(turn.wording.label("utter_start"), "start_consultation", country=country),
            *person(turn),
        ),
        data={"country": country},
    )


def beside_the_unknown(clause: Clause, country: str, turn: Turn) -> Answer:
    """Says what is missing of one country, then what is told of the other it is compared with."""
    store = turn.knowledge.store
    answer = country_outside(clause, turn, country)
    known = [store.record(one) for one in clause.values("country") if store.has_record(one)]
    asked = asked_attributes(clause) or _IN_ONE_SENTENCE
    facts = [fact for record in known for each in asked for fact in record.facts_about(each)]
    told = tuple(fact_point(store, one) for one in facts)
    update: dict[str, object] = {"points": (*told, *answer.points)}
    if pattern("which_country").search(clause.text) and not asked_attributes(clause):
        lead = phrase("which_of_the_two", text=answer.lead.text)
        update["lead"] = answer.lead.copy(update={"text": lead})
    return answer.copy(update=update)


def _asked_of_country(clause: Clause, turn: Turn) -> str | None:
    """What of a country is asked for: its property, a number, or what the material has nowhere."""
    named = as_asked(clause, "attribute", turn)
    named = named or strange_phrase(_without_places(clause), turn)
    return None if named and _SPAN.fullmatch(named) else named


def beside_countries_outside(answer: Answer, countries: Sequence[str], turn: Turn) -> Answer:
    """Adds to an answer of which named countries the material tells nothing.

    Args:
        answer: What is told of the others.
        countries: Ids of those without a record.
        turn: The turn it belongs to.
    """
    labels = [
        one.label for one in turn.knowledge.store.slot_values("country") if one.id in countries
    ]
    if not labels:
        return answer
    told = turn.wording.text("utter_country_outside", country="、".join(labels))
    return answer.copy(update={"points": (*answer.points, Point(text=told))})


def not_in_material(
    clause: Clause, turn: Turn, near: Record | None = None, missing: str | None = None
) -> Answer:
    """Says that nothing in the material answers a question, and who can help.

    Args:
        clause: The question.
        turn: The turn it belongs to.
        near: What comes nearest to it: who runs that is named first.
        missing: Name of what is missing; where not given, of the unknown thing asked about.
    """
    asked = _without_places(clause)
    stranger = missing or strange_phrase(asked, turn) or unknown_subject(clause, turn)
    stranger = stranger or asked_number(clause, asked, turn)
    return Answer(
        kind="not_in_material",
        lead=Point(
            text=phrase("not_in_material_named", word=stranger)
            if stranger
            else turn.wording.text("utter_not_in_material")
        ),
        points=default_helpers(
            turn,
            (
                *named_bodies(clause, turn),
                *([one for one in near.related if one.startswith(_BODY)][:1] if near else ()),
            ),
        ),
        closing=turn.wording.text("utter_person_can_help"),
        choices=person(turn),
    )


def _without_places(clause: Clause) -> str:
    """The words of a question without names of the material, countries and places."""
    text = residual(clause)
    for one in clause.entities:
        if one["entity"] in {"prefecture", "city", "region"} and one.get("text"):
            text = text.replace(one["text"], " ", 1)
    return text.strip()


def default_helpers(turn: Turn, first: Sequence[str] = ()) -> tuple[Point, ...]:
    """Names in one line whom a company may ask, where the material leaves off.

    Args:
        turn: The turn they are told in.
        first: Ids of those who know more than the bodies that any company may ask.
    """
    store = turn.knowledge.store
    anyone = turn.wording.text("utter_default_helpers").split()
    named = list(dict.fromkeys((*first, *anyone)))[:MOST_HELPERS]
    members = [one for each in anyone for one in store.record(each).facts_about("membership")]
    return (
        Point(
            text=phrase(
                "who_can_help",
                bodies="、".join(store.record(one).short_name for one in named),
                why=phrase("default_helpers_why"),
            ),
            citations=citations(store, dict.fromkeys(cite for one in members for cite in one.cite)),
        ),
    )


def named_bodies(clause: Clause, turn: Turn) -> tuple[str, ...]:
    """Returns the bodies a question names or who runs what it names: nobody can tell more."""
    store = turn.knowledge.store
    bodies: list[str] = []
    for record in (store.record(one) for one in clause.values("record") if store.has_record(one)):
        if record.kind in _BODIES:
            bodies.append(record.id)
        else:
            bodies += [one for one in record.related if one.startswith(_BODY)][:1]
    return tuple(bodies)


def did_you_mean(clause: Clause, turn: Turn, records: Sequence[str]) -> Answer:
    """Asks which of at most three records was meant."""
    store = turn.knowledge.store
    candidates = [store.record(one) for one in dict.fromkeys(records)][:MOST_CANDIDATES]
    attribute = next(iter(clause.values("attribute")), None)
    asked: dict[str, Any] = {"attribute": attribute} if attribute else {}
    intent = "ask_attribute" if attribute else "ask_record"
    return Answer(
        kind="did_you_mean",
        lead=Point(text=turn.wording.text("utter_did_you_mean")),
        points=tuple(summary_point(store, one) for one in candidates),
        closing=turn.wording.text("utter_else_ask"),
        choices=(
            *(choice(one.short_name, intent, record=one.id, **asked) for one in candidates),
            *person(turn),
        ),
        data={"records": []},
    )


def _helpers(turn: Turn, records: Sequence[str]) -> tuple[Point, ...]:
    store = turn.knowledge.store
    named = list(dict.fromkeys(records))[:MOST_HELPERS]
    return tuple(summary_point(store, store.record(one)) for one in named)


def person(turn: Turn) -> tuple[Choice, ...]:
    """Returns the choice that leads to a person."""
    return (choice(turn.wording.label("utter_person_can_help"), "request_human"),)
