"""Which of several facts of one list is told first: a reader takes the first one for the answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from actions.claims import applicants_in
from actions.fact_ranking import RankedFact
from actions.patterns import pattern
from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

#: Fewer facts have no order.
_SEVERAL = 2
_CIRCLED = "①②③④⑤"


def led(facts: Sequence[RankedFact], clause: Clause, turn: Turn) -> list[RankedFact]:
    """Puts the fact of a list first that tells what is asked.

    Who asks how many there are is told the number first, who asks for what large companies can
    use the list of that, and what is only being built comes after what is done.

    Args:
        facts: What answers, best first; only those of the record and property of the first one
            are put in another order.
        clause: The question.
        turn: The turn it belongs to.
    """
    family = [one for one in facts if _is_of_one_list(one, facts[0])]
    if len(family) < _SEVERAL:
        return list(facts)
    first = (
        _numbered(family, clause)
        or _begins_the_row(family, clause)
        or _counted(family, clause)
        or _open_to(family, clause, turn)
        or _done(family, clause, turn)
    )
    if first is None:
        return list(facts)
    return [first, *(one for one in facts if one is not first)]


def _is_of_one_list(one: RankedFact, first: RankedFact) -> bool:
    return (one.record.id, one.fact.attribute) == (first.record.id, first.fact.attribute)


def _numbered(family: Sequence[RankedFact], clause: Clause) -> RankedFact | None:
    """The fact with the very number asked for (「4番目は何」)."""
    asked = pattern("ordinal").search(clause.text)
    if asked is None:
        return None
    digit = unicodedata.normalize("NFKC", next(filter(None, asked.groups())))
    digit = digit.translate(str.maketrans("一二三四五", "12345"))
    told = re.compile(rf"^(の)?{digit}(は|の|番)|の{_CIRCLED[int(digit) - 1]}は|^{digit}\D")
    return next((one for one in family if told.search(one.fact.text)), None)


def _begins_the_row(family: Sequence[RankedFact], clause: Clause) -> RankedFact | None:
    """The first of facts marked ①, ②, …, where so many are asked for (「条件は2つ」)."""
    marked = [one for one in family if any(each in one.fact.text for each in _CIRCLED)]
    if len(marked) < _SEVERAL or not pattern("counted").search(clause.text):
        return None
    return next((one for one in marked if _CIRCLED[0] in one.fact.text), None)


def _counted(family: Sequence[RankedFact], clause: Clause) -> RankedFact | None:
    """The fact with the number, where a number is asked for (「全部でいくつ」「何社くらい」)."""
    asked = pattern("counts").search(clause.text) or pattern("number").search(clause.text)
    told = [one for one in family if pattern("counted").search(one.fact.text)]
    return told[0] if asked and told else None


def _open_to(family: Sequence[RankedFact], clause: Clause, turn: Turn) -> RankedFact | None:
    """The list of schemes all of which are open to the applicant asked about."""
    wanted = {*clause.values("applicant")} or {one.value for one in applicants_in(clause.text)}
    fitting = [one for one in family if wanted and _all_open_to(one, wanted, turn)]
    return fitting[0] if fitting else None


def _all_open_to(one: RankedFact, wanted: set[str], turn: Turn) -> bool:
    store = turn.knowledge.store
    near: list[Record] = [store.record(each) for each in one.record.related]
    named = [
        each
        for each in near
        if each.kind is Kind.SCHEME and each.match and each.short_name in one.fact.text
    ]
    return bool(named) and all(
        each.match is not None and wanted <= {value.value for value in each.match.applicants}
        for each in named
    )


def _done(family: Sequence[RankedFact], clause: Clause, turn: Turn) -> RankedFact | None:
    """What is done, before what is being built and the question does not name."""
    unfinished = pattern("unfinished")
    if not unfinished.search(family[0].fact.text):
        return None
    words = turn.knowledge.analyser.words
    own = {*words(family[0].fact.text)} - {*words(family[0].record.name)}
    if own & {*words(clause.text)}:
        return None
    return next((one for one in family if not unfinished.search(one.fact.text)), None)
