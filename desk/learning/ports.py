"""What learning needs of other rooms, plugged in by `tsunagari/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desk.model import Staff
from knowledge.search import Search
from knowledge.store import Store


class SourceFile(Protocol):
    """A file of the working copy as it was read."""

    @property
    def text(self) -> str:
        """Its content."""

    @property
    def version(self) -> str:
        """What it must still be when it is written back."""


class Workspace(Protocol):
    """The hand-written files, with a history of who changed what (`desk.review.workspace`)."""

    def read(self, path: str) -> Any:
        """Return a `SourceFile` by its path (`knowledge/…` or `data/…`)."""

    def stage(
        self,
        staff: Staff,
        reason: str,
        files: Mapping[str, str],
        seen: Mapping[str, str],
        record: str | None = None,
    ) -> list[int]:
        """Write files at once, or refuse when one changed since it was read."""


@dataclass(frozen=True)
class Known:
    """What the bot knows now.

    Attributes:
        store: The knowledge base.
        search: The product's search over it.
        common: Tells whether a normalised word is a common one of the dictionary.
    """

    store: Store
    search: Search
    common: Callable[[str], bool]


#: Keeps the draft of a new record: (staff, kind, name, questions it should answer).
DraftBox = Callable[[Staff, str, str, Sequence[str]], None]
