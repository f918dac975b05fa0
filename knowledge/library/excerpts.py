"""The sentences of a passage that answer a question, quoted as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from knowledge.analysis import QUESTION_WORDS, Analyser
from knowledge.library.index import searched_words
from knowledge.mentions import fold

#: Longest excerpt, and longest single quotation, in characters.
MOST = 240
MOST_OF_ONE = 160
#: Most sentences or rows quoted.
MOST_PARTS = 4
#: Sentences this near to the best one belong to the answer too.
_AS_GOOD = 0.85
_ANALYSER = Analyser()
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?[」）]?")


class Excerpt(NamedTuple):
    """What is quoted of a passage.

    Attributes:
        quotes: Sentences or rows, word for word (cut with … where too long).
        covered: Share of the question's weight the best of them and its headings hold.
        evident: Whether they hold what such a question asks for (a sum, a date, …); None where
            the question asks for nothing of a known form.
    """

    quotes: tuple[str, ...]
    covered: float
    evident: bool | None


class _Evidence(NamedTuple):
    attributes: frozenset[str]
    asks: re.Pattern[str]
    shows: re.Pattern[str]


def excerpt(
    text: str,
    headings: str,
    question: str,
    attributes: Collection[str],
    weight_of: Callable[[str], float],
) -> Excerpt:
    """Returns the part of a passage that answers a question best.

    Args:
        text: The passage.
        headings: What stands above it, and the title of its document.
        question: As typed.
        attributes: Attributes the question asks for.
        weight_of: Weight (idf) of a normalised word.
    """
    wanted = _wanted(question, attributes)
    asked = list(dict.fromkeys(searched_words(question, _ANALYSER)))
    # The words that ask for a sum or a date are answered by one, whatever it is called there.
    asking = {
        word
        for one in wanted
        for match in one.asks.finditer(fold(question))
        for word in _held(match[0])
    } | QUESTION_WORDS
    whole = sum(map(weight_of, asked)) or 1.0
    above = _held(headings)
    scored = []
    for number, part in enumerate(_parts(text)):
        held = _held(part)
        own = sum(weight_of(word) for word in asked if word in held) / whole
        shows = any(one.shows.search(fold(part)) for one in wanted)
        scored.append((own + 0.5 * shows, number, part, held, shows))
    if not scored:
        return Excerpt((), 0.0, None)
    best = max(scored, key=lambda one: (one[0], -one[1]))
    chosen = _chosen(scored, best, text)
    held = best[3] | above | (asking if best[4] else set())
    covered = sum(weight_of(word) for word in asked if word in held) / whole
    return Excerpt(tuple(map(_short, chosen)), covered, best[4] if wanted else None)


def held_share(question: str, text: str, weight_of: Callable[[str], float]) -> float:
    """Returns the share of a question's weight that a text holds."""
    asked = list(dict.fromkeys(searched_words(question, _ANALYSER)))
    held = _held(text)
    whole = sum(map(weight_of, asked)) or 1.0
    return sum(weight_of(word) for word in asked if word in held) / whole


def figures_of(quotes: Collection[str]) -> frozenset[str]:
    """Returns the numbers of some quotations, to tell whether two say the same."""
    return frozenset(
        number.replace(",", "")
        for quote in quotes
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", fold(quote))
    )


def _chosen(
    scored: Sequence[tuple[float, int, str, frozenset[str], bool]],
    best: tuple[float, int, str, frozenset[str], bool],
    text: str,
) -> list[str]:
    """Returns the best part with those as good, in order, as far as there is room."""
    if best[0] <= 0:
        return [best[2]]
    near = sorted((one for one in scored if one[0] >= _AS_GOOD * best[0]), key=lambda one: -one[0])
    kept: list[tuple[float, int, str, frozenset[str], bool]] = []
    for one in near[:MOST_PARTS]:
        if not kept or sum(len(other[2]) for other in kept) + len(one[2]) <= MOST:
            kept.append(one)
    return [one[2] for one in sorted(kept, key=lambda one: one[1])]


@lru_cache(maxsize=8192)
def _held(text: str) -> frozenset[str]:
    """Returns the words of a text; the same passages are looked at again and again."""
    return frozenset(searched_words(text, _ANALYSER))


def _parts(text: str) -> list[str]:
    return [part for match in _SENTENCE.finditer(text) if (part := match[0].strip())]


def _short(part: str) -> str:
    """Cuts a long part where a clause ends, never within a figure."""
    if len(part) <= MOST_OF_ONE:
        return part
    cut = max(part.rfind(mark, 0, MOST_OF_ONE) for mark in "、／ ")
    return part[: cut if cut > MOST_OF_ONE // 2 else MOST_OF_ONE].rstrip("0123456789,.") + "…"


def _wanted(question: str, attributes: Collection[str]) -> list[_Evidence]:
    folded = fold(question)
    return [
        one for one in _evidence() if one.attributes & set(attributes) or one.asks.search(folded)
    ]


@lru_cache(maxsize=1)
def _evidence() -> tuple[_Evidence, ...]:
    rules = yaml.safe_load((Path(__file__).parent / "evidence.yml").read_text("utf-8"))
    return tuple(
        _Evidence(frozenset(one["attributes"]), re.compile(one["asks"]), re.compile(one["shows"]))
        for one in rules
    )
