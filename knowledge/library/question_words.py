"""The words of a question, how much each tells, and whether a text holds them or says the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.analysis import QUESTION_WORDS, Analyser
from knowledge.library.index import searched_words

#: A synonym is not quite the word itself.
_SYNONYM = 0.85
#: Words that questions hold whatever they are about weigh this much of what others do.
_LIGHT = 0.25
_ANALYSER = Analyser()


class QuestionWords:
    """The weighed content words of a question.

    Args:
        question: As typed.
        weight_of: Weight (idf) of a normalised word.
    """

    def __init__(self, question: str, weight_of: Callable[[str], float]) -> None:
        asked = _asked_words(question)
        self.weight_of = weight_of
        # Words that only ask are answered by the form of what stands there.
        light = _light() | QUESTION_WORDS
        self.weights: Mapping[str, float] = {
            word: weight_of(word) * (_LIGHT if word in light else 1.0) for word in asked
        }
        self._others = {word: _synonyms_of(word, frozenset(asked)) for word in asked}

    @property
    def heaviest(self) -> str:
        """The word that tells most."""
        return max(self.weights, key=lambda word: self.weights[word])

    def share(self, held: Collection[str], among: Iterable[str] | None = None) -> float:
        """Returns the share of the question's weight that some words hold.

        Args:
            held: Normalised words of a text.
            among: Only these words of the question; all where None. 1.0 where there are none.
        """
        wanted = self.weights if among is None else list(among)
        whole = sum(self.weights[word] for word in wanted)
        if not whole:
            return 1.0
        return sum(self.weights[word] * self._holds(word, held) for word in wanted) / whole

    def precision(self, words: Collection[str], weight_of: Callable[[str], float]) -> float:
        """Returns the share of the weight of some words that the question asks for.

        Args:
            words: Normalised words of a heading or topic.
            weight_of: Weight of a word. 0.0 where there are no words.
        """
        whole = sum(map(weight_of, words))
        if not whole:
            return 0.0
        held = sum(weight_of(word) * self._asks(word) for word in words)
        return held / whole

    def _asks(self, word: str) -> float:
        if word in self.weights:
            return 1.0
        others = self._others.values()
        return _SYNONYM * any(other == {word} for group in others for other in group)

    def _holds(self, word: str, held: Collection[str]) -> float:
        # Names are cut otherwise where other words stand beside them.
        if word in held or (len(word) > 1 and any(word in one for one in held)):
            return 1.0
        return _SYNONYM * any(other <= set(held) for other in self._others[word])


@lru_cache(maxsize=256)
def _asked_words(question: str) -> tuple[str, ...]:
    """Returns the words of a question, which is held against passage after passage."""
    return tuple(dict.fromkeys(searched_words(question, _ANALYSER)))


@lru_cache(maxsize=8192)
def words_held(text: str) -> frozenset[str]:
    """Returns the words of a text; the same passages are looked at again and again."""
    return frozenset(searched_words(text, _ANALYSER))


def told_words(words: Sequence[str]) -> list[str]:
    """Returns the words that tell questions apart, one for all that say the same.

    Args:
        words: Normalised words of a question.

    Returns:
        Those that do not stand in questions of any kind; all of them where none is left.
    """
    kept = [word for word in words if word not in _light()] or words
    return [_first_of_group().get(word, word) for word in kept]


@lru_cache(maxsize=4096)
def _synonyms_of(word: str, asked: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Returns what says the same as a word of a question, each as the words it is made of."""
    return tuple(
        other
        for group in _groups()
        if any(word in one and one <= asked for one in group)
        for other in group
        if word not in other
    )


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[frozenset[str], ...], ...]:
    listed = _read("synonyms.yml")
    return tuple(
        tuple(words for text in group if (words := frozenset(_ANALYSER.words(text))))
        for group in listed
    )


@lru_cache(maxsize=1)
def _first_of_group() -> Mapping[str, str]:
    first: dict[str, str] = {}
    for group in _groups():
        single = [next(iter(one)) for one in group if len(one) == 1]
        for word in single:
            first.setdefault(word, single[0])
    return first


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    return frozenset(
        found
        for word in map("".join, _read("light_words.yml"))
        # 何 by itself is no content word, beside a counter it is.
        for found in (word, *_ANALYSER.words(word))
    )


def _read(name: str) -> list[list[str]]:
    found: list[list[str]] = yaml.safe_load((Path(__file__).parent / name).read_text("utf-8"))
    return found
