"""The values a clause names for the profile, and those it only seems to name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from actions.answering import is_question
from actions.fact_table import fold
from actions.options import meant
from actions.patterns import pattern
from actions.profile_slots import PROFILE_SLOTS
from actions.trades import is_no_trade
from actions.turn import EXCLUDED, Clause, asks, speaks_of_itself
from knowledge.guide import Profile
from knowledge.store import Store

#: Slots whose values are a closed list.
OPTIONS = frozenset({"purpose", "stage", "applicant"})
PRODUCTION = "production"
_OPEN_VALUE = frozenset({"inform", "nlu_fallback", "out_of_scope", "chitchat", "ask_record"})
#: Intents of what says little, unless it names a value.
_SAYS_LITTLE = frozenset({"skip", "deny", "nlu_fallback", "chitchat", "out_of_scope"})
_NO_VALUE = frozenset({"skip", "deny", "start_over", "request_human", "thank", "goodbye", "greet"})
_LONGEST_OPEN_VALUE = 40
_POLITE_END = re.compile(
    r"(を?(作って|やって|して|製造して|営んで)(い)?(ます|おります|る)|です|になります|でございます|だ|かな)?[。.!！\s]*$"
)
#: What is told of the stage by who has hardly begun (「まだ本読んだくらい」).
_HARDLY_BEGUN = re.compile("まだ|全然|ぜんぜん|さっぱり")
_STAGE, _FIRST_STAGE = "stage", "collecting"
_PLACE = ("prefecture", "city")
_PARTS = re.compile("[、。]")
#: What is named is no value of another question, however it sounds (香港, 貢献).
_ELSEWHERE = ("record", "topic", "move", "attribute", "country", *_PLACE)
#: A company tied to the place before it, rather than one asked about.
_OF_A_COMPANY = re.compile(
    r"の(小さな|小さい|町)?(会社|工場|企業|店|製造業|メーカー)"
    r"(です|だけど|ですが|なんだけど|なのですが|なんですが)?[、。?？!！\s]*($|で|だ)"
)
#: Takes the first choice shown by its place.
_FIRST_OF_THE_LIST = re.compile(
    r"(じゃあ?)?(一番|いちばん)?(上|最初)(の)?(やつ|もの|の|ん|方|ほう)?(で|です|かな)?[。\s]*"
)
#: Answers what is wanted by saying what will be made there (「金型を作る」).
_MAKES = re.compile(
    r"^[^。、]{1,10}を?(現地で|向こうで)?(作る|つくる|造る|生産する|製造する)(こと|方|ほう|だけ)?"
    r"(です|かな|だ)?[。\s]*$|を(現地|向こう|あっち)で[。\s]*$"
)
_SEVERAL = 2
#: Ends what only leads up to a wish, and what is a wish by itself.
_BACKGROUND = re.compile(r"(あり|あって|来て|きて|て|ので|から|たが|ですが|けど|た)、")
_WISHED = re.compile(r"たい|たく|希望|予定|つもり|目指")
_SELF = re.compile(r"^(うちは|弊社は|当社は|私どもは|わたしたちは|えっと|ええと|あの)[、,\s]*")


def chosen_value(clause: Clause, requested: str | None, store: Store) -> dict[str, str | None]:
    """Returns the value of the open slot that a bare answer names (「インフラ」「売り込み」).

    What else the word may mean does not matter while the form waits for it.

    Args:
        clause: The answer.
        requested: Slot the form waits for, or None.
        store: Holds the values a slot can have.
    """
    if requested is None or requested not in OPTIONS:
        return {}
    if _FIRST_OF_THE_LIST.fullmatch(clause.text.strip()):
        return {requested: store.slot_values(requested)[0].id}
    if requested == "purpose" and _MAKES.search(clause.text) and not asks(clause.text):
        return {requested: PRODUCTION}
    if requested == _STAGE and pattern("not_yet").fullmatch(clause.text.strip()):
        return {requested: _FIRST_STAGE}
    said = fold(_POLITE_END.sub("", clause.text.strip()))
    for value in store.slot_values(requested):
        if said in {fold(one) for one in (value.label, *value.aliases, *value.readings)}:
            return {requested: value.id}
    if clause.intent in _NO_VALUE or clause.intent == "correct" or asks(clause.text):
        return {}
    if any(clause.values(one) for one in (requested, *_ELSEWHERE, *(OPTIONS - {requested}))):
        return {}
    if any(pattern(one).search(clause.text) for one in ("has_no_mind_to", "own_trouble")):
        return {}
    chosen = meant(clause.text, store.slot_values(requested))
    begun = not (clause.intent in _OPEN_VALUE and _HARDLY_BEGUN.search(clause.text))
    if requested == _STAGE and chosen is None and not begun:
        chosen = _FIRST_STAGE
    return {requested: chosen} if chosen else {}


def answers_question(clause: Clause, requested: str | None) -> bool:
    """True where a clause gives what the form waits for, whatever its intent looks like.

    Args:
        clause: What was said.
        requested: Slot the form waits for, or None.
    """
    if requested is None or asks(clause.text):
        return False
    given = {one["entity"] for one in clause.entities if one.get("role") != EXCLUDED}
    wanted = set(slots_together(requested))
    return bool(given & wanted) and not given & {"attribute", "topic"}


def answers_another(clause: Clause, requested: str | None) -> bool:
    """True where a clause names a value of another question than the open one.

    「まだなんも調べてへん」 tells the stage, whatever was asked and however much it sounds like
    having nothing to say.

    Args:
        clause: What was said.
        requested: Slot the form waits for, or None.
    """
    if requested is None or clause.intent not in _SAYS_LITTLE or asks(clause.text):
        return False
    return any(clause.values(slot) for slot in OPTIONS if slot != requested)


def slots_together(slot: str) -> tuple[str, ...]:
    """Returns the slots that the question for a slot fills."""
    together = {"prefecture": ("prefecture", "city"), "business": ("business", "industry")}
    return together.get(slot, (slot,))


def named_values(clause: Clause) -> dict[str, str | None]:
    """Returns the values a clause names, by slot; the last of several where it corrects."""
    named: dict[str, str | None] = {}
    for slot in PROFILE_SLOTS:
        found = clause.values(slot)
        if found:
            last = clause.intent == "correct" or (slot == "purpose" and _leads_up(clause))
            named[slot] = found[-1] if last else found[0]
    if "prefecture" not in named and "city" not in named and clause.values("region"):
        named["prefecture"] = clause.values("region")[0]
    return named


def _leads_up(clause: Clause) -> bool:
    """True where the first purpose only leads up to the one wished for.

    「引き合いがあり、動かして見てもらいたい」 wants to show it at work.
    """
    purposes = [one for one in clause.entities if one["entity"] == "purpose"]
    if len(purposes) < _SEVERAL:
        return False
    rest = clause.text.partition(purposes[0].get("text") or "")[2]
    before, found, _ = rest.partition(purposes[-1].get("text") or "")
    return bool(found) and bool(_BACKGROUND.search(before)) and not _WISHED.search(before)


def own_place(clause: Clause, profile: Profile) -> dict[str, str | None]:
    """Returns where a company says it is while it asks (「うちも使えるの、滋賀の会社」).

    Args:
        clause: The question.
        profile: What was known before.
    """
    if profile.prefecture or profile.city or not speaks_of_itself(clause.text):
        return {}
    of_another = clause.values("record") and pattern("confirms").search(clause.text)
    if of_another or not _OF_A_COMPANY.search(clause.text):
        # 「V.I.T.は大阪の会社ですよね」 tells nothing of the company itself.
        return {}
    return {slot: one for slot, one in named_values(clause).items() if slot in _PLACE}


def plausible_values(
    named: dict[str, str | None],
    clause: Clause,
    profile: Profile,
    requested: str | None,
    store: Store,
) -> dict[str, str | None]:
    """Leaves out what only looks like another trade or another place than those told.

    「店出したい」, said of what it wants, changes the trade of no company, and 「えびの加工」 does
    not move one from Hokkaido to えびの市.

    Args:
        named: What the clause names, by slot.
        clause: What was said.
        profile: What was known before.
        requested: Slot the form waits for, or None.
        store: Knows which prefecture a municipality is in.
    """
    trade = named.get("business")
    if trade and is_no_trade(trade):
        named.pop("business")
    if _is_not_wanted(clause):
        named.pop("purpose", None)
    if _is_how_far(clause):
        named.pop("business", None)
    offices = ("municipality", "organisation")
    if named.get("applicant") in offices and (_is_abroad(clause) or is_no_part(clause)):
        named.pop("applicant")
    if named.get("applicant") in offices and pattern("at_an_office").search(clause.text):
        named.pop("applicant")
    told_anew = clause.intent == "correct" or any(
        pattern(one).search(clause.text) for one in ("tells_trade", "tells_a_craft")
    )
    waits = requested is not None and requested != "business"
    if waits and profile.business and not told_anew:
        named.pop("business", None)
        named.pop("industry", None)
    if any(_is_an_office(one, clause) for one in clause.entities if one["entity"] == "industry"):
        named.pop("industry", None)
    city = named.get("city")
    if city and waits and requested not in ("prefecture", "city") and profile.prefecture:
        elsewhere = profile.prefecture not in store.prefecture_of(city)
        if elsewhere and "prefecture" not in named and clause.intent != "correct":
            said = [one.get("text") or "" for one in clause.entities if one["entity"] == "city"]
            if not any(
                one.endswith(("市", "町", "村", "区")) or one == clause.text for one in said
            ):
                named.pop("city")
    return named


def _is_not_wanted(clause: Clause) -> bool:
    """True where the purpose stands in what the company has no mind to (「売る気はない」).

    「売りたいだけや、作る気はない」 wants to sell.
    """
    ruled_out = [
        part for part in _PARTS.split(clause.text) if pattern("has_no_mind_to").search(part)
    ]
    said = [one.get("text") or "" for one in clause.entities if one["entity"] == "purpose"]
    return bool(ruled_out) and all(any(one in part for part in ruled_out) for one in said)


def _is_how_far(clause: Clause) -> bool:
    """True where what looks like a trade is the stage (「情報集め中」)."""
    trade = next((one["value"] for one in clause.entities if one["entity"] == "business"), None)
    stages = [one.get("text") or "" for one in clause.entities if one["entity"] == "stage"]
    return trade is not None and any(
        one and str(trade).startswith(one) and len(str(trade)) <= len(one) + 1 for one in stages
    )


def _is_an_office(trade: dict[str, Any], clause: Clause) -> bool:
    """True for the 農業 of 「農業省とは話した」."""
    name = trade.get("text") or ""
    behind = clause.text.partition(name)[2] if name else ""
    return bool(pattern("office_of_a_trade").search(behind))


def is_no_part(clause: Clause) -> bool:
    """True for 「組合は関係なくて個人だ」: what is named is not what the company is.

    Args:
        clause: What was said.
    """
    own = [one.get("text") or "" for one in clause.entities if one["entity"] == "applicant"]
    behind = (clause.text.partition(one)[2] for one in own if one)
    return any(pattern("no_part_of_it").search(one) for one in behind)


def _is_abroad(clause: Clause) -> bool:
    """True for 「スリランカの水道局」 and 「向こうの役所」: no office of the company's own."""
    abroad = [one.get("text") or "" for one in clause.entities if one["entity"] == "country"]
    own = [one.get("text") or "" for one in clause.entities if one["entity"] == "applicant"]
    for name in (*abroad, "向こう", "むこう", "現地", "あっち", "あちら", "先方"):
        _, found, behind = clause.text.partition(f"{name}の") if name else ("", "", "")
        if found and any(one and one in behind for one in own):
            return True
    return False


def open_value(clauses: Iterable[Clause]) -> str | None:
    """Takes the company's own words for its business where no entity was found in them."""
    for clause in clauses:
        if clause.intent not in _OPEN_VALUE and is_question(clause):
            continue
        if clause.intent in _NO_VALUE or asks(clause.text) or clause.values("move"):
            continue
        if clause.values("record") or pattern("wants_to_hear_of").search(clause.text):
            continue
        words = _POLITE_END.sub("", _SELF.sub("", clause.text.strip()))
        if any(_says_more_than(words, clause, slot) for slot in OPTIONS):
            # 「制度はいらない、売り先を探したい」 says again what the company wants.
            continue
        if 0 < len(words) <= _LONGEST_OPEN_VALUE and not is_no_trade(words):
            return words
    return None


def _says_more_than(words: str, clause: Clause, slot: str) -> bool:
    """True for a sentence about a value of a closed list, which is no word for a trade.

    So is 「一回だけ視察は行った」, whose end tells what was done.
    """
    named = [one.get("text") or "" for one in clause.entities if one["entity"] == slot]
    if words in named and slot == "stage":
        return True
    sentence = "、" in words or (slot == "stage" and pattern("tells_what_was_done").search(words))
    return any(one and one != words for one in named) and bool(sentence)
