"""Takes operators' own documents into the library: files and web pages, as cited passages.

The names below are imported when they are first asked for: the worker process, which belongs to
this package too, starts in a tenth of a second because it needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.ingest.describing import Description
    from knowledge.ingest.ingesting import Options, Outcome, ingest_file, ingest_url
    from knowledge.ingest.rejection import Rejected

__all__ = ["Description", "Options", "Outcome", "Rejected", "ingest_file", "ingest_url"]

_HOMES = {"Description": "describing", "Rejected": "rejection"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'ingesting')}"), name)
