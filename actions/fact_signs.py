"""The signs that speak for a fact: search, what a question names, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from actions.fact_table import FactTable
from actions.patterns import pattern
from actions.turn import Clause, Turn
from knowledge.mentions import years
from knowledge.schema import Kind, Record

#: Which properties answer for one a record has nothing of.
KIN = Path(__file__).parent.parent / "knowledge" / "vocabulary" / "attribute_kin.yml"
#: Signs of a fact, in the order of the columns of :func:`signs`.
SIGNS = (
    "words",
    "meaning",
    "sounds",
    "words_left",
    "meaning_left",
    "sounds_left",
    "kind_words",
    "kind_sounds",
    "sounds_of_kana",
    "kind_sounds_of_kana",
    "named",
    "both_named",
    "mentioned",
    "other",
    "asked",
    "unasked",
    "asked_named",
    "city",
    "other_country",
    "lists",
    "lists_several",
    "year",
    "other_year",
    "absent",
    "other_kind",
)
_KANJI = re.compile(r"[一-龠々]")
_KANA = re.compile(r"[ぁ-んァ-ヶｦ-ﾟ]{4}")
#: Fewer characters are a name.
_LEAST_KANA = 8
#: Content words below which a clause says nothing without the one before it.
_LEAST_WORDS = 2
#: Attributes that say too little by themselves to choose a fact.
VAGUE_ATTRIBUTES = frozenset({"overview", "method", "judgement"})

Matrix = npt.NDArray[np.float32]
#: Bare question words of number, and what makes two properties of two words.
_COUNT = re.compile("何(人|名|社)[ぁ-ん]*")
_AND = re.compile("と|や|および|及び|。")


def asked_attributes(clause: Clause) -> tuple[str, ...]:
    """Returns the attributes a clause asks for; vague ones only where nothing else is named."""
    named = clause.values("attribute")
    if len(named) > 1:
        named = tuple(one for one in named if not _only_counts(one, clause))
    return tuple(one for one in named if one not in VAGUE_ATTRIBUTES)


def _only_counts(attribute: str, clause: Clause) -> bool:
    """True for 「何人」 behind what is counted (「在留邦人は何人」): it is no second property."""
    found = [one for one in clause.entities if one["entity"] == "attribute"]
    own = [one for one in found if one["value"] == attribute]
    if not all(_COUNT.fullmatch(str(one.get("text") or "")) for one in own):
        return False
    end = clause.text.find(str(own[0]["text"]))
    before = [
        clause.text.find(str(one["text"])) + len(str(one["text"]))
        for one in found
        if one["value"] != attribute and one.get("text") and str(one["text"]) in clause.text
    ]
    return any(end >= start and not _AND.search(clause.text[start:end]) for start in before)


def asks_for_several(text: str) -> bool:
    """True for words that ask for several things at once."""
    return bool(pattern("several").search(text))


def _asks_for_a_list(clause: Clause, subjects: Sequence[Record]) -> bool:
    """True where several things are asked for, or 「…の制度は」 of no record in particular."""
    return asks_for_several(clause.text) or (not subjects and bool(clause.values("kind")))


def is_kana(text: str) -> bool:
    """True for a text without a single kanji, whose words only its sound tells."""
    return len(text) >= _LEAST_KANA and not _KANJI.search(text) and bool(_KANA.search(text))


def residual(clause: Clause) -> str:
    """Returns the words of a clause without the names of records and countries in it."""
    text = clause.text
    for one in clause.entities:
        if one["entity"] in {"record", "country"} and one.get("text"):
            text = text.replace(one["text"], " ", 1)
    return text.strip()


def signs(clause: Clause, subjects: Sequence[Record], turn: Turn) -> tuple[Matrix, Matrix]:
    """Returns the signs of every fact for a question.

    Args:
        clause: The question.
        subjects: Records it is about; empty for any.
        turn: The turn it belongs to.

    Returns:
        The signs, shape (facts, len(SIGNS)), and the share of the question's word weight that
        each fact holds, shape (facts,).
    """
    table = turn.knowledge.facts
    search = turn.knowledge.search
    bare = residual(clause)
    near = search.fact_signals(_question(clause, turn))
    # Beside a long name what is asked of it hardly counts: the rest is looked at by itself too.
    left = search.fact_signals(bare) if subjects else near
    before = search.question_signals(bare)
    named = table.of_records([one.id for one in subjects])
    mentioned = np.zeros(len(table), np.float32)
    both_named = np.zeros(len(table), np.float32)
    for one in subjects:
        mentioning = table.mentioning(one)
        mentioned = np.maximum(mentioned, mentioning)
        # 「KITAはJETROと何を」: a fact of the one that tells of the other.
        both_named = np.maximum(both_named, mentioning * (named - table.of_records([one.id])))
    mentioned = mentioned * (1 - named)
    kana = np.float32(is_kana(clause.text))
    attributes = _attributes(clause, subjects, turn)
    asked = table.of_attributes(attributes)
    countries = [one for one in subjects if one.kind is Kind.COUNTRY]
    nothing = np.zeros(len(table), np.float32)
    columns = (
        near.words,
        near.meaning,
        near.sounds,
        left.words,
        left.meaning,
        left.sounds,
        before.words,
        before.sounds,
        near.sounds * kana,
        before.sounds * kana,
        named,
        both_named,
        mentioned,
        (1 - named) * (1 - mentioned) if subjects else nothing,
        asked,
        1 - asked if attributes else nothing,
        asked * named,
        table.of_cities(clause.values("city")),
        table.of_other_countries(countries) if countries else nothing,
        table.lists if _asks_for_a_list(clause, subjects) else nothing,
        table.lists if asks_for_several(clause.text) and not subjects else nothing,
        *_years(clause.text, table),
        # 「開始年度が書かれていない制度は」 asks for nothing else.
        table.absent * (1 - named) * (-1 if pattern("absence").search(clause.text) else 1),
        nothing if subjects else _of_other_kinds(clause, table),
    )
    return np.stack(columns, axis=1), near.covered


def _of_other_kinds(clause: Clause, table: FactTable) -> Matrix:
    """Marks the facts of records of another kind than the named one (「…の制度は」)."""
    kinds = clause.values("kind")
    of_kind = table.of_kinds({*kinds, Kind.POLICY_POINT.value})
    return np.asarray((1 - of_kind) if kinds else 0 * of_kind, np.float32)


def _years(text: str, table: FactTable) -> tuple[Matrix, Matrix]:
    """Marks the facts of the years a question names, and those of other years."""
    named = years(text) if any(map(str.isdigit, text)) else ()
    if named:
        return table.of_years(named)
    nothing = np.zeros(len(table), np.float32)
    return nothing, nothing


def _attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> tuple[str, ...]:
    """The asked attributes; those no subject has say nothing about which of its facts is meant.

    Of no record in particular, but of a kind (「人材育成の区分の制度は」), those of that kind.
    """
    asked = asked_attributes(clause)
    kinds = set(clause.values("kind"))
    if kinds and not subjects and len(asked) > 1:
        declared = turn.knowledge.store.attribute
        asked = tuple(
            one for one in asked if not declared(one).kinds or kinds & set(declared(one).kinds)
        )
    if not subjects:
        return asked
    return answered_by(asked, subjects)


def answered_by(asked: Sequence[str], subjects: Sequence[Record]) -> tuple[str, ...]:
    """Returns the asked attributes that records have, else the next of kin they have."""
    held = tuple(one for one in asked if _is_held(one, subjects))
    return held or tuple(dict.fromkeys(filter(None, (_nearest(one, subjects) for one in asked))))


def _is_held(attribute: str, subjects: Sequence[Record]) -> bool:
    return any(one.facts_about(attribute) for one in subjects)


def _nearest(attribute: str, subjects: Sequence[Record]) -> str | None:
    """The next of kin of a property that some subject has."""
    return next((one for one in _kin().get(attribute, ()) if _is_held(one, subjects)), None)


@lru_cache(maxsize=1)
def _kin() -> dict[str, list[str]]:
    kin: dict[str, list[str]] = yaml.safe_load(KIN.read_text("utf-8"))
    return kin


def _question(clause: Clause, turn: Turn) -> str:
    """The clause, with the one before it where it says nothing by itself (「資料だとどれ？」)."""
    before = clause.goes_on_from
    if before is None or len(turn.knowledge.analyser.words(residual(clause))) >= _LEAST_WORDS:
        return clause.text
    return f"{residual(before)}{clause.text}"
