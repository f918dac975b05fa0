"""What learning and the report know: the knowledge, the dictionary, and how to mask."""

from __future__ import annotations

from conversations.masking import mask
from desk.learning.ports import Known
from knowledge.search import Search
from knowledge.store import Store
from knowledge.word_vectors import open_word_vectors


def known_of(store: Store, search: Search) -> Known:
    """Return what may be shown of questions, given some knowledge."""
    vectors = open_word_vectors()
    return Known(
        store,
        search,
        lambda word: vectors is not None and word in vectors,
        lambda text: mask(text).text,
    )
