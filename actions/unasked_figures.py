"""Figures nobody asked for: true ones are dishonest where they stand for an answer."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from actions.derived import asks_for_derived
from actions.fact_ranking import RankedFact, Ranking, residual
from actions.patterns import pattern
from actions.times import time_outside
from actions.turn import Clause, Turn
from knowledge.schema import Kind

#: A part of a country, behind its name.
_PART = "の?(?:北東?|東北|南東?|中|東|西)部"
CITIES = Path(__file__).with_name("cities_abroad.yml")
#: Confidence of a ranking below which its facts only may be meant.
UNSURE = 0.3
#: Probability of a question beyond the material from which a figure with strange words beside it is
#: that of something else, and from which it is so without any.
PERHAPS_OUTSIDE = 0.5
MOSTLY_OUTSIDE = 0.7
_KANA = re.compile(r"[ぁ-んー]+")
_YEAR = re.compile(r"(19|20)\d\d年度?")
#: 「バンコクのある国」 means the country.
_COUNTRY_OF = "(の|が)?ある国|を(首都|都)とする国|の国"


def is_of_something_else(fact: RankedFact, clause: Clause, ranking: Ranking, turn: Turn) -> bool:
    """True where a figure, or the lack of one, is not what is asked for.

    The wage of a driver is not that of a worker, and the price of land is not told by what is
    said of industrial estates.
    """
    compared = asks_for_derived(clause.text) and len(clause.values("country")) > 1
    if compared or time_outside(clause, fact.fact) is not None:
        return False
    figure = fact.fact.value is not None
    if not figure:
        amount = pattern("amount").search(clause.text)
        return bool(amount) and not any(map(str.isdigit, fact.fact.text)) and fact.asked
    of_country = fact.record.kind is Kind.COUNTRY
    if of_country and clause.outside >= MOSTLY_OUTSIDE and ranking.confidence < UNSURE:
        return True
    # A single character, or a bit of kana, is rather a slip of the pen than a thing.
    left = residual(clause)
    for one in clause.entities:
        if one["entity"] == "attribute" and one.get("text"):
            # 「しつぎょうりつ」 is the rate asked for, though the analyser cuts 「りつ」 off.
            left = left.replace(one["text"], " ", 1)
    unknown = turn.knowledge.unknown_words(left)
    strange = [one for one in unknown if len(one) > 1 and not _KANA.fullmatch(one)]
    return bool(strange) and clause.outside >= PERHAPS_OUTSIDE


def is_beyond(clause: Clause) -> bool:
    """True for a question most likely beyond the material; what is English cannot be judged so."""
    return clause.outside >= MOSTLY_OUTSIDE and not _is_english(clause.text)


def _is_english(text: str) -> bool:
    return sum(one.isascii() and one.isalpha() for one in text) * 2 >= len(text)


def is_of_country(country: str, clause: Clause) -> bool:
    """True where a question is about this country first (「インドの政策を、タイのように」)."""
    first = next((one for one in clause.entities if one["entity"] == "country"), None)
    if first is None or first["value"] != country or not first.get("text"):
        return False
    return bool(re.search(re.escape(first["text"]) + "(の|は|って|について)", clause.text))


def asked_of_the_amount(clause: Clause) -> str | None:
    """Returns the limit where only an amount is asked of a name (「案件化調査ってなんぼ」)."""
    return "amount_limit" if pattern("bare_amount").search(residual(clause)) else None


def lacks_the_amount(one: RankedFact, clause: Clause) -> bool:
    """True where an amount is asked for and the fact holds no figure."""
    return bool(pattern("amount").search(clause.text)) and not has_figure(one.fact.text)


def is_unasked(one: RankedFact) -> bool:
    """True for a figure of a country whose property the question does not name."""
    return one.record.kind is Kind.COUNTRY and not one.asked and has_figure(one.fact.text)


def has_figure(text: str) -> bool:
    """True where a text holds a figure other than a year."""
    return any(map(str.isdigit, _YEAR.sub("", text)))


def only_sounds_alike(one: RankedFact, clause: Clause, turn: Turn) -> bool:
    """True where an unasked figure shares no word with the question (「社会保障の負担は何％」).

    Args:
        one: The fact that fits best.
        clause: The question.
        turn: The turn it belongs to.
    """
    if not is_unasked(one) or one.fact.value is None or _is_english(clause.text):
        return False
    words = turn.knowledge.analyser.words
    declared = turn.knowledge.store.attribute(one.fact.attribute)
    own = {*words(" ".join((declared.label, *declared.aliases, one.fact.text)))}
    for question in turn.knowledge.store.questions():
        if question.attribute == one.fact.attribute and question.record_id == one.record.id:
            own |= {*words(question.text)}
    # Kana is compared nowhere: 「しつぎょうりつ」 shares no word with 失業率 as typed.
    said = {one for one in words(residual(clause)) if not _KANA.fullmatch(one)}
    return bool(said) and not said & own


def city_abroad(clause: Clause) -> str | None:
    """Returns the city, or the part of a country, that is asked of, whose figures nobody gives."""
    for one in clause.entities:
        name = one.get("text") or ""
        part = re.search(f"{re.escape(name)}{_PART}", clause.text) if name else None
        if part and one["entity"] == "country":
            return part.group()
        named = one["entity"] == "country" and name in _cities()
        if named and not re.search(re.escape(name) + f"({_COUNTRY_OF})", clause.text):
            return str(name)
    return None


@lru_cache(maxsize=1)
def _cities() -> frozenset[str]:
    return frozenset(yaml.safe_load(CITIES.read_text("utf-8")))
