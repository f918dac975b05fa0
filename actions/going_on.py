"""A bare name after an answer: the same asked of another country, or something else of the same.

「タイの賃金」 「間違えた、ベトナム」 and 「ベトナムの工業団地は」 「インフラも」 look like what a
company tells of itself. Where a fact of a country was just told, they go on from it; and so does
「大阪のだけ」 from a list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_questions
from actions.both_countries import in_what_one_is_better, which_of_those_shown
from actions.doors_but_for import doors_but_for
from actions.fact_table import fold
from actions.in_context import asked_of_the_shown
from actions.one_of_the_shown import asked_barely, one_of_the_shown
from actions.patterns import pattern
from actions.record_lists import narrowed
from actions.turn import Clause, Turn, turn_of
from knowledge.schema import Kind
from knowledge.store import Store

#: Longest message that is a bare name, in characters.
_LONGEST = 16
_COUNTRY = "country."
_NAMED = frozenset({"record", "country"})
#: Entities of what is asked of what is named.
_ASKED = frozenset({"attribute", "topic"})
#: Kinds of records that belong to a place in Japan.
_OF_A_PLACE = frozenset({Kind.HUB, Kind.ORGANISATION})


class ActionGoOn(Action):
    """Answers a bare name with what was asked before."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_go_on"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Looks the fact up; the profile stays as it is."""
        turn = turn_of(tracker, domain)
        clause = named_instead(turn.clauses[-1], turn)
        return answer_questions(dispatcher, turn, (clause,)) if clause else []


def goes_on(turn: Turn) -> bool:
    """True where a message outside any form is nothing but such a name."""
    if (turn.tracker.active_loop or {}).get("name"):
        return False
    if len(turn.clauses) > 1 and not pattern("before_a_bare_name").fullmatch(turn.clauses[0].text):
        return False
    return named_instead(turn.clauses[-1], turn) is not None


def named_instead(clause: Clause, turn: Turn) -> Clause | None:
    """Returns the question a bare name stands for; None where it stands for none.

    Args:
        clause: What was said, with a fact of a country told just before.
        turn: The turn it belongs to.
    """
    shown = turn.focus[0] if turn.focus else ""
    if len(clause.text) <= _LONGEST and narrowed(clause, turn) is not None:
        return replace(clause, intent="ask_record", goes_on_from=None)
    if len(clause.text) <= _LONGEST and _asks_of_another_place(clause, shown, turn):
        kind = {"entity": "kind", "value": Kind.HUB.value}
        places = [{"entity": "prefecture", "value": one} for one in _places(clause)]
        return replace(clause, intent="list_records", entities=(*places, kind), goes_on_from=None)
    meant = asked_barely(clause, turn) or one_of_the_shown(clause, turn)
    if meant is not None:
        return meant
    elsewhere = replace(clause, intent="find_hub", goes_on_from=None)
    if pattern("names_a_door").search(clause.text) and doors_but_for(elsewhere, turn):
        return elsewhere
    if shown.startswith(_COUNTRY) and pattern("which_to_take").search(clause.text):
        # Nobody judges, and both are offered side by side.
        return replace(clause, intent="compare", goes_on_from=None)
    either = in_what_one_is_better(clause, turn) or which_of_those_shown(clause, turn)
    if either is not None:
        return replace(clause, intent="compare", goes_on_from=None)
    before = _of_the_question_before(clause, turn) if len(clause.text) <= _LONGEST else None
    before = before or asked_of_the_shown(clause, turn)
    if before is not None:
        return before
    if not turn.asked or not shown.startswith(_COUNTRY) or len(clause.text) > _LONGEST:
        return None
    bare = pattern("behind_a_bare_name").sub(
        "", pattern("before_a_bare_name").sub("", clause.text.strip())
    )
    store = turn.knowledge.store
    countries = clause.values("country")
    if turn.tracker.get_slot("plan") and pattern("takes_it").search(clause.text):
        # 「じゃあタイで」 after a plan changes it.
        return None
    if len(countries) == 1 and any(one.get("text") == bare for one in clause.entities):
        return _asking(clause, countries[0], turn.asked)
    attribute = _attribute_named(bare, shown, store)
    if attribute and attribute not in turn.asked:
        return _asking(clause, shown, (attribute,))
    return None


def _asks_of_another_place(clause: Clause, shown: str, turn: Turn) -> bool:
    """True for 「兵庫は？」 after a hub of another place was told."""
    store = turn.knowledge.store
    if not store.has_record(shown) or store.record(shown).kind not in _OF_A_PLACE:
        return False
    text = pattern("before_a_bare_name").sub("", clause.text.strip())
    bare = pattern("behind_a_bare_name").sub("", text)
    # As typed: あ stands before many a name, and begins あいち.
    typed = clause.text.strip()
    also = not turn.in_consultation and pattern("also").search(typed)
    if also:
        bare = typed[: also.start()]
    if not (also or pattern("bare_topic").search(text)) or not any(
        one.get("text") == bare for one in clause.entities
    ):
        return False
    return any(
        one.match and set(_places(clause)) & set(one.match.prefectures)
        for one in store.records(Kind.HUB)
    )


def _places(clause: Clause) -> list[str]:
    """Returns the prefectures a clause names, those of a region too (「関西は？」)."""
    of_regions = [one for region in clause.values("region") for one in region.split("、")]
    return [*clause.values("prefecture"), *of_regions]


def _of_the_question_before(clause: Clause, turn: Turn) -> Clause | None:
    """Returns the question before, of what is named now (「電話番号教えて」 「ジェトロの」)."""
    named = [one for one in clause.entities if one["entity"] in _NAMED]
    bare = pattern("before_a_bare_name").sub("", clause.text.strip()).rstrip("。！!、 　")
    if len(named) != 1 or bare != f"{named[0].get('text')}の":
        return None
    asked = [
        event.get("parse_data") or {} for event in turn.tracker.events if event["event"] == "user"
    ]
    entities = asked[-2].get("entities") or () if len(asked) > 1 else ()
    kept = [one for one in entities if one["entity"] in _ASKED]
    if not kept or any(one["entity"] in _NAMED for one in entities):
        return None
    intent = "ask_outside" if kept[0]["entity"] == "topic" else "ask_attribute"
    return replace(clause, intent=intent, entities=(*named, *kept), goes_on_from=None)


def _asking(clause: Clause, country: str, attributes: tuple[str, ...]) -> Clause:
    added = [{"entity": "country", "value": country}]
    added += [{"entity": "attribute", "value": one} for one in attributes]
    return replace(clause, intent="ask_attribute", entities=tuple(added), goes_on_from=None)


def _attribute_named(bare: str, shown: str, store: Store) -> str | None:
    """Returns the property of a country that a bare name means."""
    said = fold(bare)
    for attribute in dict.fromkeys(one.attribute for one in store.record(shown).facts):
        declared = store.attribute(attribute)
        if said in {fold(one) for one in (declared.label, *declared.aliases, *declared.readings)}:
            return attribute
    return None
