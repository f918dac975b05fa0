"""What operators ingested: documents, their passages, drafts of records, and what changed."""

from __future__ import annotations

from knowledge.library.documents import LibraryDocument, LibraryPassage, NewPassage
from knowledge.library.index import LibraryHit
from knowledge.library.library import Library, default_path, open_library

__all__ = [
    "Library",
    "LibraryDocument",
    "LibraryHit",
    "LibraryPassage",
    "NewPassage",
    "default_path",
    "open_library",
]
