"""The rest of a list (「信用金庫以外の金融機関は」): its items without those set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.answering import answers_first
from actions.fact_ranking import RankedFact, rank_facts
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations, fact_point
from actions.telling import next_steps
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind

#: A fact that is nothing but a list: what it lists, the items, how it ends.
_LIST = re.compile("^([^、。]+?)は、([^。（）]+?)(?:です|の[一二三四五六七八九十]+つです)。")
#: So many items make a list, and so many of the best facts are looked at.
_ITEMS, _FEW = 3, 12
_NOMINAL = frozenset({"名詞", "接尾辞", "接頭辞", "形状詞"})
_JOINS = re.compile("(?:と|や|・|、|か)")
#: Particles that make an item a sentence rather than a name.
_TELLS = re.compile("[をが]|では|(?:^|[^ぁ-ん])で[^ぁ-ん]")
#: Longest words behind what is set aside, which name the group and little more.
_SHORT = 30


@answers_first
def list_but_for(clause: Clause, turn: Turn) -> Answer | None:
    """Answers what else is of a group, from the one list that holds what is set aside.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The items that are left, with the whole list after them; None where nothing is set aside
        or no list of what is asked for holds it.
    """
    marker = pattern("set_aside").search(clause.text)
    if marker is None:
        return None
    said = _named_before(clause.text[: marker.start()], turn)
    rest = clause.text[marker.end() :]
    asked = {*turn.knowledge.analyser.words(rest)}
    if not said or not asked or len(rest) > _SHORT:
        return None
    for one in rank_facts(clause, (), turn).facts[:_FEW]:
        listed = _LIST.match(one.fact.text)
        if listed is None or not asked & {*turn.knowledge.analyser.words(listed[1])}:
            continue
        if _is_named(listed[1], said, clause, turn):
            # What is done by the one set aside is no list of others.
            continue
        items = re.split("、|と(?=[^、]+$)", listed[2])
        if any(map(_TELLS.search, items)):
            continue
        out = [_is_named(item, said, clause, turn) for item in items]
        left = [item for item, is_out in zip(items, out, strict=True) if not is_out]
        if len(items) >= _ITEMS and any(out) and left:
            return _told(one, listed[1], said, left, turn)
    return None


def _named_before(before: str, turn: Turn) -> str:
    """The words named last before a place: nouns, and what joins them."""
    start = len(before)
    for token in reversed(turn.knowledge.analyser.tokens(before)):
        if token.pos not in _NOMINAL and not (_JOINS.fullmatch(token.surface) and start):
            break
        start -= len(token.surface)
    return before[start:].lstrip("、")


def _is_named(item: str, said: str, clause: Clause, turn: Turn) -> bool:
    """True for an item that is set aside, by part of its name or by another one."""
    store = turn.knowledge.store
    for one in clause.values("record") + clause.values("record", "excluded"):
        typed = [fold(str(e.get("text") or "")) for e in clause.entities if e["value"] == one]
        if not store.has_record(one) or not any(each and each in fold(said) for each in typed):
            continue
        if fold(said) in typed and store.record(one).kind is Kind.ORGANISATION:
            # JICA日本センター is another thing than JICA.
            return fold(item) in names_of(store.record(one))
        return any(name in fold(item) for name in names_of(store.record(one)))
    return any(fold(each) in fold(item) for each in _JOINS.split(said) if each)


def _told(one: RankedFact, group: str, said: str, left: Sequence[str], turn: Turn) -> Answer:
    store = turn.knowledge.store
    lead = Point(
        text=phrase("rest_of_list", group=group, said=said, items="、".join(left)),
        citations=citations(store, one.fact.cite, one.fact.source),
    )
    return Answer(
        kind="fact",
        lead=lead,
        points=(fact_point(store, one.fact),),
        choices=next_steps(one.record, turn, one.fact.attribute),
        data={"records": [one.record.id], "attributes": [one.fact.attribute]},
    )
