"""Digests of ingested passages, so that records which cite them are verified like any other."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.analysis import Analyser
from knowledge.digest import SectionDigest
from knowledge.library.library import Library
from knowledge.mentions import fold, mentions
from knowledge.schema import Document


def library_digests(
    library: Library, documents: Iterable[Document], analyser: Analyser
) -> dict[str, dict[str, SectionDigest]]:
    """Returns document id → section id → digest for the registered documents of the library.

    Args:
        library: The ingested documents; superseded editions are there too.
        documents: The documents of ``documents.yml``.
        analyser: The one analyser.
    """
    known = {document.id for document in library.documents(current=False)}
    digests: dict[str, dict[str, SectionDigest]] = {}
    for document in documents:
        if document.id not in known:
            continue
        # A cited passage that is gone holds nothing: whatever cites it is reported.
        digests[document.id] = {section.id: SectionDigest() for section in document.sections}
        for passage in library.passages(document.id):
            if passage.section in digests[document.id]:
                text = "\n".join((*passage.path, passage.text))
                found = mentions(text, analyser)
                digests[document.id][passage.section] = SectionDigest(
                    found.figures, found.years, found.names, fold(text)
                )
    return digests
