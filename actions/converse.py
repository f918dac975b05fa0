"""What is answered to short moves of a conversation (へー, ちょっと待って, あと何問)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.first_step import first_step
from actions.phrases import has_phrase, phrase
from actions.profile_slots import REQUESTED_SLOT
from actions.remembering import remember, sources_of
from actions.rendering import choice, citations, reason_point, say, summary_point
from actions.retelling import easier, page_of_what_was_told, recap, stands_by, told_lately
from actions.turn import Clause, Turn
from answers import Answer, Choice, Point
from knowledge.guide import Recommendation

MOVE = "move"
#: So many messages back it is remembered that few words are wanted.
_LATELY = 4
#: Words by which one of the questions is named.
_QUESTIONS = (
    ("市町村", "city"),
    ("県", "prefecture"),
    ("場所", "prefecture"),
    ("住所", "prefecture"),
    ("業種", "business"),
    ("事業", "business"),
    ("目的", "purpose"),
    ("段階", "stage"),
    ("立場", "applicant"),
    ("国", "country"),
)


def move_in(clause: Clause) -> str | None:
    """Returns the move a message is, or None."""
    return next(iter(clause.values(MOVE)), None)


def converse(move: str, dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
    """Answers a move in the situation it is made in.

    Args:
        move: Its name, as in ``nlu/moves.yml``.
        dispatcher: Takes the message.
        turn: The turn it belongs to.

    Returns:
        Events that remember what was shown, or that begin the consultation.
    """
    if (turn.tracker.active_loop or {}).get("name") == "handoff_form":
        # Consent is asked for again right after this.
        dispatcher.utter_message(text=turn.wording.text("utter_consent_please"))
        return []
    if move == "brief" and not turn.in_consultation and not turn.tracker.get_slot("plan"):
        if not turn.focus:
            return [FollowupAction("consultation_form")]
        move = "easier"
    answer = _MOVES[move](turn) if move in _MOVES else _said(move, turn)
    say(dispatcher, answer)
    return remember(turn, answer.data.get("records", []), sources_of(answer))


def _said(move: str, turn: Turn) -> Answer:
    """Answers with the phrase of the move; what it begins or offers stands in it."""
    person = choice(turn.wording.label("utter_person_can_help"), "request_human")
    offered = () if turn.in_consultation else (_start(turn), person)
    text, further = phrase(f"move_{move}"), f"move_{move}_again"
    if has_phrase(further) and text in told_lately(turn):
        text = phrase(further)
    return Answer(lead=Point(text=text), choices=offered)


def why_asked(turn: Turn) -> Answer:
    """Says what an answer to the open question is good for."""
    text = turn.clauses[-1].text
    named = (slot for word, slot in _QUESTIONS if word in text)
    slot = next(named, str(turn.tracker.get_slot(REQUESTED_SLOT)))
    return Answer(lead=Point(text=phrase(f"why_{slot}")))


def _reaction(turn: Turn) -> Answer:
    if turn.in_consultation:
        return Answer(lead=Point(text=phrase("go_on")))
    if turn.tracker.get_slot("plan"):
        return Answer(lead=Point(text=phrase("go_on_from_plan")), choices=_after_plan(turn))
    if turn.focus:
        return Answer(lead=Point(text=phrase("go_on_from_facts")))
    return Answer(lead=Point(text=phrase("ready")), choices=(_start(turn),))


def _wait(turn: Turn) -> Answer:
    return Answer(lead=Point(text=phrase("wait")))


def _ready(turn: Turn) -> Answer:
    offered = () if turn.in_consultation else (_start(turn),)
    return Answer(lead=Point(text=phrase("ready")), choices=offered)


def _remaining(turn: Turn) -> Answer:
    if not turn.in_consultation:
        key = "none_remaining" if turn.tracker.get_slot("plan") else "ready"
        return Answer(lead=Point(text=phrase(key)))
    return Answer(lead=Point(text=phrase("remaining", count=str(questions_left(turn)))))


def questions_left(turn: Turn) -> int:
    """Returns how many questions are asked at most, the open one included."""
    guide, profile, count = turn.knowledge.guide, turn.profile, 0
    while (slot := guide.next_question(profile)) is not None:
        profile = replace(profile, declined=profile.declined | {slot})
        count += 1
    return count


def _must_answer(turn: Turn) -> Answer:
    return Answer(lead=Point(text=phrase("need_not_answer")))


def _amount(turn: Turn) -> Answer:
    return Answer(lead=Point(text=phrase("amount")))


def _free(turn: Turn) -> Answer:
    return Answer(lead=Point(text=phrase("free")))


def _brief(turn: Turn) -> Answer:
    """Says the first door and the first scheme of the plan in a line each."""
    place = first_step(replace(turn.clauses[-1], entities=()), turn)
    if place is not None:
        return place
    if not turn.tracker.get_slot("plan") and not _was_brief(turn):
        return Answer(lead=Point(text=phrase("brief_first", count=str(questions_left(turn)))))
    plan = turn.knowledge.guide.recommend(turn.profile)
    store = turn.knowledge.store
    first = (plan.hubs or plan.national)[0]
    record = store.record(first.record_id)
    because = "、".join(reason.text for reason in first.reasons)
    text = phrase("first_door", hub=record.name, reasons=because)
    if not because:
        text = phrase("first_door_open", hub=record.name)
    cited = dict.fromkeys(
        [
            *(one for reason in first.reasons for one in reason_point(store, reason).citations),
            *summary_point(store, record).citations,
        ]
    )
    further = [
        _in_a_line(key, found[0], turn)
        for key, found in (("first_scheme", plan.schemes), ("first_desk", plan.desks))
        if found
    ]
    url = record.status.url if record.status and record.status.url else None
    return Answer(
        kind="record",
        lead=Point(text=text, citations=tuple(cited)),
        points=tuple(further),
        closing=phrase("first_door_page", url=url)
        if url
        else phrase("first_step_unreached", name=record.short_name),
        choices=() if turn.in_consultation else _after_plan(turn),
        data={"records": [first.record_id]},
    )


def _was_brief(turn: Turn) -> bool:
    """True where fewer words were asked for before: what can be said already is said then."""
    asked = (one for one in turn.tracker.events if one["event"] == "user")
    said = [one.get("parse_data") or {} for one in asked][-_LATELY:]
    moves = [
        entity["value"]
        for parsed in said
        for entity in parsed.get("entities") or ()
        if entity["entity"] == MOVE
    ]
    return moves.count("brief") > 1


def _in_a_line(key: str, one: Recommendation, turn: Turn) -> Point:
    store = turn.knowledge.store
    record = store.record(one.record_id)
    return Point(
        text=phrase(key, record=record.name), citations=citations(store, record.facts[0].cite)
    )


def _after_plan(turn: Turn) -> tuple[Choice, ...]:
    wording = turn.wording
    return (
        choice(wording.label("utter_plan_closing", 2), "ask_why"),
        choice(phrase("whole_plan"), "ask_plan"),
        choice(wording.label("utter_plan_closing", 3), "request_human"),
    )


def _start(turn: Turn) -> Choice:
    return choice(turn.wording.label("utter_start"), "start_consultation")


def _thanks(turn: Turn) -> Answer:
    """Takes 「どうも」 as thanks after an answer, and as a greeting before anything was said."""
    if turn.in_consultation:
        return Answer(lead=Point(text=phrase("go_on")))
    if turn.tracker.get_slot("plan") or turn.focus or told_lately(turn):
        return Answer(lead=Point(text=turn.wording.text("utter_thank")))
    greeting = turn.wording.text("utter_greet")
    return Answer(lead=Point(text=greeting), choices=(_start(turn),))


_MOVES: dict[str, Callable[[Turn], Answer]] = {
    "by_the_way_thanks": _thanks,
    "reaction": _reaction,
    "wait": _wait,
    "ready": _ready,
    "remaining": _remaining,
    "must_answer": _must_answer,
    "amount": _amount,
    "free": _free,
    "brief": _brief,
    "recap": recap,
    "easier": easier,
    "truth": stands_by,
    "where_then": page_of_what_was_told,
}
