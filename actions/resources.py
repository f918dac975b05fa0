"""The knowledge that actions stand on; exchanged between turns when another is published."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from actions.fact_table import FactTable
from knowledge.analysis import Analyser
from knowledge.guide import Guide
from knowledge.search import Search
from knowledge.store import Store, open_store, read_store


@dataclass(frozen=True)
class Knowledge:
    """Store, its facts as columns, search and guidance engine over the same build."""

    analyser: Analyser
    store: Store
    facts: FactTable
    search: Search
    guide: Guide

    def unknown_words(self, text: str) -> list[str]:
        """Returns the nouns of a text that occur nowhere in the material, as typed."""
        return [
            token.surface
            for token in self.analyser.tokens(text)
            if token.content and token.pos == "名詞" and not self.search.knows(token.normal)
        ]


#: The knowledge a running turn began with: it ends with the same, whatever is published meanwhile.
pinned: ContextVar[Knowledge | None] = ContextVar("pinned_knowledge", default=None)
_current: Knowledge | None = None
_built: Path | None = None


def open_knowledge(store: Store) -> Knowledge:
    """Builds everything actions need over one store (about a second)."""
    return Knowledge(
        analyser=Analyser(),
        store=store,
        facts=FactTable(store),
        search=Search(store),
        guide=Guide(store),
    )


def knowledge() -> Knowledge:
    """Returns the knowledge of the running turn, else the process's; built on first use."""
    return pinned.get() or current_knowledge()


def current_knowledge() -> Knowledge:
    """Returns the knowledge new turns begin with."""
    global _current
    if _current is None:
        _current = open_knowledge(read_store(_built) if _built else open_store())
    return _current


def read_from(built: Path | None) -> None:
    """Names the built file that is opened on first use.

    Args:
        built: A compiled knowledge base; None for the one of the knowledge folder.
    """
    global _built, _current
    if built != _built:
        _built, _current = built, None


def use_knowledge(opened: Knowledge) -> None:
    """Lets all turns that begin from now on stand on another knowledge."""
    global _current
    _current = opened
