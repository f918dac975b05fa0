"""Who else: 「信用金庫のほかに誰が」 and 「外務省、金融庁、あと一つは」 want the rest of a list."""

from __future__ import annotations

import re

from actions.fact_ranking import RankedFact, rank_facts
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.turn import Clause, Turn
from knowledge.schema import Record

#: What stands between names that are set aside, and behind the last of them.
_BETWEEN = re.compile(
    r"(さん|だけ|は知って(い?ます|い?る)|(なの)?(は|も)?(分か|わか)(る|って|ります)|(です|だ)?(よね|けど|が)|でしょう?|でした|"
    r"だった|やろ|やん|やけど|として|です|だ|や(?=、)|なら|と|や|・|、|も|が|は|の|に|,|\.|\s)*"
)


def facts_besides(clause: Clause, turn: Turn) -> list[RankedFact]:
    """Returns the fact that lists what a question names together with what it asks for.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The best fact of another record that names everything the question sets aside, and more;
        none where the question sets nothing aside, or no fact lists it.
    """
    marker = pattern("besides").search(clause.text)
    if not marker:
        return []
    before = clause.goes_on_from
    named = _run_before(marker.start(), clause, turn)
    if not named and before is not None and not clause.text[: marker.start()].strip():
        named = _run_before(len(before.text), before, turn)
        clause = Clause(before.text + clause.text, clause.intent, before.entities)
    if not named:
        return []
    own = {one.id for one in named}
    fitting = [
        one
        for one in rank_facts(clause, (), turn).facts
        if one.record.id not in own
        and all(_is_named(each, fold(one.fact.text)) for each in named)
        and _names_others(one, own, turn)
    ]
    # A list proper before a summary that only names several things.
    fitting.sort(key=lambda one: one.fact.attribute == "overview")
    return fitting[:1]


def _run_before(end: int, clause: Clause, turn: Turn) -> list[Record]:
    """Returns the records named one after the other up to a place of a clause."""
    store = turn.knowledge.store
    found: list[Record] = []
    places = [
        (clause.text.rfind(one["text"], 0, end), one)
        for one in clause.entities
        if one["entity"] == "record" and one.get("text") and store.has_record(one["value"])
    ]
    for start, one in sorted(places, key=lambda place: -place[0]):
        behind = start + len(one["text"])
        if start < 0 or not _BETWEEN.fullmatch(clause.text[behind:end]):
            break
        found.append(store.record(one["value"]))
        end = start
    return found


def _names_others(one: RankedFact, named: set[str], turn: Turn) -> bool:
    """True for a fact that names another record beside those set aside and its own."""
    text = fold(one.fact.text)
    return any(
        _is_named(other, text)
        for other in turn.knowledge.store.records()
        if other.id not in named and other.id != one.record.id
    )


def _is_named(record: Record, text: str) -> bool:
    return any(name in text for name in names_of(record))
