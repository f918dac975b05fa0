"""The sentences of a passage that answer a question, quoted as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from knowledge.analysis import QUESTION_WORDS
from knowledge.library.question_words import QuestionWords, words_held
from knowledge.mentions import fold, years

#: Longest excerpt, and longest single quotation, in characters.
MOST = 240
MOST_OF_ONE = 160
#: Most sentences or rows quoted.
MOST_PARTS = 4
#: Sentences this little behind the best one belong to the answer too.
_AS_GOOD = 0.04
#: A passage up to this long is quoted whole where its heading is what the question asks for.
_SHORT_PASSAGE = 200
#: What a part's own words and what it holds of the asked form count beside the words above it.
_OWN, _SHOWS, _BESIDE, _TOPICAL = 0.6, 0.35, 0.3, 0.15
#: Characters by which a part is found again in its text.
_FIRST_WORDS = 10
_SENTENCE = re.compile(
    # A short line under a label of its own is one statement, however many sentences it has.
    rf"^[^。：:／\n]{{1,12}}[:：][ 　][^\n]{{1,{MOST_OF_ONE}}}$|[^。！？\n]+[。！？]?[」）]?",
    re.MULTILINE,
)
#: A question that the document itself asks, with its answer; a sentence that limits the last one.
_ASKS = re.compile(r"(?:Q|Ｑ|問)\s*\d*\s*[.．:：、)）]?\s*\S[^。？?\n]*")
_ANSWERS = re.compile(r"(?:A|Ａ|答)\s*\d*\s*[.．:：、)）]?\s*\S")
_LIMITS = re.compile(r"(?:ただし|但し|なお|この場合|ただ、)")
#: What a sentence says it speaks of.
_TOPIC = re.compile(r"[^は。、：:／]{2,30}(?:は|：|:)")
#: Nothing but when and by whom a document was made.
_IMPRINT = re.compile(
    r"[^。]{0,6}(?:\d{2,4}|元)年\d{1,2}月(?:\d{1,2}日)?"
    r"|[^。]{0,30}(?:発行|更新|改訂|改定|作成|施行|現在|版)[^。]{0,14}"
    r"|[^。]{0,6}(?:\d{2,4}|元)年\d{1,2}月\d{1,2}日[ 　][^。\s]{2,30}"
    r"(?:センター|機構|[省庁局部課県府市]|協会|財団|会議所|法人\S*)"
)
_ASKS_IMPRINT = re.compile(r"発行|更新|改訂|施行|作成|いつの")


class Excerpt(NamedTuple):
    """What is quoted of a passage.

    Attributes:
        quotes: Sentences or rows, word for word (cut with … where too long).
        covered: Share of the question's weight the best of them and its headings hold.
        own: Share that it holds by itself.
        asked: Share of what the title does not say already that it and its headings hold.
        headed: How nearly its heading is just what the question asks for.
        topic: How nearly it speaks of just what the question asks for (「…は」), 0.5 where it
            names no topic.
        missed: Whether the word that tells most of the question is found nowhere there.
        evident: Whether they hold what such a question asks for (a sum, a date, …); None where
            the question asks for nothing of a known form.
    """

    quotes: tuple[str, ...]
    covered: float
    own: float
    asked: float
    headed: float
    topic: float
    missed: bool
    evident: bool | None


class _Evidence(NamedTuple):
    attributes: frozenset[str]
    asks: re.Pattern[str]
    shows: re.Pattern[str]
    beside: re.Pattern[str] | None
    alone: bool
    soft: bool


class _Part(NamedTuple):
    """A sentence or row with what it says to the question."""

    score: float
    number: int
    text: str
    held: frozenset[str]
    own: float
    topic: float
    shows: bool
    carried: frozenset[str]


def excerpt(
    text: str,
    title: str,
    path: Sequence[str],
    question: str,
    attributes: Collection[str],
    weight_of: Callable[[str], float],
) -> Excerpt:
    """Returns the part of a passage that answers a question best.

    Args:
        text: The passage.
        title: Title of its document.
        path: Headings above it.
        question: As typed.
        attributes: Attributes the question asks for.
        weight_of: Weight (idf) of a normalised word.
    """
    wanted = _wanted(question, attributes)
    words = QuestionWords(question, weight_of)
    # The words that ask for a sum or a date are answered by one, whatever it is called there.
    asking = QUESTION_WORDS.union(
        word
        for one in wanted
        for match in one.asks.finditer(fold(question))
        for word in words_held(match[0])
    )
    # A year that is asked for must be told: the figures of another year are no answer.
    told_above = years("。".join((title, *path)))
    named = years(question) - told_above
    imprint = _ASKS_IMPRINT.search(question) is not None
    parts = [
        _weighed(number, part, carried, question, words, wanted)
        for number, (part, carried) in enumerate(_carrying(_parts(text), text))
        if named <= years(part)
        and (imprint or not _IMPRINT.fullmatch(part))
        # The title says what is spoken of, and nothing of it.
        and fold(part) not in fold(title)
    ]
    if not parts:
        return Excerpt((), 0.0, 0.0, 0.0, 0.0, 0.0, True, None)
    best = max(parts, key=lambda one: (one.score, -one.number))
    headings = words_held("。".join(path))
    above = headings | words_held(title) | best.carried
    said = asking if best.shows else frozenset[str]()
    # What the title says is what the question is about; the rest is what it asks.
    rest = [word for word in words.weights if word not in words_held(title)]
    heading = words_held(path[-1]) if path else frozenset[str]()
    headed = words.share(heading, rest) if rest and heading else 0.0
    quotes = _chosen(parts, best)
    if headed and len(text) <= _SHORT_PASSAGE and words.share(best.held, rest) <= headed:
        quotes = [one.text for one in parts]
    return Excerpt(
        tuple(map(_short, quotes)),
        words.share(best.held | above | said),
        words.share(best.held | said),
        words.share(best.held | headings | best.carried | said, rest),
        headed * words.precision(heading - words_held(title), weight_of),
        best.topic,
        bool(words.weights) and not words.share(best.held | above | said, [words.heaviest]),
        (best.shows or None) if all(one.soft for one in wanted) else best.shows,
    )


def _carrying(parts: Sequence[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yields each part with the words of the sentences before it in its paragraph.

    What they speak of, it still speaks of: 「…フェアを開いています。出展料は無料です。」
    """
    at, carried = 0, frozenset[str]()
    for part in parts:
        found = text.find(part[:_FIRST_WORDS], at)
        if found < 0 or "\n" in text[at:found]:
            carried = frozenset()
        yield part, carried
        at = max(at, found)
        carried |= words_held(part)


def _weighed(
    number: int,
    part: str,
    carried: frozenset[str],
    question: str,
    words: QuestionWords,
    wanted: Sequence[_Evidence],
) -> _Part:
    held, folded = words_held(part), fold(part)
    # What a document asks itself is no answer to it.
    asked = _ASKS.match(part)
    said = folded[asked.end() :] if asked else folded
    shows = any(one.shows.search(said) for one in wanted)
    own = words.share(held)
    named = None if "／" in part else asked or _TOPIC.match(part)
    topic = words.precision(words_held(named[0]), words.weight_of) if named else 0.5
    beside = any(
        one.beside is not None
        and (found := one.beside.search(folded)) is not None
        and found[0] not in question
        for one in wanted
    )
    # Without what is asked for a part is no answer, however much of the question it says again.
    needed = 1.0 if any(not one.soft for one in wanted) else _SHOWS
    score = _OWN * own + needed * shows + _TOPICAL * topic - _BESIDE * beside
    return _Part(score, number, part, held, own, topic, shows, carried)


def held_share(question: str, text: str, weight_of: Callable[[str], float]) -> float:
    """Returns the share of a question's weight that a text holds."""
    return QuestionWords(question, weight_of).share(words_held(text))


def figures_of(quotes: Collection[str]) -> frozenset[str]:
    """Returns the numbers of some quotations, to tell whether two say the same."""
    return frozenset(
        number.replace(",", "")
        for quote in quotes
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", fold(quote))
    )


def _chosen(parts: Sequence[_Part], best: _Part) -> list[str]:
    """Returns the best part with those as good, in order, as far as there is room."""
    if best.score <= 0:
        return [best.text]
    near = [one for one in parts if one.score >= best.score - _AS_GOOD]
    kept: list[_Part] = []
    for one in sorted(near, key=lambda one: -one.score)[:MOST_PARTS]:
        if not kept or sum(len(other.text) for other in kept) + len(one.text) <= MOST:
            kept.append(one)
    return [one.text for one in sorted(kept, key=lambda one: one.number)]


def _parts(text: str) -> list[str]:
    """Returns sentences and rows: a question with its answer and a proviso belong together."""
    found: list[str] = []
    for match in _SENTENCE.finditer(text):
        part = match[0].strip()
        if not part:
            continue
        answers = bool(found) and _ASKS.match(found[-1]) and _ANSWERS.match(part)
        if answers or (found and _LIMITS.match(part)):
            found[-1] = f"{found[-1]} {part}" if answers else found[-1] + part
        else:
            found.append(part)
    return found


def _short(part: str) -> str:
    """Cuts a long part where a clause ends, never within a figure."""
    if len(part) <= MOST_OF_ONE:
        return part
    cut = max(part.rfind(mark, 0, MOST_OF_ONE) for mark in "、／ ")
    return part[: cut if cut > MOST_OF_ONE // 2 else MOST_OF_ONE].rstrip("0123456789,.") + "…"


def _wanted(question: str, attributes: Collection[str]) -> list[_Evidence]:
    folded = fold(question)
    found = [
        one for one in _evidence() if one.attributes & set(attributes) or one.asks.search(folded)
    ]
    return [one for one in found if one.alone] or found


@lru_cache(maxsize=1)
def _evidence() -> tuple[_Evidence, ...]:
    rules = yaml.safe_load((Path(__file__).parent / "evidence.yml").read_text("utf-8"))
    return tuple(
        _Evidence(
            frozenset(one["attributes"]),
            re.compile(one["asks"]),
            re.compile(one["shows"]),
            re.compile(one["beside"]) if "beside" in one else None,
            bool(one.get("alone")),
            bool(one.get("soft")),
        )
        for one in rules
    )
