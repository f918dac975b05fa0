"""Answers ready to be inserted: everyday sentences, and facts with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.schema import Fact, Record
from knowledge.search import Search
from knowledge.store import Store

MAX_QUERY = 200
MAX_FOUND = 4
#: Below this a hit of the search is only near (see :mod:`knowledge.search.hybrid`).
SURE = 0.2


class PhrasesError(Exception):
    """The file of everyday sentences cannot be used; the message says why (Japanese)."""


@dataclass(frozen=True)
class Ready:
    """A text that can be inserted into a reply.

    Attributes:
        label: What it is about.
        text: What is inserted.
        shown: The text without its source.
        source: Where it stands; None for everyday sentences.
        record_id: The record it belongs to, if any.
        links: Pages about it that a company can open: (what it is, what is inserted).
    """

    label: str
    text: str
    shown: str
    source: str | None = None
    record_id: str | None = None
    links: tuple[tuple[str, str], ...] = ()


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
        phrases: Everyday sentences; by default ours.
        public_url: Address of the server as companies reach it; without it, no links to it.
    """

    def __init__(
        self,
        store: Store,
        search: Search,
        phrases: Sequence[Mapping[str, str]] | None = None,
        public_url: str | None = None,
    ) -> None:
        self._store = store
        self._search = search
        self._sentences = load_phrases() if phrases is None else phrases
        self._public_url = (public_url or "").rstrip("/")

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
        inserted = f"{text}\n（出典: {source}）"
        return Ready(label, inserted, fact.text, source, record_id, tuple(self._links(record)))

    def _links(self, record: Record) -> Iterator[tuple[str, str]]:
        if self._public_url:
            page = f"{self._public_url}/knowledge/{record.id}"
            yield "このページのリンクを入れる", f"{record.name}（つながり）\n{page}"
        if record.status is not None and record.status.url:
            yield "公式ページのリンクを入れる", f"{record.name}（公式ページ）\n{record.status.url}"


def load_phrases(path: Path | None = None) -> list[dict[str, str]]:
    """Read the everyday sentences of a centre; by default ours.

    Raises:
        PhrasesError: The file is missing, or is no list of labels and texts.
    """
    path = path or Path(__file__).with_name("phrases.yml")
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        return [{"label": str(one["label"]), "text": str(one["text"]).strip()} for one in raw]
    except OSError as error:
        raise PhrasesError(f"定型文のファイルを読めません: {path}") from error
    except (yaml.YAMLError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise PhrasesError(
            f"定型文のファイルに誤りがあります（{path}）: label と text の一覧にしてください"
        ) from error
