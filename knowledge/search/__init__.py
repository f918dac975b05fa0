"""Search over facts, records and ingested passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from typing import NamedTuple

from knowledge.analysis import Analyser, Token
from knowledge.fact_text import fact_texts, record_texts
from knowledge.schema import Fact, Kind
from knowledge.search.analysed_texts import AnalysedTexts
from knowledge.search.facts import FactIndex, FactSignals, is_everyday
from knowledge.search.filed import FiledQuestions, Likeness
from knowledge.search.hybrid import HybridIndex, Text
from knowledge.search.questions import FiledQuestion, QuestionIndex, QuestionSignals
from knowledge.search.sentence_vectors import open_sentence_vectors
from knowledge.store import Store
from knowledge.word_vectors import WordVectors, open_word_vectors

__all__ = ["Hit", "Passage", "PassageHit", "RecordHit", "Search"]


class Hit(NamedTuple):
    """A fact that may answer a query; ``confidence`` is 0–1 and comparable between queries."""

    record_id: str
    fact: Fact
    score: float
    confidence: float


class RecordHit(NamedTuple):
    """A record that may be meant."""

    record_id: str
    score: float
    confidence: float


class Passage(NamedTuple):
    """A piece of an ingested document.

    Attributes:
        cite: ``<document>#<section>``.
        heading: Heading it stands under.
        text: Its text.
    """

    cite: str
    heading: str
    text: str


class PassageHit(NamedTuple):
    """A passage that may answer a query."""

    passage: Passage
    score: float
    confidence: float


class Search:
    """In-memory search of one store.

    Args:
        store: The knowledge base.
        passages: Passages of ingested documents.
        vectors: Word table; by default the one under ``build/``.
    """

    def __init__(
        self,
        store: Store,
        passages: Iterable[Passage] = (),
        vectors: WordVectors | None = None,
    ):
        vectors = vectors or open_word_vectors()
        analyser = Analyser()
        analysed = AnalysedTexts()
        self._facts = store.facts()
        self._of_record: dict[str, list[int]] = {}
        for number, stored in enumerate(self._facts):
            self._of_record.setdefault(stored.record_id, []).append(number)
        attributes = {attribute.id: attribute for attribute in store.attributes()}
        texts = [
            Text(
                *fact_texts(
                    store.record(item.record_id), item.fact, attributes.get(item.fact.attribute)
                )
            )
            for item in self._facts
        ]
        self._fact_index = HybridIndex(texts, vectors, analyser, analysed=analysed)
        self._fact_signals = FactIndex(texts, vectors, analysed)
        self._records = store.records()
        self._record_index = HybridIndex(
            (Text(*record_texts(record)) for record in self._records),
            vectors,
            analyser,
            analysed=analysed,
        )
        self._questions = QuestionIndex(
            _filed_questions(store),
            [item.fact.attribute for item in self._facts],
            analysed,
        )
        self._filed = FiledQuestions(store.questions(), analysed)
        analysed.save()
        self._passages = tuple(passages)
        self._passage_index = HybridIndex(
            (Text(passage.heading, passage.text) for passage in self._passages),
            vectors,
            analyser,
            open_sentence_vectors(),
        )

    def facts(
        self, query: str, records: Collection[str] | None = None, limit: int = 5
    ) -> list[Hit]:
        """Returns the facts nearest to a query, best first.

        Args:
            query: As typed.
            records: Only facts of these record ids; None for all.
            limit: How many at most.
        """
        among = None
        if records is not None:
            among = [number for name in records for number in self._of_record.get(name, ())]
        return [
            Hit(self._facts[found.number].record_id, self._facts[found.number].fact, *found[1:])
            for found in self._fact_index.search(query, limit, among)
        ]

    def fact_signals(self, question: str) -> FactSignals:
        """Returns how near every fact is to a question, in the order of ``Store.facts``."""
        return self._fact_signals.signals(question)

    def question_signals(self, bare: str) -> QuestionSignals:
        """Returns how near the filed questions of every fact's attribute are.

        Args:
            bare: The question without the names in it.
        """
        return self._questions.signals(bare)

    def filed(self, text: str, words: Sequence[str]) -> set[tuple[str, str]]:
        """Returns record and attribute of the filed questions that are the same as a text.

        Args:
            text: A question as typed.
            words: Its content words.
        """
        return self._filed.places(text, words)

    def likest_filed(self, tokens: Sequence[Token]) -> Likeness | None:
        """Returns where the filed question most like a text stands, and how much it is like it.

        Args:
            tokens: The morphemes of the text.
        """
        return self._filed.likest(tokens)

    def without_questions(self, texts: Collection[str]) -> Search:
        """Returns the same search as if some filed questions were not known."""
        other = copy(self)
        other._questions = self._questions.leaving_out(texts)
        return other

    def knows(self, word: str) -> bool:
        """Says whether a normalised word occurs in any fact, or in everyday words for one."""
        return word in self._fact_index.vocabulary or is_everyday(word)

    def records(
        self, query: str, kinds: Collection[Kind | str] | None = None, limit: int = 5
    ) -> list[RecordHit]:
        """Returns the records nearest to a query, best first; ``kinds`` narrows them."""
        among = None
        if kinds is not None:
            wanted = {Kind(kind) for kind in kinds}
            among = [n for n, record in enumerate(self._records) if record.kind in wanted]
        return [
            RecordHit(self._records[found.number].id, *found[1:])
            for found in self._record_index.search(query, limit, among)
        ]

    def passages(self, query: str, limit: int = 5) -> list[PassageHit]:
        """Returns the passages of ingested documents nearest to a query, best first."""
        return [
            PassageHit(self._passages[found.number], *found[1:])
            for found in self._passage_index.search(query, limit)
        ]


def _filed_questions(store: Store) -> Iterator[FiledQuestion]:
    """Yields the questions of the store, with and without the names in them."""
    for question in store.questions():
        bare = question.text
        record = store.record(question.record_id)
        related = (store.record(one) for one in record.related)
        for one in (record, *related):
            for name in sorted((one.name, one.short_name, *one.aliases), key=len, reverse=True):
                bare = bare.replace(name, " ")
        yield FiledQuestion(question.text, bare, question.attribute)
