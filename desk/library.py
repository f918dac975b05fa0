"""Answers ready to be inserted: everyday sentences, and facts with their sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.schema import Fact
from knowledge.search import Search
from knowledge.store import Store

MAX_QUERY = 200
MAX_FOUND = 4
#: Below this a hit of the search is only near (see :mod:`knowledge.search.hybrid`).
SURE = 0.2


@dataclass(frozen=True)
class Ready:
    """A text that can be inserted into a reply.

    Attributes:
        label: What it is about.
        text: What is inserted.
        shown: The text without its source.
        source: Where it stands; None for everyday sentences.
        record_id: The record it belongs to, if any.
    """

    label: str
    text: str
    shown: str
    source: str | None = None
    record_id: str | None = None


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        answers: Facts that answer it; else those that come near.
        sure: Whether they answer it.
        elsewhere: Whom to ask where the documents do not treat the topic.
        topic: That topic.
    """

    answers: list[Ready]
    sure: bool
    elsewhere: list[str]
    topic: str | None


class Library:
    """Searches the knowledge base for the staff.

    Args:
        store: The knowledge base.
        search: The product's search over it.
    """

    def __init__(self, store: Store, search: Search) -> None:
        self._store = store
        self._search = search

    @cached_property
    def _sentences(self) -> list[dict[str, Any]]:
        text = (Path(__file__).parent / "phrases.yml").read_text("utf-8")
        sentences: list[dict[str, Any]] = yaml.safe_load(text)
        return sentences

    def phrases(self, name: str) -> list[Ready]:
        """Return the everyday sentences, in the name of a person."""
        texts = [(one["label"], one["text"].replace("{name}", name)) for one in self._sentences]
        return [Ready(label, text, text) for label, text in texts]

    def find(self, query: str) -> Found:
        """Search the facts; each comes with its source."""
        query = " ".join(query.split())[:MAX_QUERY]
        if not query:
            return Found([], True, [], None)
        hits = self._search.facts(query, None, MAX_FOUND)
        sure = [hit for hit in hits if hit.confidence >= SURE]
        topic = next(
            (
                topic
                for topic in self._store.topics()
                if any(word in query for word in (topic.label, *topic.aliases))
            ),
            None,
        )
        return Found(
            [self._ready(hit.record_id, hit.fact) for hit in sure or hits[:3]],
            bool(sure),
            [self._store.record(name).name for name in topic.who_can_help] if topic else [],
            topic.label if topic else None,
        )

    def _ready(self, record_id: str, fact: Fact) -> Ready:
        record = self._store.record(record_id)
        places = "、".join(f"{one.title}「{one.heading}」" for one in self._store.citation(fact))
        source = f"{places}／出所: {fact.source}" if fact.source else places
        named = any(name in fact.text for name in (record.name, record.short_name))
        text = fact.text if named else f"{record.name}: {fact.text}"
        label = f"{record.name}：{self._store.attribute(fact.attribute).label}"
        return Ready(label, f"{text}\n（出典: {source}）", fact.text, source, record_id)
