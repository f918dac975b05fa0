"""Where a question is filed that is asked again, in the same words or the same content words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.store import StoredQuestion

#: With so many, the same content words are the same question, however politely it is asked.
_ENOUGH_WORDS = 4
_SILENT = re.compile(r"[\s。、.,!?！？「」]+")

Place = tuple[str, str]


class FiledQuestions:
    """Looks filed questions up.

    Args:
        questions: The filed questions.
        analysed: Analyser with a memory for the texts.
    """

    def __init__(self, questions: Iterable[StoredQuestion], analysed: AnalysedTexts) -> None:
        self._places: dict[str, set[Place]] = {}
        for question in questions:
            place = (question.record_id, question.attribute)
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


def folded(text: str) -> str:
    """Returns a text without what differs when the same is typed: width, case, blanks, marks."""
    return _SILENT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _key(words: Sequence[str]) -> str:
    """Returns what stands for content words in whatever order; no folded text is like it."""
    return "\n".join(["", *sorted(words)])
