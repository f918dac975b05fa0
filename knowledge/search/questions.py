"""Signs that a fact answers a question: people asked for such things in such words before.

The statement of a fact and the words people ask for it with often share little (「何ば育てるとね」,
人材育成). The questions of ``knowledge/questions`` are filed under the attribute that answers them,
and what is asked of one hub is asked of every hub: with the names taken out, a new question is
compared with all of them, by words and by sound, and speaks for the attributes of the nearest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.analysis import tokens_of
from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.search.cosine import CosineIndex
from knowledge.search.facts import sound_grams, sound_grams_of

FloatArray = npt.NDArray[np.float32]


class FiledQuestion(NamedTuple):
    """A question with the attribute that answers it.

    Attributes:
        text: As people type it.
        bare: The same without the names in it.
        attribute: Id of the attribute.
    """

    text: str
    bare: str
    attribute: str


class QuestionSignals(NamedTuple):
    """How near the questions of each fact's attribute are, each of shape (facts,).

    Attributes:
        words: Greatest cosine over normalised content words.
        sounds: Greatest cosine over n-grams of the reading.
    """

    words: FloatArray
    sounds: FloatArray


class QuestionIndex:
    """Compares a question with the filed ones.

    Args:
        questions: The filed questions.
        attributes: Attribute of each fact, in the order of the signs to return.
        analysed: Analyser with a memory for the texts.
    """

    def __init__(
        self,
        questions: Iterable[FiledQuestion],
        attributes: Sequence[str],
        analysed: AnalysedTexts,
    ) -> None:
        # By attribute, so that the greatest value of each lies in one stretch.
        self._questions = tuple(sorted(questions, key=lambda one: one.attribute))
        bare = [one.bare for one in self._questions]
        self._words = CosineIndex([analysed.words(one) for one in bare])
        self._sounds = CosineIndex(sound_grams_of(analysed, bare))
        starts: dict[str, int] = {}
        for place, one in enumerate(self._questions):
            starts.setdefault(one.attribute, place)
        self._starts = np.fromiter(starts.values(), np.int64, len(starts))
        numbers = {attribute: number for number, attribute in enumerate(starts)}
        # Facts without questions look at a last group that is always nothing.
        self._of_fact = np.asarray([numbers.get(one, len(numbers)) for one in attributes], np.int64)
        self._kept: FloatArray | None = None

    def leaving_out(self, texts: Collection[str]) -> QuestionIndex:
        """Returns the index without some questions, to try them as new ones."""
        other = object.__new__(QuestionIndex)
        other.__dict__.update(self.__dict__)
        other._kept = np.asarray([one.text not in texts for one in self._questions], np.float32)
        return other

    def signals(self, bare: str) -> QuestionSignals:
        """Returns the signs for one question.

        Args:
            bare: The question without the names in it.
        """
        tokens = tokens_of(bare)
        words = [token.normal for token in tokens if token.content]
        return QuestionSignals(
            words=self._best(self._words.cosines(words)),
            sounds=self._best(self._sounds.cosines(sound_grams(tokens))),
        )

    def _best(self, cosines: FloatArray) -> FloatArray:
        """Hands the greatest cosine of each attribute to every fact of it."""
        if not len(cosines):
            return np.zeros(len(self._of_fact), np.float32)
        if self._kept is not None:
            cosines = cosines * self._kept
        greatest = np.maximum.reduceat(cosines, self._starts)
        return np.asarray(np.append(greatest, np.float32(0.0))[self._of_fact], np.float32)
