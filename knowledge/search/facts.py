"""Signs that a fact answers a question: its words, its meaning and its sound.

The sound (n-grams of the Sudachi reading) finds what is typed in kana only, in katakana, with
the wrong homophone or with a slip. Which weight each sign has is not decided here: whoever
ranks facts also knows what the question names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.analysis import Analyser, Token, tokens_of
from knowledge.loader import ROOT
from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.search.cosine import CosineIndex
from knowledge.search.dense import DenseIndex
from knowledge.search.hybrid import Text
from knowledge.word_vectors import WordVectors

FloatArray = npt.NDArray[np.float32]

_SOUND_ORDERS = (2, 3, 4)
_KANA = re.compile(r"[ぁ-ゖー]+$")
_SILENT = re.compile(r"[^ぁ-ゖa-z0-9]")


class FactSignals(NamedTuple):
    """How near every fact is to a question, each of shape (facts,).

    Attributes:
        words: Cosine over normalised content words.
        meaning: Cosine over word vectors.
        sounds: Cosine over n-grams of the reading.
        covered: Share of the question's word weight that the fact holds.
    """

    words: FloatArray
    meaning: FloatArray
    sounds: FloatArray
    covered: FloatArray


class FactIndex:
    """Compares questions with all facts.

    Args:
        texts: What each fact is about and what it says.
        vectors: Word table; None leaves the meaning out.
        analysed: Analyser with a memory for the texts.
    """

    def __init__(
        self, texts: Sequence[Text], vectors: WordVectors | None, analysed: AnalysedTexts
    ) -> None:
        titles = [analysed.words(text.title) for text in texts]
        whole = [
            title + analysed.words(text.body) for title, text in zip(titles, texts, strict=True)
        ]
        self._words = CosineIndex(whole)
        self._sounds = CosineIndex(
            sound_grams_of(analysed, (f"{text.title}。{text.body}" for text in texts))
        )
        self._meaning = None
        if vectors is not None:
            self._meaning = DenseIndex(vectors, self._words.idf_of, titles, whole)

    def signals(self, question: str) -> FactSignals:
        """Returns the signs for one question.

        Args:
            question: As typed.
        """
        tokens: Sequence[Token] = tokens_of(question)
        glosses = _glosses(question)
        if glosses:
            tokens = tokens_of(f"{question} {glosses}")
        words = [token.normal for token in tokens if token.content]
        vector = self._meaning.query(words) if self._meaning and words else None
        nothing = np.zeros(self._words.size, np.float32)
        cosines = self._words.cosines(words)
        return FactSignals(
            words=cosines,
            meaning=nothing
            if vector is None or not self._meaning
            else self._meaning.cosines(vector),
            sounds=self._sounds.cosines(sound_grams(tokens)),
            covered=self._words.covered(words),
        )


def _glosses(question: str) -> str:
    """Returns what the material calls the everyday words of a question."""
    found = (terms for words, terms in _everyday().items() if words in question)
    return " ".join(dict.fromkeys(found))


def is_everyday(word: str) -> bool:
    """True for a word, of two characters at least, that stands for one of the material."""
    return len(word) > 1 and any(word in key for key in _everyday())


@lru_cache(maxsize=1)
def _everyday() -> dict[str, str]:
    path = ROOT / "vocabulary" / "everyday.yml"
    known: dict[str, str] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return known


def sound_grams(tokens: Sequence[Token]) -> list[str]:
    """Returns the n-grams of a text's reading; long vowels and punctuation are silent.

    Args:
        tokens: The text's morphemes.
    """
    return _grams(_heard(tokens))


def sound_grams_of(analysed: AnalysedTexts, texts: Iterable[str]) -> Iterator[list[str]]:
    """Yields the n-grams of the reading of each text of a collection.

    Args:
        analysed: Remembers the readings; a reading is a hundredth of its n-grams.
        texts: The texts.
    """
    for text in texts:
        yield from map(_grams, analysed.derived("heard", text, _heard_text))


def _heard_text(text: str) -> list[str]:
    return [_heard(Analyser().tokens(text))]


def _heard(tokens: Sequence[Token]) -> str:
    heard = "".join(t.reading if _KANA.match(t.reading) else t.normal for t in tokens)
    return f"^{_SILENT.sub('', heard.lower())}$"


def _grams(heard: str) -> list[str]:
    return [heard[i : i + n] for n in _SOUND_ORDERS for i in range(len(heard) - n + 1)]
