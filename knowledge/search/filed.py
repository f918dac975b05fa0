"""Where a question is filed that is asked again: in the same words, or in words much like them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.analysis import Token
from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.search.cosine import CosineIndex
from knowledge.search.facts import sound_grams, sound_grams_of
from knowledge.store import StoredQuestion

#: With so many, the same content words are the same question, however politely it is asked.
_ENOUGH_WORDS = 4
_SILENT = re.compile(r"[\s。、.,!?！？「」]+")

Place = tuple[str, str]


class Likeness(NamedTuple):
    """The place whose questions are most like one that is asked.

    Attributes:
        place: Record and attribute they are filed under.
        text: The nearest of them.
        cosine: How much the nearest of them is like it, 0 to 1.
        lead: By how much that exceeds the likeness of any question filed elsewhere.
    """

    place: Place
    text: str
    cosine: float
    lead: float


class FiledQuestions:
    """Looks filed questions up.

    Args:
        questions: The filed questions.
        analysed: Analyser with a memory for the texts.
    """

    def __init__(self, questions: Iterable[StoredQuestion], analysed: AnalysedTexts) -> None:
        self._places: dict[str, set[Place]] = {}
        filed = tuple(questions)
        self._place_of = [(one.record_id, one.attribute) for one in filed]
        self._texts = [one.text for one in filed]
        self._words = CosineIndex([analysed.words(one.text) for one in filed])
        self._sounds = CosineIndex(sound_grams_of(analysed, (one.text for one in filed)))
        for question, place in zip(filed, self._place_of, strict=True):
            for key in (folded(question.text), _key(analysed.words(question.text))):
                self._places.setdefault(key, set()).add(place)

    def places(self, text: str, words: Sequence[str]) -> set[Place]:
        """Returns record and attribute of the questions that are the same; mostly none.

        Args:
            text: A question as typed.
            words: Its content words.
        """
        found = self._places.get(folded(text))
        if found is None and len(words) >= _ENOUGH_WORDS:
            found = self._places.get(_key(words))
        return found or set()

    def likest(self, tokens: Sequence[Token]) -> Likeness | None:
        """Returns where the question most like one is filed; None where none is like it at all.

        Args:
            tokens: Its morphemes.
        """
        words = self._words.cosines([one.normal for one in tokens if one.content])
        cosines = (words + self._sounds.cosines(sound_grams(tokens))) / 2
        if not cosines.any():
            return None
        best = int(np.argmax(cosines))
        place = self._place_of[best]
        order = np.argsort(-cosines, kind="stable").tolist()
        other = next((cosines[one] for one in order if self._place_of[one] != place), 0.0)
        return Likeness(
            place, self._texts[best], float(cosines[best]), float(cosines[best] - other)
        )


def folded(text: str) -> str:
    """Returns a text without what differs when the same is typed: width, case, blanks, marks."""
    return _SILENT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _key(words: Sequence[str]) -> str:
    """Returns what stands for content words in whatever order; no folded text is like it."""
    return "\n".join(["", *sorted(words)])
