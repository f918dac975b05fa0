"""Finding what a fact can be cited from: registered sections and ingested passages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desk.review.ports import Passages
from knowledge.loader import Knowledge
from knowledge.schema import Document, Section

MOST_FOUND = 20
LIBRARY_PREFIX = "lib_"


@dataclass(frozen=True)
class Citable:
    """Something that can be cited.

    Attributes:
        cite: ``<document>#<section>``.
        title: How the document is named.
        heading: Heading or place in it.
        text: The passage, where it was ingested.
    """

    cite: str
    title: str
    heading: str
    text: str = ""


class Citations:
    """Searches what can be cited.

    Args:
        knowledge: Opens the working knowledge.
        library: Opens the library of ingested documents.
    """

    def __init__(
        self, knowledge: Callable[[], Knowledge], library: Callable[[], Passages | None]
    ) -> None:
        self._knowledge = knowledge
        self._library = library

    def find(self, query: str) -> list[Citable]:
        """Return what fits a query: ingested passages first, then sections by their words."""
        found: list[Citable] = []
        library = self._library()
        if library is not None and query.strip():
            for hit in library.search(query, MOST_FOUND // 2):
                passage = hit.passage
                document = library.document(passage.document)
                heading = "・".join(one for one in (passage.place, passage.heading) if one)
                found.append(Citable(passage.cite, document.citation, heading, passage.text))
        words = [_fold(word) for word in query.split()]
        for document in self._knowledge().documents.values():
            for section in document.sections:
                folded = _fold(f"{document.id} {document.citation} {section.id} {section.heading}")
                if all(word in folded for word in words):
                    cite = f"{document.id}#{section.id}"
                    found.append(Citable(cite, document.citation, section.heading))
        unique = {one.cite: one for one in reversed(found)}
        return list(reversed(unique.values()))[:MOST_FOUND]

    def label(self, cite: str) -> str:
        """Return what a citation stands for, in words."""
        document_id, _, section_id = cite.partition("#")
        document = self._knowledge().documents.get(document_id)
        if document is None:
            return self._passage_label(cite, document_id)
        heading = next((s.heading for s in document.sections if s.id == section_id), section_id)
        return f"{document.citation}「{heading}」"

    def _passage_label(self, cite: str, document_id: str) -> str:
        """Return title and place of an ingested passage; the citation itself of none."""
        library = self._library() if document_id.startswith(LIBRARY_PREFIX) else None
        if library is None:
            return cite
        try:
            document, passage = library.document(document_id), library.passage(cite)
        except KeyError:
            return cite
        place = f" {passage.place}" if passage.place else ""
        return f"{document.citation}{place}「{passage.heading}」"

    def to_register(self, cites: Iterable[str]) -> list[Document]:
        """Return the ingested documents among citations that are not registered as such yet."""
        wanted: dict[str, list[str]] = {}
        for cite in cites:
            document_id, _, section_id = cite.partition("#")
            known = self._knowledge().documents.get(document_id)
            sections = {section.id for section in known.sections} if known else set()
            if document_id.startswith(LIBRARY_PREFIX) and section_id not in sections:
                wanted.setdefault(document_id, []).append(cite)
        library = self._library() if wanted else None
        if library is None:
            return []
        found = []
        for document_id, names in wanted.items():
            try:
                found.append(library.registration(document_id, names))
            except KeyError:
                # Said by the check of the record: the citation names nothing.
                continue
        return found


def new_document(
    title: str, publisher: str, date: str, url: str, heading: str
) -> tuple[Document, str]:
    """Make the entry of a source somebody names by hand.

    Returns:
        The document and the citation of its one section.
    """
    name = f"{title}\0{publisher}\0{date}\0{url}"
    document_id = f"doc_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    behind = "、".join(one for one in (publisher, date) if one)
    document = Document(
        id=document_id,
        title=title,
        citation=f"『{title}』（{behind}）" if behind else f"『{title}』",
        publisher=publisher or None,
        date=date or None,
        url=url or None,
        sections=(Section(id="s01", heading=heading or title),),
    )
    return document, f"{document_id}#s01"


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
