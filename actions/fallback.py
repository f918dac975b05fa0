"""When nothing was understood: search, 「もしかして」, an honest no, a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.both_countries import in_what_one_is_better
from actions.certainty import LIKELY
from actions.converse import converse, move_in
from actions.fact_ranking import rank_facts
from actions.first_step import first_step
from actions.follow_ups import asks_for_more
from actions.limits import not_in_material, person, topic_outside
from actions.lookup import found_anything, look_up
from actions.made_up_names import made_up_name
from actions.misses import TOLD, count_miss
from actions.near_misses import DOUBTFUL
from actions.open_lookup import near
from actions.passages import found_in_passages, with_passages
from actions.patterns import pattern
from actions.phrases import phrase
from actions.plain_telling import begins_lost, taken_in
from actions.profile_slots import REQUESTED_SLOT
from actions.remembering import sources_of
from actions.rendering import choice, say
from actions.time_between import time_between
from actions.turn import Clause, Turn, asks, changes_of, turn_of
from actions.unanswerable import unanswerable
from answers import Answer, Point

#: Intent confidence from which small talk is small talk, though it names a record or a country.
SURE = 0.97
#: The same where it names none; below it small talk is rather not understood at all.
UNSURE = 0.6
#: Confidence from which facts near a statement are shown: it rather tells than asks.
_LIKELY_STATED = 0.15
#: Probability of a matter beyond the material from which a statement is answered as one.
_OUTSIDE = 0.5
#: The same from which a matter that names no more than a country is none of the material.
_FAR_OFF = 0.9
#: The same for questions about the bot itself, which name nothing of the material.
LIKELY_OF_THE_BOT = 0.8
#: Confidence from which a clause tells of a company, whatever stands beside it.
_SURELY_TOLD = 0.8
_BEYOND = frozenset({"out_of_scope", "ask_outside"})
_OF_THE_BOT = frozenset({"ask_bot", "ask_capability"})
_SMALL_TALK = frozenset({"chitchat", "insult", "not_helpful"})
_ANSWERED = frozenset({"fact", "record", "list", "comparison"})


class ActionFallBack(Action):
    """Searches the material for what no intent explains; never asks to reword twice."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_fall_back"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers from the search, asks 「もしかして」, or admits it and offers a person."""
        turn = turn_of(tracker, domain)
        if _introduces(turn) or begins_lost(turn):
            return [FollowupAction("consultation_form")]
        heard = taken_in(turn)
        if heard is not None:
            say(dispatcher, heard)
            return count_miss(turn, TOLD)
        failures = int(tracker.get_slot("failures") or 0) + 1
        clause = turn.clauses[-1]
        answer = with_passages(fall_back(clause, turn, failures), clause, turn)
        if turn.in_consultation and answer.kind != "did_you_mean":
            answer = answer.copy(update={"choices": ()})
        say(dispatcher, answer)
        understood = answer.kind in _ANSWERED
        events = [SlotSet("failures", 0 if understood else failures)]
        if turn.in_consultation and not understood:
            events += count_miss(turn)
        if answer.data.get("records"):
            events.append(SlotSet("focus", answer.data["records"]))
            events.append(SlotSet("sources", sources_of(answer)))
        return events


class ActionDecline(Action):
    """Answers small talk, and declines what is beyond the material.

    A message that names something of the material is looked up all the same: people ask
    about a hub in words that sound like small talk.
    """

    def name(self) -> str:
        """Name in the domain."""
        return "action_decline"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers from the material where it names something of it, else declines."""
        turn = turn_of(tracker, domain)
        move = move_in(turn.clauses[-1])
        if move is not None:
            return converse(move, dispatcher, turn)
        heard = taken_in(turn)
        if heard is not None:
            say(dispatcher, heard)
            return count_miss(turn, TOLD)
        clause = _what_is_declined(turn)
        refused = unanswerable(clause, turn) or made_up_name(clause, turn)
        if refused is not None:
            say(
                dispatcher,
                refused.copy(update={"choices": ()}) if turn.in_consultation else refused,
            )
            return []
        if _introduces(turn) or begins_lost(turn):
            return [FollowupAction("consultation_form")]
        intent = tracker.latest_message["intent"]["name"]
        bare = not clause.values("record") and not clause.values("country")
        small_talk = intent in _SMALL_TALK and clause.confidence >= (UNSURE if bare else SURE)
        if intent in _OF_THE_BOT and not clause.values("record") and len(turn.clauses) == 1:
            small_talk = clause.confidence >= LIKELY_OF_THE_BOT
        if found_anything(clause, turn) and not small_talk and not _is_far_off(clause):
            answer = look_up(clause, turn)
            say(dispatcher, answer)
            return [SlotSet("focus", answer.data.get("records", []))]
        passages = None if small_talk else found_in_passages(clause, turn)
        if passages is not None:
            say(dispatcher, passages)
            return [SlotSet("sources", sources_of(passages))]
        if clause.confidence < UNSURE:
            return ActionFallBack().run(dispatcher, tracker, domain)
        if turn.in_consultation:
            # The open question follows: its choices are the only ones, and 「1」 is the first.
            dispatcher.utter_message(text=turn.wording.text(f"utter_{intent}"))
        else:
            dispatcher.utter_message(response=f"utter_{intent}")
        return []


def fall_back(clause: Clause, turn: Turn, failures: int) -> Answer:
    """Chooses the fallback of the first, second and every further failure in a row.

    Args:
        clause: What was not understood.
        turn: The turn it belongs to.
        failures: How many times in a row, this one included.
    """
    if (turn.tracker.latest_message or {}).get("foreign"):
        return Answer(
            kind="not_in_material",
            lead=Point(text=turn.wording.text("utter_japanese_only")),
            choices=person(turn),
        )
    at_once = (
        unanswerable(clause, turn)
        or first_step(clause, turn)
        or time_between(clause, turn)
        or in_what_one_is_better(clause, turn)
    )
    if at_once is not None:
        return at_once
    if _asks_which_country(clause, turn):
        chosen = {"entity": "topic", "value": "topic.country_choice", "text": clause.text}
        return topic_outside(replace(clause, entities=(chosen,)), turn)
    if asks_for_more(clause, turn) or found_anything(clause, turn):
        return look_up(clause, turn)
    if clause.values("topic"):
        return topic_outside(clause, turn)
    if clause.outside >= DOUBTFUL and _holds_a_known_word(clause, turn):
        return not_in_material(clause, turn)
    ranking = rank_facts(clause, (), turn)
    least = LIKELY if asks(clause.text) else _LIKELY_STATED
    if ranking.confidence >= least and _holds_a_known_word(clause, turn):
        return near(clause, ranking, (), turn)
    if (
        asks(clause.text) or (clause.outside >= _OUTSIDE and _holds_a_known_word(clause, turn))
    ) and turn.knowledge.analyser.words(clause.text):
        return not_in_material(clause, turn)
    if turn.in_consultation:
        # The open question follows: examples of other questions would only be in its way.
        return Answer(kind="not_in_material", lead=Point(text=phrase("not_read")))
    first = failures == 1
    return Answer(
        kind="not_in_material",
        lead=Point(text=turn.wording.text("utter_not_understood" if first else "utter_fall_back")),
        closing=turn.wording.text("utter_examples") if first else None,
        choices=(
            choice(turn.wording.label("utter_start"), "start_consultation"),
            *person(turn),
        ),
    )


def _asks_which_country(clause: Clause, turn: Turn) -> bool:
    """True for 「どこがええかな」 while the country is asked."""
    asked = turn.in_consultation and turn.tracker.get_slot(REQUESTED_SLOT) == "country"
    return asked and bool(pattern("which_is_best").search(clause.text))


def _is_far_off(clause: Clause) -> bool:
    """True for a matter of everyday life that only names a country (「タイ料理屋ある」)."""
    named = {one["entity"] for one in clause.entities}
    return clause.intent == "out_of_scope" and named == {"country"} and clause.outside >= _FAR_OFF


def _what_is_declined(turn: Turn) -> Clause:
    """Returns the clause that tells the matter, where the last only asks (「どうしたらええ」)."""
    last = turn.clauses[-1]
    before = last.goes_on_from
    if before is None or last.entities or before.intent not in _BEYOND:
        return last
    return before if before.confidence >= _SURELY_TOLD else last


def _introduces(turn: Turn) -> bool:
    """True where somebody tells what is wanted beside what looks like a matter beyond us.

    「行政書士ですが、顧問先がベトナム進出を考えています」 is asked on, not told facts of Vietnam.
    """
    if turn.in_consultation or not changes_of(turn.tracker):
        return False
    told = any(one.intent == "inform" and one.confidence >= _SURELY_TOLD for one in turn.clauses)
    return told and not any(asks(one.text) for one in turn.clauses)


def _holds_a_known_word(clause: Clause, turn: Turn) -> bool:
    """Whether a text names anything or holds a word of the material: mashed keys do neither."""
    search, words = turn.knowledge.search, turn.knowledge.analyser.words(clause.text)
    return bool(clause.entities) or any(search.knows(word) for word in words)
