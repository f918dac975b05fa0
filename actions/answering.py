"""Answering questions: which need answers which intent, and several in one message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.coordination import coordinated
from actions.fact_ranking import rank_facts
from actions.passages import with_passages
from actions.patterns import pattern
from actions.plain_telling import begins_lost, taken_in
from actions.remembering import remember, remember_asked, sources_of
from actions.rendering import say
from actions.several_questions import is_refused_with, leaning, names_nothing, told_once
from actions.subjects import subjects_of
from actions.turn import Clause, Turn, asks, turn_of
from answers import Answer

MOST_QUESTIONS = 3
#: Confidence of a fact from which a statement is taken for a question.
_SURELY_MEANT = 0.6
#: Confidence from which a wish beside a question is one.
_SURE_WISH = 0.8
#: Confidence of a fact below which what leads up to a question is none itself.
_FINDS_ANSWER = 0.3
#: Confidence below which what is asked behind a question is another one, whatever it looks like.
_SURE_OF_ANOTHER = 0.7
#: By how much a question must be surer of its answer together with what leads up to it.
_SURER = 0.1
#: Wishes that the plan fulfils.
_IN_THE_PLAN = frozenset({"find_hub", "find_scheme", "find_desk"})
#: Needs that one fact answers.
_LOOKED_UP = frozenset({"ask_attribute", "ask_record", "find_record", "ask_outside"})

#: Needs that ask of the material itself.
_OF_THE_MATERIAL = frozenset({"ask_document", "ask_source"})

#: Entities that say nothing of what a question is about.
_OF_WHATEVER = frozenset({"attribute", "kind", "reference"})

#: Topic that no venture abroad is told by (「後継ぎがおらん」).
_AT_HOME = "topic.domestic"

Answerer = Callable[[Clause, Turn], Answer]
_ANSWERERS: dict[str, Answerer] = {}
_FIRST: list[Callable[[Clause, Turn], Answer | None]] = []


def answers(*intents: str) -> Callable[[Answerer], Answerer]:
    """Declares the function that answers some intents.

    Args:
        *intents: Names as in ``domain.yml``.
    """

    def register(answerer: Answerer) -> Answerer:
        for intent in intents:
            _ANSWERERS[intent] = answerer
        return answerer

    return register


def answers_first(
    answerer: Callable[[Clause, Turn], Answer | None],
) -> Callable[[Clause, Turn], Answer | None]:
    """Declares a function that is asked before any other, whatever the intent.

    Args:
        answerer: Returns None for what it leaves to the others.
    """
    _FIRST.append(answerer)
    return answerer


def is_question(clause: Clause) -> bool:
    """True for a clause that one of the needs answers."""
    return clause.intent in _ANSWERERS


def answer_questions(
    dispatcher: CollectingDispatcher,
    turn: Turn,
    clauses: tuple[Clause, ...],
    question_follows: bool = False,
) -> list[EventType]:
    """Answers the questions among some clauses, one message each.

    Args:
        dispatcher: Takes the messages.
        turn: The turn they belong to.
        clauses: Parts of the message; those that are no question are passed over.
        question_follows: True where the form asks next: the answers then carry no choices
            of their own, so that its question is the one thing left to decide.

    Returns:
        Events that remember what was shown (``focus``) and its sources.
    """
    focus: list[str] = []
    asked: list[str] = []
    sources: list[str] = []
    told: set[str] = set()
    found: list[Answer] = []
    before: Clause | None = None
    asked_for = [part for one in _questions(clauses, turn) for part in coordinated(one)]
    for clause in asked_for[:MOST_QUESTIONS]:
        if is_refused_with(clause, before, found, turn):
            continue
        answer = _answer(*leaning(clause, before, found, turn))
        before = clause
        if answer.lead.text in told:
            continue
        told.add(answer.lead.text)
        if question_follows and answer.kind != "did_you_mean":
            answer = answer.copy(update={"choices": ()})
        found.append(answer)
        focus += answer.data.get("records", [])
        asked = answer.data.get("attributes", asked)
        sources += sources_of(answer)
    for answer in told_once(found):
        say(dispatcher, answer)
    return [*remember(turn, focus, sources), *remember_asked(turn, asked)]


def _answer(clause: Clause, turn: Turn) -> Answer:
    for answerer in _FIRST:
        answer = answerer(clause, turn)
        if answer is not None:
            return with_passages(answer, clause, turn)
    return with_passages(_ANSWERERS[clause.intent](clause, turn), clause, turn)


def _questions(clauses: tuple[Clause, ...], turn: Turn) -> list[Clause]:
    """Returns the questions; one cut in two by the way it is told is put together again.

    The beginning of a question (「諏訪地域から、」) is none by itself, and where the whole
    message finds its answer more surely than any part, the whole is the question.
    """
    asked = [one for one in clauses if is_question(one)]
    if any(asks(one.text) for one in asked):
        asked = [one for one in asked if asks(one.text) or _is_asked_beside(one, turn)]
    asked = [one for one in asked[:-1] if not _is_heard_before(one, asked[-1])] + asked[-1:]
    whole_ones = [
        one for one in asked[:-1] if not one.text.endswith("、") or one.values("attribute")
    ]
    asked = [_with_what_leads_up(one, turn) for one in (*whole_ones, *asked[-1:])]
    if len(asked) < 2 or not {one.intent for one in asked} <= _LOOKED_UP:
        return asked
    message = turn.tracker.latest_message or {}
    whole = replace(
        asked[-1],
        text=message.get("text") or "",
        entities=tuple(message.get("entities") or ()),
        goes_on_from=None,
    )
    surest = max(_confidence(one, turn) for one in asked)
    return [whole] if _confidence(whole, turn) > surest else asked


def _as_asked(clause: Clause) -> Clause:
    """Takes what is asked behind a question for another one, where nothing surer is understood.

    「事務局はどこ？あと誰でも入れるの？」: the second is like no example when read by itself.
    """
    before = clause.goes_on_from
    bare = pattern("bare_question_word").fullmatch(clause.text)
    if before is None or not is_question(before) or (is_question(clause) and not bare):
        return clause
    if names_nothing(before) or not names_nothing(clause):
        return clause
    unsure = clause.confidence < _SURE_OF_ANOTHER and asks(clause.text)
    return replace(clause, intent="ask_attribute") if unsure else clause


def _with_what_leads_up(clause: Clause, turn: Turn) -> Clause:
    """Adds what leads up to a question that names nothing, where it then finds its answer.

    「タイで力のある産業。外資の自動車と、あと？」 names the subject before it asks.
    """
    before = clause.goes_on_from
    if before is None or not names_nothing(clause) or clause.intent not in _LOOKED_UP:
        return clause
    if asks(before.text) or before.intent == "inform" or clause.values("topic"):
        return clause
    whole = replace(
        clause,
        text=before.text + clause.text,
        entities=(*before.entities, *clause.entities),
        goes_on_from=before.goes_on_from,
    )
    return whole if _confidence(whole, turn) > _confidence(clause, turn) + _SURER else clause


def _is_heard_before(clause: Clause, last: Clause) -> bool:
    """True for what was heard of something that the last question asks of (「その名前は」)."""
    bare = {one["entity"] for one in last.entities} <= _OF_WHATEVER
    return bare and last.intent in _LOOKED_UP and bool(pattern("hearsay").search(clause.text))


def _is_asked_beside(clause: Clause, turn: Turn) -> bool:
    """False for what only leads up to a question: a lament, hearsay, words that find no answer."""
    if pattern("hearsay").search(clause.text):
        return False
    if clause.intent in _OF_THE_MATERIAL:
        # 「資料をなくしてしまいました。」 asks nothing of ours.
        return not pattern("told_as_it_is").search(clause.text)
    if clause.intent.startswith("find_"):
        return clause.confidence >= _SURE_WISH
    return clause.intent not in _LOOKED_UP or _confidence(clause, turn) >= _FINDS_ANSWER


def _is_meant(clause: Clause, turn: Turn) -> bool:
    """False for what only looks like a question among what a company tells of itself."""
    asked = asks(clause.text) or pattern("bare_topic").search(clause.text)
    if asked or clause.intent not in _LOOKED_UP or _AT_HOME in clause.values("topic"):
        return True
    return _confidence(clause, turn) >= _SURELY_MEANT


def _confidence(clause: Clause, turn: Turn) -> float:
    return rank_facts(clause, subjects_of(clause, turn), turn).confidence


class AnsweringAction(Action, ABC):
    """An action that answers the questions of the latest message."""

    @abstractmethod
    def name(self) -> str:
        """Name in the domain."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers every question clause, or the whole message if none is one.

        A company that introduced itself while asking is consulted right after.
        """
        turn = turn_of(tracker, domain)
        heard = taken_in(turn)
        if heard is not None:
            say(dispatcher, heard)
            return []
        if begins_lost(turn):
            return [FollowupAction("consultation_form")]
        questions = tuple(filter(is_question, map(_as_asked, turn.clauses)))
        if not questions:
            whole = tracker.latest_message or {}
            intent = (whole.get("intent") or {}).get("name", "")
            questions = tuple(replace(one, intent=intent) for one in turn.clauses[-1:])
        consults = turn.introduces_company and not turn.in_consultation
        if consults:
            questions = tuple(one for one in questions if _is_meant(one, turn))
            if turn.knowledge.guide.next_question(turn.profile) is None:
                # The plan follows at once and holds what a wish for its parts would list.
                questions = tuple(one for one in questions if one.intent not in _IN_THE_PLAN)
        events = answer_questions(dispatcher, turn, questions, consults or turn.in_consultation)
        return [*events, FollowupAction("consultation_form")] if consults else events
