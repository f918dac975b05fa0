"""What learning needs of other rooms, plugged in by `tsunagari/`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk.model import Staff
from knowledge.search import Search
from knowledge.store import Store


@dataclass(frozen=True)
class Known:
    """What the bot knows now.

    Attributes:
        store: The knowledge base.
        search: The product's search over it.
        common: Tells whether a normalised word is a common one of the dictionary.
        mask: Hides personal data in what is shown; the log is masked already.
    """

    store: Store
    search: Search
    common: Callable[[str], bool]
    mask: Callable[[str], str] = str


#: Keeps the draft of a new record: (staff, kind, name, questions it should answer).
DraftBox = Callable[[Staff, str, str, Sequence[str]], None]
