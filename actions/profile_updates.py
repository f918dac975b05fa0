"""What a message says about the company: changes of the profile, slot by slot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from actions.answering import is_question
from actions.fact_table import fold
from actions.options import meant
from actions.patterns import pattern
from actions.profile_slots import PROFILE_SLOTS
from actions.self_description import applicant_of
from actions.trades import is_no_trade, trade_alone
from actions.turn import EXCLUDED, Clause, asks, speaks_of_itself
from actions.world_regions import world_region
from knowledge.guide import Profile
from knowledge.store import Store

INFORMING = frozenset(
    {
        "inform",
        "correct",
        "start_consultation",
        "ask_plan",
        "greet",
        "resume",
        "affirm",
        "deny",
        "request_human",
    }
)
FINDING = frozenset({"find_hub", "find_scheme", "find_desk"})
_OPEN_VALUE = frozenset({"inform", "nlu_fallback", "out_of_scope", "chitchat", "ask_record"})
#: Slots whose values are a closed list.
_OPTIONS = frozenset({"purpose", "stage", "applicant"})
_WANTED = _OPTIONS - {"applicant"}
#: Intents of what says little, unless it names a value.
_SAYS_LITTLE = frozenset({"skip", "deny", "nlu_fallback", "chitchat", "out_of_scope"})
_NO_VALUE = frozenset({"skip", "deny", "start_over", "request_human", "thank", "goodbye", "greet"})
_LONGEST_OPEN_VALUE = 40
_POLITE_END = re.compile(
    r"(を?(作って|やって|して|製造して|営んで)(い)?(ます|おります|る)|です|になります|でございます|だ|かな)?[。.!！\s]*$"
)
_WORRIES = re.compile(r"が(?:課題|悩み|心配|不安|ネック|問題)(?:です|だ|や|で|$|。|かな)")
_WHETHER_ALL_RIGHT = re.compile(
    r"(けど|けれど|ですが|んですが)[、\s]*(大丈夫|だいじょうぶ|平気|問題な|いけ(る|ます|ん))"
)
#: What is told of the stage by who has hardly begun (「まだ本読んだくらい」).
_HARDLY_BEGUN = re.compile("まだ|全然|ぜんぜん|さっぱり")
_PRODUCTION = "production"
_STAGE, _FIRST_STAGE = "stage", "collecting"
#: Making something that is no product (「支援する仕組みを作りたい」).
_MAKES_NO_PRODUCT = re.compile(
    r"(仕組み|しくみ|体制|制度|関係|つながり|ネットワーク|きっかけ|計画|資料|(?<![工市職])場|機会)(を|も|が)?(作|つく|築|設け)"
)
_PLACE = ("prefecture", "city")
#: What is named is no value of another question, however it sounds (香港, 貢献).
_ELSEWHERE = ("record", "topic", "move", "attribute", "country", *_PLACE)
#: A company tied to the place before it, rather than one asked about.
_OF_A_COMPANY = re.compile(
    r"の(小さな|小さい|町)?(会社|工場|企業|店|製造業|メーカー)"
    r"(です|だけど|ですが|なんだけど|なのですが|なんですが)?[、。?？!！\s]*($|で|だ)"
)
#: What is left open is the country, whatever was asked.
_OF_COUNTRY = re.compile(r"国(は|が|かは|って|も)")
_FROM_NOW = re.compile(r"(まだ|全部|ぜんぶ|これから)?(今|いま)から(です|だ|や|よ|かな)*[。\s]*")
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


@dataclass(frozen=True)
class Update:
    """Changes one message makes.

    Attributes:
        values: Slot to new value; None takes a value back.
        declined: Asked slots the company would not or could not tell, after this message.
        alternatives: Further countries it named beside the one taken.
        excluded: Values it ruled out so far.
    """

    values: dict[str, str | None] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    alternatives: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()


def read_update(
    clauses: Sequence[Clause],
    profile: Profile,
    store: Store,
    requested: str | None,
    reopened: str | None = None,
) -> Update:
    """Reads what a message changes.

    A statement sets what it names. A question that looks for hubs, schemes or desks only
    fills what is still open, so that asking for another place does not move the company.
    Any other question changes nothing.

    Args:
        clauses: Parts of the message.
        profile: What was known before.
        store: Knows which prefecture a municipality is in.
        requested: Slot the form is waiting for, or None.
        reopened: Slot the company wants to answer anew, or None.

    Returns:
        Only real changes: a value said again is none.
    """
    values: dict[str, str | None] = {}
    alternatives: tuple[str, ...] = ()
    declined = set(profile.declined)
    excluded = set(profile.excluded)
    for clause, following in zip_longest(clauses, clauses[1:]):
        chosen = _chosen(clause, requested, store)
        stated = (
            bool(chosen)
            or clause.intent in INFORMING
            or _answers(clause, requested)
            or _answers_another(clause, requested)
        )
        answering = bool(requested) or clause.intent == "inform"
        described = None if asks(clause.text) else applicant_of(clause.text, answering)
        if clause.intent.startswith("ask_") and described != "municipality":
            # Numbers of people are asked about, too; whose official one is, only told.
            described = None
        if described and (not clause.values("applicant") or described == "municipality"):
            values["applicant"] = described
        if (stated or requested) and world_region(clause) and not profile.country:
            # Which country of 東南アジア may stay open: schemes and hubs are found without.
            declined.add("country")
        located = {} if stated else _own_place(clause, profile)
        if not stated and clause.intent not in FINDING:
            values |= located
            continue
        named = _plausible(_named(clause), clause, profile, requested, store) | chosen
        answered = chosen or (requested in _OPTIONS and requested in named)
        if answered and (profile.business or profile.industry):
            # The words of another answer are no new trade (「国際協力」).
            named.pop("business", None)
        if chosen and (profile.business or profile.industry):
            # Nor does 「製造」, said of what it wants to do, change the trade of a company.
            named.pop("industry", None)
        if not stated:
            named = {slot: one for slot, one in named.items() if getattr(profile, slot) is None}
        if _MAKES_NO_PRODUCT.search(clause.text) and named.get("purpose") == _PRODUCTION:
            named.pop("purpose")
        if _WORRIES.search(clause.text) and (profile.purpose or values.get("purpose")):
            # What the company wants outranks what it worries about (「人材確保が課題です」).
            named.pop("purpose", None)
        if _WHETHER_ALL_RIGHT.search(clause.text + (following.text if following else "")):
            # 「英語できる人いないけど大丈夫？」 tells what is lacking, not what is wanted.
            named = {slot: one for slot, one in named.items() if slot not in _WANTED}
        values |= named
        alternatives += clause.values("country")[1:]
        for slot in PROFILE_SLOTS:
            ruled_out = clause.values(slot, EXCLUDED)
            excluded |= set(ruled_out)
            if getattr(profile, slot) in ruled_out and slot not in named:
                values[slot] = None
                declined.discard(slot)
    if not {"business", "industry"} & values.keys():
        words = _open_value(clauses) if requested == "business" else None
        if words is None and requested and not (profile.business or profile.industry):
            words = trade_alone(clauses)
        elif words is None and requested and profile.business:
            alone = trade_alone(clauses)
            words = alone if alone and profile.business in alone else None
        if words is None and profile.business and values.get("prefecture"):
            # Who tells another place and another trade speaks of another company.
            words = trade_alone(clauses, places=True)
        if words:
            values["business"] = words
    skips = any(
        (clause.intent == "skip" or pattern("wants_none").fullmatch(clause.text.strip()))
        and not _answers_another(clause, requested)
        for clause in clauses
    )
    if requested and skips and requested not in values:
        of_country = any(_OF_COUNTRY.search(clause.text) for clause in clauses)
        declined.add("country" if of_country and not profile.country else requested)
    if reopened:
        values |= dict.fromkeys(_belonging(reopened))
        declined.discard(reopened)
    _keep_place_consistent(values, profile, store)
    declined -= {slot for slot, value in values.items() if value is not None}
    changed = {slot: one for slot, one in values.items() if getattr(profile, slot) != one}
    excluded -= set(values.values())
    return Update(changed, frozenset(declined), alternatives, frozenset(excluded))


def _chosen(clause: Clause, requested: str | None, store: Store) -> dict[str, str | None]:
    """Returns the value of the open slot that a bare answer names (「インフラ」「売り込み」).

    What else the word may mean does not matter while the form waits for it.
    """
    if requested is None or requested not in _OPTIONS:
        return {}
    if _FIRST_OF_THE_LIST.fullmatch(clause.text.strip()):
        return {requested: store.slot_values(requested)[0].id}
    if requested == "purpose" and _MAKES.search(clause.text) and not asks(clause.text):
        return {requested: _PRODUCTION}
    said = fold(_POLITE_END.sub("", clause.text.strip()))
    for value in store.slot_values(requested):
        if said in {fold(one) for one in (value.label, *value.aliases, *value.readings)}:
            return {requested: value.id}
    if clause.intent in _NO_VALUE or clause.intent == "correct" or asks(clause.text):
        return {}
    if any(clause.values(one) for one in (requested, *_ELSEWHERE)):
        return {}
    if requested == _STAGE and _FROM_NOW.fullmatch(clause.text.strip()):
        return {requested: _FIRST_STAGE}
    chosen = meant(clause.text, store.slot_values(requested))
    begun = not (clause.intent in _OPEN_VALUE and _HARDLY_BEGUN.search(clause.text))
    if requested == _STAGE and chosen is None and not begun:
        chosen = _FIRST_STAGE
    return {requested: chosen} if chosen else {}


def _answers(clause: Clause, requested: str | None) -> bool:
    """True where a clause gives what the form waits for, whatever its intent looks like."""
    if requested is None or asks(clause.text):
        return False
    given = {one["entity"] for one in clause.entities if one.get("role") != EXCLUDED}
    wanted = set(_belonging(requested))
    return bool(given & wanted) and not given & {"attribute", "topic"}


def _answers_another(clause: Clause, requested: str | None) -> bool:
    """True where a clause names a value of another question than the open one.

    「まだなんも調べてへん」 tells the stage, whatever was asked and however much it sounds like
    having nothing to say.
    """
    if requested is None or clause.intent not in _SAYS_LITTLE or asks(clause.text):
        return False
    return any(clause.values(slot) for slot in _OPTIONS if slot != requested)


def _belonging(slot: str) -> tuple[str, ...]:
    """Slots that one question fills."""
    together = {"prefecture": ("prefecture", "city"), "business": ("business", "industry")}
    return together.get(slot, (slot,))


def _named(clause: Clause) -> dict[str, str | None]:
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


def _own_place(clause: Clause, profile: Profile) -> dict[str, str | None]:
    """Returns where a company says it is while it asks (「うちも使えるの、滋賀の会社」)."""
    if profile.prefecture or profile.city or not speaks_of_itself(clause.text):
        return {}
    of_another = clause.values("record") and pattern("confirms").search(clause.text)
    if of_another or not _OF_A_COMPANY.search(clause.text):
        # 「V.I.T.は大阪の会社ですよね」 tells nothing of the company itself.
        return {}
    return {slot: one for slot, one in _named(clause).items() if slot in _PLACE}


def _plausible(
    named: dict[str, str | None],
    clause: Clause,
    profile: Profile,
    requested: str | None,
    store: Store,
) -> dict[str, str | None]:
    """Leaves out what only looks like another trade or another place than those told.

    「店出したい」, said of what it wants, changes the trade of no company, and 「えびの加工」 does
    not move one from Hokkaido to えびの市.
    """
    trade = named.get("business")
    if trade and is_no_trade(trade):
        named.pop("business")
    offices = ("municipality", "organisation")
    if named.get("applicant") in offices and pattern("at_an_office").search(clause.text):
        named.pop("applicant")
    told_anew = clause.intent == "correct" or pattern("tells_trade").search(clause.text)
    waits = requested is not None and requested != "business"
    if waits and profile.business and not told_anew:
        named.pop("business", None)
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


def _open_value(clauses: Iterable[Clause]) -> str | None:
    """Takes the company's own words for its business where no entity was found in them."""
    for clause in clauses:
        if clause.intent not in _OPEN_VALUE and is_question(clause):
            continue
        if clause.intent in _NO_VALUE or asks(clause.text) or clause.values("move"):
            continue
        words = _POLITE_END.sub("", _SELF.sub("", clause.text.strip()))
        if any(_says_more_than(words, clause, slot) for slot in _OPTIONS):
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
    sentence = "、" in words or (slot == "stage" and pattern("tells_what_was_done").search(words))
    return any(one and one != words for one in named) and bool(sentence)


def _keep_place_consistent(values: dict[str, str | None], profile: Profile, store: Store) -> None:
    """A municipality brings its prefecture; a new prefecture drops the old municipality."""
    city = values.get("city")
    if city and "prefecture" not in values:
        places = store.prefecture_of(city)
        if len(places) == 1:
            values["prefecture"] = places[0]
        elif profile.prefecture not in places:
            values["prefecture"] = None
    moved = values.get("prefecture")
    if moved and moved != profile.prefecture and not city and profile.city:
        values["city"] = None
