"""What a company asks in the same breath as it tells something of itself."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answering import is_question
from actions.arbitration import names_a_fact
from actions.certainty import FOUND
from actions.fact_ranking import asked_attributes
from actions.lookup import clearly_found, found_anything
from actions.patterns import pattern
from actions.plain_telling import tells_plainly, thinks_of_country, worries
from actions.profile_slots import PROFILE_SLOTS, REQUESTED_SLOT
from actions.self_description import applicant_of
from actions.turn import CHOICE, Clause, Turn, asks, changes_of, speaks_of_itself, wonders
from actions.unanswerable import JUDGEMENT, unanswerable, wants_judgement
from actions.world_regions import world_region
from knowledge.schema import Kind

_TELLING = frozenset({"inform", "start_consultation", "correct", "ask_plan", "resume"})
#: Entities that describe a company by a name alone.
_NAMES = frozenset({"country", "prefecture", "city", "region"})
#: What asks of the thing named, without another word (「タイは？」).
_TOPIC_MARK = re.compile(r"(は|って|とは)[?？。\s]*$|[?？]\s*$")
#: Longest text that only tells something, whatever its end (「ベトナムかな」), in characters.
_SHORT_ANSWER = 16
#: Probability of a question beyond the material from which a statement is answered as one.
_DOUBTFUL = 0.3
#: The same for a noun phrase of which only the country is known (「ホーチミンの12月の気温」).
_MATTER_BEYOND = 0.5
#: The purpose for which the people of a country are named (「ベトナム人」).
_HIRING = "human_resources"
#: So many conditions told at once introduce a company.
_MUCH = 2
#: What is asked of no supporter of ventures abroad, however it is told.
_AT_HOME = "topic.domestic"
#: The same for a statement that names a record (「F/S支援の申請書を手に入れたい」).
_BEYOND = 0.6
#: Confidence of a telling intent below which words that ask need find less in the material.
_SURE_TELLING = 0.7
_FOUND_BESIDE_UNSURE = 0.2
#: Confidence below which words without the form of a question are none.
_HARDLY_A_QUESTION = 0.5
#: So short, in characters, are the words of a question that names nothing.
_FEW = 6
#: Confidence from which a question beside a wish for advice is answered first.
_SURE_QUESTION = 0.8
#: Confidence from which a wish for advice is nothing else.
_SURE_OPENING = 0.9
_LIKELY_PLAN = 0.5
#: The end of what is wondered rather than asked (売れないかなって, できんやろか).
_WONDERS = re.compile(
    r"(ないか|へんか|んか|やろか|だろうか|でしょうか|かな|かしら)(な|なあ|ね|と|って|なって|なと)*"
    r"(思|考|悩|迷)?[^。]{0,10}[。！!\s]*$"
)
#: Words by which a company speaks of itself or of what it wants, rather than asks.
_STATES = re.compile(
    r"うち|弊社|当社|我が社|わが社|小社|屋|メーカー|(たい|ます|です|を|ました|ている|てる|だ|じゃ|や|ところ|とこ|だけ|くらい|ぐらい|段階|済み?|中)[。．!！ー〜]*$"
)


def told_beside(turn: Turn) -> tuple[Clause, ...]:
    """Returns the questions in a message that the form takes as an answer or a beginning.

    A clause with an asking intent beside a telling one is such a question, and so is a
    clause that tells by its intent but asks by its words about something of the material
    or a practical topic: better to answer and ask on than to pass over it.
    """
    several = len(turn.clauses) > 1
    found = []
    for clause in turn.clauses:
        if world_region(clause) or _asks_where_to_begin(clause):
            continue
        if several and pattern("asks_where_to_turn").search(clause.text):
            found.append(replace(clause, intent="find_hub"))
            continue
        if _is_heard_only(clause, turn):
            continue
        if pattern("wonders_of_use").search(clause.text) and changes_of(turn.tracker):
            continue
        if clause.intent == "ask_outside" and _is_only_told(clause, turn):
            continue
        if is_question(clause):
            surely_asked = clause.confidence >= _SURE_QUESTION and asks(clause.text)
            # 「…売りたいんですが、何から？」 asks for nothing but the consultation.
            bare = not clause.entities and len(clause.text) <= _FEW
            hardly_asked = clause.confidence < _HARDLY_A_QUESTION and (
                bare or not asks(clause.text)
            )
            of_itself = asks(clause.text) and speaks_of_itself(clause.text)
            if (
                (several or (of_itself and clause.intent.startswith("ask_")))
                and not hardly_asked
                and (changes_of(turn.tracker) or surely_asked)
                and not clause.intent.startswith("find_h")
            ):
                found.append(clause)
        elif clause.intent in _TELLING and applicant_of(clause.text, asked=True) is None:
            if _asks_of_topic(clause, turn) or _asks_beyond(clause, turn):
                found.append(replace(clause, intent="ask_outside", confidence=1.0))
            elif _wants_scheme(clause, turn):
                found.append(replace(clause, intent="ask_record"))
            elif _wants_judgement(clause, turn):
                found.append(replace(clause, intent=JUDGEMENT))
            elif _asks_of_material(clause, turn):
                found.append(replace(clause, intent="ask_attribute"))
    return tuple(found)


def _is_heard_only(clause: Clause, turn: Turn) -> bool:
    """True for what is told in the midst of a consultation and asks for nothing."""
    if not turn.in_consultation or not turn.tracker.get_slot(REQUESTED_SLOT):
        return False
    if turn.profile.purpose == _HIRING and pattern("people_of_a_country").search(clause.text):
        return True
    judged = wants_judgement(clause.text) and not worries(clause)
    return (tells_plainly(clause) and not judged) or _is_thought_of(clause, turn)


def _is_thought_of(clause: Clause, turn: Turn) -> bool:
    """True for 「国は… アメリカ?」, which was taken for the country just now."""
    if (changes_of(turn.tracker) or {"country": ""}).get("country", "") is not None:
        return False
    before = replace(turn.profile, country=None)
    return thinks_of_country(clause, before, turn.tracker.get_slot(REQUESTED_SLOT))


def _asks_where_to_begin(clause: Clause) -> bool:
    """True for 「最初に何をすればいいか分からない」: the consultation itself is the answer."""
    named = any(clause.values(one) for one in ("record", "country", "topic"))
    return not named and bool(pattern("where_to_begin").search(clause.text))


def _asks_of_topic(clause: Clause, turn: Turn) -> bool:
    """True where a telling clause names a practical topic that is rather asked about."""
    topics = clause.values("topic")
    if _AT_HOME in topics:
        return True
    if _is_only_told(clause, turn):
        return False
    told = changes_of(turn.tracker) and clause.intent == "inform"
    return bool(topics) and (asks(clause.text) or clause.outside >= _DOUBTFUL or not told)


def _is_only_told(clause: Clause, turn: Turn) -> bool:
    """True for 「日本で会社をつくりました」, 「英語もできないし」: told among others, not asked.

    What is told before a question is what the question is about.
    """
    following = turn.clauses[turn.clauses.index(clause) :]
    if len(turn.clauses) == 1 or any(asks(one.text) or wonders(one.text) for one in following):
        return False
    return bool(pattern("told_as_it_is").search(clause.text))


def _asks_of_material(clause: Clause, turn: Turn) -> bool:
    """True where a telling clause asks by its words, or says what only the material says."""
    if clause.text.startswith(CHOICE) or _is_an_opening(clause, turn):
        return False
    told = any(clause.values(slot) for slot in PROFILE_SLOTS) and not asked_attributes(clause)
    first = turn.tracker.get_slot(REQUESTED_SLOT) is None
    if told and not first and len(clause.text) <= _SHORT_ANSWER:
        return False
    if _only_names(clause, turn):
        return False
    if asks(clause.text):
        least = FOUND if clause.confidence >= _SURE_TELLING else _FOUND_BESIDE_UNSURE
        return bool(asked_attributes(clause)) or found_anything(clause, turn, least)
    if not first or len(turn.clauses) > 1:
        return False
    if _STATES.search(clause.text) and not wonders(clause.text):
        return False
    return names_a_fact(clause, turn) if told else clearly_found(clause, turn)


def _only_names(clause: Clause, turn: Turn) -> bool:
    """True where nothing but names of places and countries is said (「ケニアかな」)."""
    if not clause.entities or not all(one["entity"] in _NAMES for one in clause.entities):
        return False
    left = clause.text
    for one in clause.entities:
        left = left.replace(one.get("text") or "", " ")
    return not _TOPIC_MARK.search(clause.text) and not turn.knowledge.analyser.words(left)


def _wants_judgement(clause: Clause, turn: Turn) -> bool:
    """True where a telling clause wants a yes or a no that the material does not give."""
    if clause.text.startswith(CHOICE) or not wants_judgement(clause.text):
        return False
    if _is_an_opening(clause, turn) or asked_attributes(clause) or _introduces_itself(turn):
        return False
    return not clearly_found(clause, turn)


def _wants_scheme(clause: Clause, turn: Turn) -> bool:
    """True for 「JICAのボランティアに社員を出したい」: what is wanted by name is told about."""
    store = turn.knowledge.store
    named = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    wanted = len(named) == 1 and named[0].kind is Kind.SCHEME
    return wanted and bool(pattern("wants_to_use").search(clause.text))


def _introduces_itself(turn: Turn) -> bool:
    """True where a message tells so much of a company that its worry is no question."""
    told = (changes_of(turn.tracker) or {}).keys() - {"country", "industry"}
    return len(told) >= _MUCH


def _asks_beyond(clause: Clause, turn: Turn) -> bool:
    """True where a telling clause asks what nobody tells, or wants of a record what it lacks."""
    if clause.text.startswith(CHOICE) or _is_an_opening(clause, turn):
        return False
    if clause.values("record") and clause.outside >= _BEYOND:
        return True
    only_country = {one["entity"] for one in clause.entities} == {"country"}
    if only_country and clause.outside >= _MATTER_BEYOND and not _STATES.search(clause.text):
        return True
    return unanswerable(clause, turn) is not None


def _is_an_opening(clause: Clause, turn: Turn) -> bool:
    """True where a company only says that it is lost, or wonders about itself.

    「最初に何をすればいいか分からない」 asks for guidance and 「海外で売れないかなって」 tells what
    is wanted: both are asked on, not told facts about the policy.
    """
    if any(one.values("record") for one in turn.clauses) or asked_attributes(clause):
        return False
    if clause.intent == "ask_plan":
        return clause.confidence >= _LIKELY_PLAN
    if clause.intent == "start_consultation":
        return clause.confidence >= _SURE_OPENING
    told = changes_of(turn.tracker) and clause.intent == "inform"
    return bool(told) and asks(clause.text) and not asks(_WONDERS.sub("", clause.text))
