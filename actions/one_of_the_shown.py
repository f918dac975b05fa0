"""A few words after an answer: which of those shown is meant, or a bare question word.

「水のほう」 after what a city does means its water company, 「中小企業の例は」 after one kind of
leader another kind, and 「いつ？」 asks for the time of what was told last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.fact_ranking import RankedFact
from actions.in_context import named_in_full
from actions.patterns import pattern
from actions.phrases import phrase
from actions.turn import Clause, Turn
from knowledge.mentions import years
from knowledge.schema import Kind, Record

#: Longest message of the kind, in characters.
_LONGEST = 20
#: Properties a bare question word may ask for, the likeliest first.
_ASKED_BY = (
    ("いつ", ("start_year", "date", "period")),
    ("何年", ("start_year", "date", "period")),
    ("どこ", ("location", "area")),
    ("どちら", ("location",)),
    ("誰", ("operator", "leader", "secretariat")),
    ("だれ", ("operator", "leader", "secretariat")),
    ("どなた", ("operator", "leader", "secretariat")),
    ("いくら", ("amount_limit", "costs")),
    ("なんぼ", ("amount_limit", "costs")),
)
_TIMES = frozenset({"いつ", "何年"})
#: Names of these say what kind of thing each is, and all go by the same word.
_KINDS_OF_THINGS = frozenset({Kind.LEADER_TYPE, Kind.APPROACH})


def asked_barely(clause: Clause, turn: Turn) -> Clause | None:
    """Returns 「いつ？」 as a question about what was told last; None for more than that.

    Args:
        clause: What was said.
        turn: The turn it belongs to.
    """
    if not turn.focus or not pattern("bare_question_word").fullmatch(clause.text.strip()):
        return None
    store = turn.knowledge.store
    shown = next((store.record(one) for one in turn.focus if store.has_record(one)), None)
    word, likely = next((one for one in _ASKED_BY if one[0] in clause.text), ("", ()))
    if shown is None or not word:
        return None
    told = [
        one
        for one in turn.asked
        if word in _TIMES and any(years(fact.text) for fact in shown.facts_about(one))
    ]
    dated = [one.attribute for one in shown.facts if word in _TIMES and years(one.text)]
    attribute = next((one for one in (*told, *likely, *dated) if shown.facts_about(one)), None)
    if attribute is None:
        return None
    full = named_in_full(clause, shown)
    asked = {"entity": "attribute", "value": attribute, "text": word}
    return replace(full, entities=(*full.entities, asked))


def one_of_the_shown(clause: Clause, turn: Turn) -> Clause | None:
    """Returns a few words as a question about the one of those shown whose name has them.

    Args:
        clause: What was said.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus if store.has_record(one)]
    if not shown or len(clause.text) > _LONGEST or any(map(clause.values, ("record", "country"))):
        return None
    pointed = pattern("that_one").fullmatch(clause.text.strip())
    if pointed:
        meant = _with_words(pointed["word"], shown, turn)
        whole = replace(clause, text=phrase("tell_of"), entities=())
        return replace(named_in_full(whole, meant), intent="ask_record") if meant else None
    begun = pattern("of_that_kind").match(clause.text)
    kind = next((one.kind for one in shown if one.kind in _KINDS_OF_THINGS), None)
    if kind is None or begun is None:
        return None
    meant = _with_words(begun["word"], store.records(kind), turn)
    rest = replace(clause, text=clause.text[begun.end() :], entities=())
    return named_in_full(rest, meant) if meant and meant not in shown else None


def of_the_shown_there(clause: Clause, countries: Sequence[str], turn: Turn) -> list[RankedFact]:
    """Returns what is told of a country within what was shown last (「ラオスにはあるの」).

    Args:
        clause: The question.
        countries: Ids of countries it names that the material has no record of.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = next((store.record(one) for one in turn.focus if store.has_record(one)), None)
    if not countries or shown is None or len(clause.text) > _LONGEST or clause.values("record"):
        return []
    labels = [one.label for one in store.slot_values("country") if one.id in countries]
    return [
        RankedFact(shown, fact, 0.0, 1.0, True)
        for fact in shown.facts
        if shown.kind is not Kind.COUNTRY and any(label in fact.text for label in labels)
    ]


def _with_words(said: str, records: Sequence[Record], turn: Turn) -> Record | None:
    """The only one of some records whose name, not just its kind's, has all the words said."""
    words = {*turn.knowledge.analyser.words(said)}
    found = [
        one
        for one in records
        if words and words <= {*turn.knowledge.analyser.words(one.short_name)}
    ]
    return found[0] if len(found) == 1 else None
