"""Search of the public knowledge pages: the product's own search, and what is literally there."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import NamedTuple

from knowledge.schema import Fact, Record
from knowledge.search import Search
from knowledge.store import Store
from knowledge.vocabularies import Topic

#: Below this a hit of the search is only "near" (see :mod:`knowledge.search.hybrid`).
SURE = 0.2
MAX_RESULTS = 20
MAX_FACTS_SHOWN = 3
MAX_NEAR = 3


class Numbered(NamedTuple):
    """A fact with its place in its record (from 0)."""

    position: int
    fact: Fact


class Result(NamedTuple):
    """One found record with the facts that were found in it."""

    record: Record
    facts: list[Numbered]


class Findings(NamedTuple):
    """What a query found.

    Attributes:
        results: Records that answer it.
        near: Records that only come near it, where none answers it.
        topic: A practical topic it names that the documents do not treat.
    """

    results: list[Result]
    near: list[Record]
    topic: Topic | None


def folded(text: str) -> str:
    """Fold widths, case and spaces, so that a literal comparison forgives spelling habits."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class RecordFinder:
    """Finds records of one store.

    Args:
        store: The knowledge base.
        search: The product's search over it.
    """

    def __init__(self, store: Store, search: Search) -> None:
        self.store = store
        self._search = search

    def find(self, query: str, kind: str | None = None) -> Findings:
        """Search records and facts; what is literally there always counts.

        Args:
            query: As typed.
            kind: Only records of this kind.
        """
        among = {record.id for record in self.store.records(kind)}
        words = [folded(word) for word in query.split()]
        scores: dict[str, float] = {}
        facts: dict[str, dict[int, float]] = {}

        def credit(name: str, score: float) -> None:
            scores[name] = max(scores.get(name, 0.0), score)

        for hit in self._search.records(query, [kind] if kind else None, MAX_RESULTS):
            credit(hit.record_id, hit.confidence)
        positions = self._positions
        for found in self._search.facts(query, among, 2 * MAX_RESULTS):
            credit(found.record_id, found.confidence)
            if found.confidence >= SURE:
                place = positions[found.record_id, found.fact]
                facts.setdefault(found.record_id, {})[place] = found.confidence
        for name in among if words else ():
            texts = self._folded[name]
            if any(all(word in title for word in words) for title in texts.names):
                credit(name, 3.0 if folded(query) in texts.names else 2.0)
            for place, text in enumerate(texts.facts):
                if all(word in text for word in words):
                    credit(name, 1.0 + scores.get(name, 0.0) % 1)
                    facts.setdefault(name, {})[place] = 1.0 + facts.get(name, {}).get(place, 0.0)
        order = sorted(scores, key=lambda name: (-scores[name], name))
        sure = [name for name in order if scores[name] >= SURE][:MAX_RESULTS]
        near = [] if sure else order[:MAX_NEAR]
        return Findings(
            [
                Result(self.store.record(name), self._best(name, facts.get(name, {})))
                for name in sure
            ],
            [self.store.record(name) for name in near],
            self._topic(folded(query)),
        )

    def _topic(self, query: str) -> Topic | None:
        """Returns the topic the query names by its longest word."""
        named = [
            (len(word), topic)
            for topic in self.store.topics()
            for word in map(folded, (topic.label, *topic.aliases))
            if word in query
        ]
        return max(named, key=lambda one: one[0])[1] if named else None

    def _best(self, name: str, places: dict[int, float]) -> list[Numbered]:
        facts = self.store.record(name).facts
        best = sorted(places, key=lambda place: (-places[place], place))[:MAX_FACTS_SHOWN]
        return [Numbered(place, facts[place]) for place in best]

    @cached_property
    def _positions(self) -> dict[tuple[str, Fact], int]:
        return {(one.record_id, one.fact): one.position for one in self.store.facts()}

    @cached_property
    def _folded(self) -> dict[str, _FoldedTexts]:
        return {
            record.id: _FoldedTexts(
                [
                    folded(name)
                    for name in (record.name, record.short_name, *record.aliases, *record.readings)
                ],
                [folded(fact.text + (fact.source or "")) for fact in record.facts],
            )
            for record in self.store.records()
        }


class _FoldedTexts(NamedTuple):
    names: list[str]
    facts: list[str]
