"""The search index over the passages of the current editions, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from knowledge.analysis import Analyser
from knowledge.dates import western
from knowledge.library.documents import LibraryDocument, LibraryPassage
from knowledge.search.hybrid import HybridIndex, Text
from knowledge.word_vectors import open_word_vectors


class LibraryHit(NamedTuple):
    """A passage that may answer a query.

    Attributes:
        passage: The passage.
        document: The document it stands in.
        score: Rank score, comparable within one query only.
        confidence: 0–1: does the passage answer the query at all?
    """

    passage: LibraryPassage
    document: LibraryDocument
    score: float
    confidence: float


class IndexedPassage(NamedTuple):
    """A passage with the words it is found by."""

    passage: LibraryPassage
    document: LibraryDocument
    title_words: Sequence[str]
    words: Sequence[str]


def searched_words(text: str, analyser: Analyser) -> list[str]:
    """Returns the words a text is found by, the western form of its era dates among them."""
    return analyser.words("。".join([text, *western(text)]))


class PassageIndex:
    """Finds passages.

    Args:
        stamp: What the library's file was like when they were read.
        passages: All passages of the current editions.
    """

    def __init__(
        self, stamp: tuple[int, int, int] | None, passages: Sequence[IndexedPassage]
    ) -> None:
        self.stamp = stamp
        self.passages = passages
        self._of_document: dict[str, list[int]] = {}
        for number, one in enumerate(passages):
            self._of_document.setdefault(one.document.id, []).append(number)
        known: dict[str, list[str]] = {}
        texts = []
        for number, one in enumerate(passages):
            # The words were found when the passage came in: the index asks for them by number.
            title, body = f"t{number}", f"b{number}"
            known[title], known[body] = list(one.title_words), list(one.words)
            texts.append(Text(title, body))
        self._index = HybridIndex(
            texts, open_word_vectors() if passages else None, analysed=_Known(known)
        )

    def __len__(self) -> int:
        return len(self.passages)

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Every word of the passages."""
        return self._index.vocabulary

    def weight_of(self, word: str) -> float:
        """Returns how much a normalised word tells (idf)."""
        return self._index.idf_of(word)

    def search(self, query: str, limit: int, document: str | None = None) -> list[LibraryHit]:
        """Returns the passages nearest to a query, best first; see :meth:`Library.search`."""
        among = None if document is None else self._of_document.get(document, [])
        folded = "。".join([query, *western(query)])
        return [
            LibraryHit(
                self.passages[found.number].passage,
                self.passages[found.number].document,
                found.score,
                found.confidence,
            )
            for found in self._index.search(folded, limit, among)
        ]


class _Known(Analyser):
    """Hands out the words that were found at ingest."""

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        self._words = words

    def words(self, text: str) -> list[str]:
        """Returns the words known under a key."""
        return self._words[text]
