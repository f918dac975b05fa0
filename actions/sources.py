"""「今もありますか」「出典は」「何の資料ですか」: present status, sources, the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.answering import AnsweringAction, answers, answers_first
from actions.certainty import CERTAIN
from actions.fact_ranking import RankedFact, Ranking, asked_attributes, rank_facts
from actions.follow_ups import asks_more_than_names, asks_of_what_was_told
from actions.limits import country_outside, not_in_material, topic_outside
from actions.lookup import look_up
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, named_fact_point, status_note, summary_point
from actions.shown_before import shown_of_the_kind
from actions.subjects import countries_outside, subjects_of
from actions.telling import MOST_RELATED, MOST_SUBJECTS, overview, tell
from actions.times import asked_of_application
from actions.turn import Clause, Turn
from answers import Answer, Point

#: 「今から申し込めますか」 asks whether there is still something to apply for.
_OF_APPLYING = frozenset({"applicants", "deadline", "how_to_apply"})
#: What the document does not list; 「これ全部2014年？」 asks how old it is.
_WHOLE = "warning"
#: Id of the document the knowledge was built from.
_DOCUMENT = "deck2014"


class ActionTellSource(AnsweringAction):
    """Tells where something stands and what has become of it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_tell_source"


@answers_first
def name_of_now(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what has become of a scheme or body whose name of today is asked for.

    Args:
        clause: The question; None is returned for any other.
        turn: The turn it belongs to.
    """
    if not pattern("name_of_now").search(clause.text) or len(clause.values("record")) != 1:
        return None
    if {*asked_attributes(clause)} - {"full_name", "spelling"}:
        return None
    (named,) = clause.values("record")
    known = turn.knowledge.store.has_record(named)
    if not known or turn.knowledge.store.record(named).status is None:
        return None
    return tell_status(replace(clause, entities=_only_records(clause)), turn)


def _only_records(clause: Clause) -> tuple[dict[str, Any], ...]:
    return tuple(one for one in clause.entities if one["entity"] == "record")


@answers("ask_status")
def tell_status(clause: Clause, turn: Turn) -> Answer:
    """Tells what has become of a record since the document, as surely as is known."""
    applying = bool(clause.values("record")) and asked_of_application(clause.text)
    if applying or set(asked_attributes(clause)) - _OF_APPLYING:
        return look_up(clause, turn)
    store = turn.knowledge.store
    # 「そのデスクは今もありますか」 after three desks asks of all of them.
    several = () if clause.values("record") else shown_of_the_kind(clause, turn)[:MOST_SUBJECTS]
    subjects = several or subjects_of(clause, turn)
    subjects = list(subjects) or [store.record(one) for one in turn.focus[:MOST_SUBJECTS]]
    if not subjects and clause.values("topic"):
        return topic_outside(clause, turn)
    if not subjects:
        return Answer(lead=Point(text=turn.wording.text("utter_status_of_what")))
    notes = []
    for record in subjects:
        note = status_note(record, turn.wording, store)
        text = note.text if note else turn.wording.text("utter_status_not_researched")
        link = f" {note.url}" if note and note.url else ""
        published = f"（{note.publisher}）" if note and note.publisher else ""
        notes.append(Point(text=f"{record.short_name}の現況: {text}{published}{link}"))
    fitting = [
        named_fact_point(store, one.record, one.fact)
        for one in rank_facts(clause, subjects, turn).facts[:MOST_RELATED]
        if one.belongs
    ]
    if pattern("open_now").search(clause.text):
        names = "、".join(one.short_name for one in subjects)
        notes.insert(0, Point(text=phrase("open_now_unknown", names=names)))
    return Answer(
        kind="fact",
        lead=notes[0],
        points=(*notes[1:], *(summary_point(store, one) for one in subjects), *fitting),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [one.id for one in subjects]},
    )


@answers("ask_source")
def tell_source(clause: Clause, turn: Turn) -> Answer:
    """Names the sources of the last answer, or of the record in question."""
    named = clause.values("record") or clause.values("country")
    if named or set(asked_attributes(clause)) - {_WHOLE} or asks_of_what_was_told(clause, turn):
        return look_up(clause, turn)
    points = any(one["entity"] == "reference" for one in clause.entities)
    if points and turn.focus and pattern("of_which_company").search(clause.text):
        # 「それはどこの会社」 asks of what was told, not where it is written.
        return look_up(clause, turn)
    sources = turn.tracker.get_slot("sources") or ()
    heard = _heard(clause)
    if heard is not None:
        return look_up(heard, turn)
    if not sources and _asks_of_what_is_told(clause, turn):
        return look_up(clause, turn)
    lead = _lead("utter_sources" if sources else "utter_document", turn)
    return Answer(lead=lead, points=tuple(Point(text=one) for one in sources))


def _lead(name: str, turn: Turn) -> Point:
    """Says what the document is."""
    document = turn.knowledge.store.document(_DOCUMENT)
    text = turn.wording.text(
        name,
        title=document.citation,
        date=document.date or "",
        pages=str(len(document.sections)),
    )
    return Point(text=text)


def _asks_of_what_is_told(clause: Clause, turn: Turn) -> bool:
    """True for a question whose words are those of a fact (「投資環境の表は誰の資料をもとに」).

    What is asked of the document itself holds little but words for documents.
    """
    words = turn.knowledge.analyser.words(pattern("of_documents").sub(" ", clause.text))
    return len(words) > 1 and rank_facts(clause, (), turn).confidence >= CERTAIN


def _heard(clause: Clause) -> Clause | None:
    """What was heard of a country or a body (「…と聞いたけど、どう書いてある」)."""
    before = clause.goes_on_from
    if before is None or not pattern("hearsay").search(before.text):
        return None
    if not (before.values("record") or before.values("country")):
        return None
    return replace(before, intent="ask_attribute", confidence=clause.confidence)


@answers_first
def by_the_document(clause: Clause, turn: Turn) -> Answer | None:
    """Tells again what the document says of the property just told (「2014年の資料では？」).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    named = clause.values("record") or clause.values("country")
    if named or not turn.asked or not pattern("by_the_document").search(clause.text):
        return None
    facts = [
        RankedFact(record, fact, 1.0, 1.0, True)
        for record in map(turn.knowledge.store.record, turn.focus[:1])
        for attribute in turn.asked
        for fact in record.facts_about(attribute)
        if any(one.startswith(_DOCUMENT) for one in fact.cite)
    ]
    return tell(clause, facts, Ranking(tuple(facts), 1.0), (), turn) if facts else None


@answers("ask_document")
def tell_document(clause: Clause, turn: Turn) -> Answer:
    """Tells what the document is, and where the studies behind it can be read."""
    if any(one != "policy_point.studies" for one in clause.values("record")):
        return look_up(clause, turn)
    heard = _heard(clause)
    if heard is not None and not clause.values("record"):
        return look_up(heard, turn)
    outside = countries_outside(clause, turn)
    if outside:
        # 「資料にミャンマーの情報ありますか」
        return country_outside(clause, turn, outside[0])
    store = turn.knowledge.store
    if clause.values("record") and (asked_attributes(clause) or asks_more_than_names(clause, turn)):
        # 「共同研究は何年度に」 asks a fact of the studies, not what they are.
        ranking = rank_facts(clause, subjects_of(clause, turn), turn)
        if ranking.confidence >= CERTAIN:
            return look_up(clause, turn)
    if not clause.values("record") and _asks_of_what_is_told(clause, turn):
        return look_up(clause, turn)
    studies = overview([store.record("policy_point.studies")], turn)
    if not studies.points:
        return not_in_material(clause, turn)
    return studies.copy(
        update={
            "lead": _lead("utter_document", turn),
            "points": (studies.lead, *studies.points),
            # What was told of before is still what the next question means.
            "data": {} if turn.focus else studies.data,
        }
    )
