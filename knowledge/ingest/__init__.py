"""Takes operators' own documents into the library: files and web pages, as cited passages."""

from __future__ import annotations

from knowledge.ingest.describing import Description
from knowledge.ingest.ingesting import Options, Outcome, ingest_file, ingest_url
from knowledge.ingest.rejection import Rejected

__all__ = ["Description", "Options", "Outcome", "Rejected", "ingest_file", "ingest_url"]
