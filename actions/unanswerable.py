"""Questions that no material can answer: what will be, whom to like, what others asked."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from actions.answering import answers, answers_first
from actions.both_countries import in_what_one_is_better
from actions.limits import default_helpers, named_bodies, person
from actions.phrases import phrase
from actions.turn import Clause, Turn
from answers import Answer, Point

KINDS = Path(__file__).with_name("unanswerable.yml")
#: Intent given to a statement that wants a yes or a no; the classifier knows none of that name.
JUDGEMENT = "ask_judgement"
#: Kinds that supporting bodies could not answer either.
_NOBODY = frozenset({"others_data", "instructions", "made_up"})
#: Kinds that the very body a question names would not answer.
_OF_NO_BODY = frozenset({"opinion", "which_pays"})
#: Kinds that want a judgement, where what the material tells may be set side by side instead.
_JUDGED = frozenset({"opinion", "judgement"})
#: Ends of a question that wants a yes or a no.
_YES_OR_NO = re.compile(
    r"(ます|です|ません|でしょう|だろう|やろう?|[いうくすつむるえけせてねべめれげ]ん?の?)"
    r"(か|かね|かな|かいな|よね|よな)[?？]?([、。\s][^、。か]{0,10})?[。\s]*$|[いうくすつむる](の|ん)?[?？][。\s]*$"
)
_OPEN = re.compile(
    r"何|なに|なん(?!(です|や|だ|か|の)*(か|ね|よ|な)*[?？。!！\s]*$)|どう|どこ|どの|どれ|どち|どっち|どんな|どない|誰|だれ|いつ|いくら|いくつ|なぜ|方法|教え"
)
_WISH = re.compile(r"たい(です|ん|の|と|けど|が|な)|ほしい|(せんか|ないか)(な|ね)?[?？。\s]*$")


#: Entities by which a question is about something of the material, or of a topic beside it.
_OF_MATERIAL = ("record", "country", "attribute", "kind", "reference", "topic")


class _Kind(NamedTuple):
    phrase: str
    high_risk: bool
    wordings: re.Pattern[str]
    name: str
    unless_named: bool
    unless_told: str | None
    yes_or_no: bool


@answers_first
def unanswerable(clause: Clause, turn: Turn) -> Answer | None:
    """Answers a question of such a kind, whatever it names; None for any other.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    named = _names_something(clause)
    is_open = bool(_OPEN.search(clause.text))
    kinds = (
        one
        for one in _kinds()
        if not (named and one.unless_named)
        and not (is_open and one.yes_or_no)
        and not (one.unless_told and _is_told(one.unless_told, clause, turn))
    )
    kind = next((one for one in kinds if one.wordings.search(clause.text)), None)
    if kind is None or (kind.name in _JUDGED and in_what_one_is_better(clause, turn)):
        # 「教育はどっちがまし」 after two countries is told of both, and nobody judges.
        return None
    known = () if kind.name in _OF_NO_BODY else named_bodies(clause, turn)
    return _refused(kind.phrase, kind.high_risk, kind.name, turn, known)


def wants_judgement(text: str) -> bool:
    """True for a question that wants a yes or a no (「売っても問題ないですよね」)."""
    if _OPEN.search(text) or _WISH.search(text):
        return False
    return bool(_YES_OR_NO.search(text))


@answers(JUDGEMENT)
def judgement(clause: Clause, turn: Turn) -> Answer:
    """Says that a person has to judge what a company wants a yes or a no to.

    Args:
        clause: The question; what it names does not matter.
        turn: The turn it belongs to.
    """
    return _refused("judgement", True, "judgement", turn)


def is_open(text: str) -> bool:
    """True for a question with a question word, which no yes or no answers."""
    return bool(_OPEN.search(text))


def _refused(
    key: str, high_risk: bool, kind: str, turn: Turn, known: tuple[str, ...] = ()
) -> Answer:
    nobody = kind in _NOBODY
    advice = "utter_judgement_needs_person" if high_risk else "utter_person_can_help"
    return Answer(
        kind="not_in_material",
        lead=Point(text=phrase(key)),
        points=() if nobody else default_helpers(turn, known),
        closing=None if nobody else turn.wording.text(advice),
        choices=person(turn),
        data={"high_risk": high_risk, "unanswerable": kind},
    )


def _is_told(attribute: str, clause: Clause, turn: Turn) -> bool:
    """True where the material tells this property of something the clause names."""
    named = (*clause.values("record"), *clause.values("country"))
    store = turn.knowledge.store
    return any(store.record(one).facts_about(attribute) for one in named if store.has_record(one))


def _names_something(clause: Clause) -> bool:
    """True where the clause, or the one it goes on from, is about something of the material."""
    if any(clause.values(one) for one in _OF_MATERIAL):
        return True
    return clause.goes_on_from is not None and _names_something(clause.goes_on_from)


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(
            one["phrase"],
            one["high_risk"],
            re.compile("|".join(one["wordings"])),
            one["kind"],
            one.get("unless_named", False),
            one.get("unless_told"),
            one.get("yes_or_no", False),
        )
        for one in yaml.safe_load(KINDS.read_text("utf-8"))
    )
