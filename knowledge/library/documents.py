"""The shapes of what the library holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from knowledge.dates import said


class NewPassage(NamedTuple):
    """A passage on its way into the library.

    Attributes:
        section: Its id within the document.
        page: Page, slide or sheet number, where the document has such.
        place: The same as a reader names it: ``p.12``, ``スライド3``, ``シート「一覧」``.
        heading: The heading it stands under.
        path: All headings above it, the outermost first.
        kind: ``text``, ``table`` or ``notes``.
        text: Its text, as it stands in the document.
        words: Normalised content words of the text, eras folded.
        title_words: The same of the document's title and the headings.
    """

    section: str
    page: int | None
    place: str
    heading: str
    path: tuple[str, ...]
    kind: str
    text: str
    words: tuple[str, ...]
    title_words: tuple[str, ...]


@dataclass(frozen=True)
class LibraryDocument:
    """One edition of an ingested document.

    Attributes:
        id: ``lib_<series>_<edition>``.
        series: What all editions of it share.
        edition: 1, 2, …
        source: Path or URL it came from.
        name: File name.
        media: ``pdf``, ``pptx``, ``docx``, ``xlsx``, ``html`` or ``text``.
        sha256: Of its bytes.
        title: As printed, or as the operator named it.
        publisher: Who published it.
        date: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
        valid_until: The same, up to the end of the period.
        pages: Number of pages, slides or sheets; None where it has none.
        unreadable: Pages that hold no text that could be read.
        superseded_by: Id of the edition that took its place.
        ingested: When, ISO 8601 in UTC.
        etag: What the web server said of this edition.
        last_modified: The same.
    """

    id: str
    series: str
    edition: int
    source: str
    name: str
    media: str
    sha256: str
    title: str
    publisher: str | None
    date: str | None
    valid_until: str | None
    pages: int | None
    unreadable: tuple[int, ...]
    superseded_by: str | None
    ingested: str
    etag: str | None = None
    last_modified: str | None = None

    @property
    def citation(self) -> str:
        """How the document is named to a reader: 『題名』（発行者、2026年4月）."""
        when = said(self.date) if self.date else f"{said(self.ingested[:10])}取込"
        told = "、".join(part for part in (self.publisher, when) if part)
        return f"『{self.title}』（{told}）"

    @property
    def url(self) -> str | None:
        """Its address, where it came from the web."""
        return self.source if self.source.startswith(("http://", "https://")) else None


@dataclass(frozen=True)
class LibraryPassage:
    """A piece of an ingested document; see :class:`NewPassage`."""

    document: str
    section: str
    page: int | None
    place: str
    heading: str
    path: tuple[str, ...]
    kind: str
    text: str

    @property
    def cite(self) -> str:
        """``<document>#<section>``, as facts cite it."""
        return f"{self.document}#{self.section}"
