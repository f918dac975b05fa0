"""What the review pages need of other rooms, plugged in by `tsunagari/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from knowledge.schema import Document, Record


class ReleaseRefused(Exception):
    """Something cannot be published or taken back; the message is one Japanese line."""


class Releases(Protocol):
    """Publishing (`tsunagari.releases.Releases`); its errors are `ReleaseRefused`."""

    def current(self) -> Any:
        """Return the live release, or None."""

    def listed(self) -> list[Any]:
        """Return all releases, newest first."""

    def candidates(self) -> list[Any]:
        """Return the candidates that are kept, newest first."""

    def candidate(self, candidate_id: str) -> Any:
        """Return how far a candidate is."""

    def working(self, candidate_id: str) -> bool:
        """Tell whether the working files still are those of a candidate."""

    def changed_files(self) -> list[str]:
        """Return the working files that differ from the live release."""

    def prepare(self, by: str, reason: str, questions: Sequence[str] = ()) -> str:
        """Begin to make a candidate."""

    def cancel(self, candidate_id: str) -> None:
        """Stop a preparation."""

    def publish(self, candidate_id: str, by: str) -> Any:
        """Make a candidate live."""

    def rollback(self, to: str, by: str, reason: str) -> Any:
        """Make an earlier release live again."""

    def keep_first(self) -> Any:
        """Keep what is live before anything is changed."""


@dataclass(frozen=True)
class Faces:
    """One answer as every channel shows it.

    Attributes:
        title: When it is given.
        plain: The text of terminals and of channels without pictures.
        web: Messages as the widget gets them.
        line: LINE's message objects.
        slack: Slack's posts: ``{text, blocks}``.
    """

    title: str
    plain: str
    web: list[dict[str, Any]] = field(default_factory=list)
    line: list[dict[str, Any]] = field(default_factory=list)
    slack: list[dict[str, Any]] = field(default_factory=list)


class Previewer(Protocol):
    """Answers as if a record were published already."""

    async def faces(self, record: Record, documents: Sequence[Document]) -> list[Faces]:
        """Return the answers a record gives."""


class Passages(Protocol):
    """The library of ingested documents (`knowledge.library.Library`)."""

    def search(self, query: str, limit: int = 5, document: str | None = None) -> list[Any]:
        """Return the passages nearest to a query."""

    def registration(self, document_id: str, cites: Any = None) -> Document:
        """Return the entry of a document with the sections that are cited."""

    def document(self, document_id: str) -> Any:
        """Return one document; KeyError."""

    def passage(self, cite: str) -> Any:
        """Return the passage a citation names; KeyError."""


class Drafts(Protocol):
    """Record drafts proposed by the ingestion (`knowledge.library.drafts.Drafts`)."""

    def listed(self, status: str | None = "draft", document: str | None = None) -> Sequence[Any]:
        """Return drafts."""

    def get(self, draft_id: int) -> Any:
        """Return one; KeyError."""

    def accept(self, draft_id: int, who: str, record_id: str) -> Any:
        """Remember that a draft became a record."""

    def reject(self, draft_id: int, who: str, reason: str) -> Any:
        """Remember that a draft is not wanted."""


Form = Mapping[str, Sequence[str]]
