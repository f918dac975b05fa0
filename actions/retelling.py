"""What was said so far, told again: in short, in easier words, or by name."""

from __future__ import annotations

from actions.consultation_sheet import show_sheet
from actions.patterns import pattern
from actions.phrases import phrase
from actions.profile_slots import REQUESTED_SLOT
from actions.rendering import choice, summary_point
from actions.turn import Turn
from answers import Answer, Choice, Point, answer_in
from knowledge.guide import Profile
from knowledge.schema import Record

#: So many records of the last answer are told again at most.
_MOST = 3
#: So many messages back an answer is remembered.
_LATELY = 6
#: Kinds of answers that told facts.
_FACTS = frozenset({"fact", "record", "comparison"})
#: Kinds of answers that told something of records.
_TELLING = frozenset({"fact", "record", "list", "comparison", "did_you_mean", "not_in_material"})


def recap(turn: Turn) -> Answer:
    """Says what was talked about: the company as far as it is known, or what was looked up."""
    if turn.profile != Profile():
        sheet = show_sheet(turn)
        return sheet.copy(update={"choices": ()}) if turn.in_consultation else sheet
    shown = _shown(turn)
    if not shown:
        return Answer(lead=Point(text=phrase("recap_nothing")))
    names = "、".join(f"「{one.short_name}」" for one in shown)
    return Answer(lead=Point(text=phrase("recap_facts", names=names)), choices=_choices(turn))


def easier(turn: Turn) -> Answer:
    """Tells the last answer again in one sentence, or what the open question is good for."""
    shown = _shown(turn)
    slot = turn.tracker.get_slot(REQUESTED_SLOT)
    if shown and (slot is None or _has_just_told(turn)):
        store = turn.knowledge.store
        first, *others = (summary_point(store, one) for one in shown)
        data = {"records": [one.id for one in shown]}
        return Answer(kind="record", lead=first, points=tuple(others), data=data)
    return Answer(lead=Point(text=phrase(f"why_{slot}" if slot else "recap_nothing")))


def page_of_what_was_told(turn: Turn) -> Answer:
    """Says where to look up what the material lacks: the page of the body told of last."""
    urls = (one.status.url for one in _shown(turn) if one.status and one.status.url)
    url = next(urls, None)
    text = phrase("move_where_then_page", url=url) if url else phrase("move_where_then")
    return Answer(lead=Point(text=text), choices=_choices(turn))


def stands_by(turn: Turn) -> Answer:
    """Tells the last answer again with its source, where somebody doubts it."""
    told, text = _just_told(turn), phrase("move_truth")
    if told is None:
        return Answer(lead=Point(text=text), choices=_choices(turn))
    return Answer(
        kind=told.kind,
        lead=Point(text=phrase("stands_by")),
        points=(told.lead, *told.points)[:_MOST],
        table=told.table,
        closing=text,
        choices=_choices(turn),
    )


def grounds(text: str, turn: Turn) -> Answer | None:
    """Tells a fact again with its source, where why it is so is asked: of that nothing is told.

    Args:
        text: The question.
        turn: The turn it belongs to.

    Returns:
        The answer; None where the last one told no fact.
    """
    told = _just_told(turn)
    if told is None or told.kind not in _FACTS:
        return None
    if pattern("asks_grounds").search(text):
        return stands_by(turn)
    return Answer(
        kind="not_in_material",
        lead=Point(text=phrase("no_reason_told")),
        points=(told.lead, *told.points)[:_MOST],
        table=told.table,
        choices=_choices(turn),
        data={"records": list(turn.focus)},
    )


def told_lately(turn: Turn) -> tuple[str, ...]:
    """Returns the texts of the last messages of the guide."""
    texts = (event.get("text") or "" for event in turn.tracker.events if event["event"] == "bot")
    return tuple(texts)[-_LATELY:]


def _shown(turn: Turn) -> list[Record]:
    store = turn.knowledge.store
    return [store.record(one) for one in turn.focus if store.has_record(one)][:_MOST]


def _has_just_told(turn: Turn) -> bool:
    """True where the answer before this message told something, whatever it asked after it."""
    return _just_told(turn) is not None


def _just_told(turn: Turn) -> Answer | None:
    """Returns what the answer before this message told, whatever it asked after it."""
    answered = False
    for event in reversed(turn.tracker.events):
        if event["event"] == "user":
            if answered:
                return None
        elif event["event"] == "bot":
            answered = True
            told = answer_in((event.get("data") or {}).get("custom"))
            if told is not None and told.kind in _TELLING:
                return told
    return None


def _choices(turn: Turn) -> tuple[Choice, ...]:
    if turn.in_consultation:
        return ()
    label = turn.wording.label("utter_person_can_help")
    return (choice(label, "request_human"),)
