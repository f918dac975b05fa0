"""The knowledge that actions stand on, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from actions.fact_table import FactTable
from knowledge.analysis import Analyser
from knowledge.guide import Guide
from knowledge.search import Search
from knowledge.store import Store, open_store


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


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """Returns the process-wide knowledge; built on first use."""
    store = open_store()
    return Knowledge(
        analyser=Analyser(),
        store=store,
        facts=FactTable(store),
        search=Search(store),
        guide=Guide(store),
    )
