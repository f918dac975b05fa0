"""Files of the consultation sheet for tests without the whole bot."""

from __future__ import annotations

from pathlib import Path

import yaml

from tsunagari import light_imports

light_imports.install()

from actions.resources import knowledge  # noqa: E402
from conversations.database import Database  # noqa: E402
from desk.service import DeskService  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402
from tsunagari.sheet_files import SheetFiles  # noqa: E402
from tsunagari.tracker_store import SnapshotTrackerStore  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def sheet_files(
    desk: DeskService, database: Database, directory: Path, public_url: str | None = None
) -> SheetFiles:
    """Make files over a store, with the real knowledge and the real words of the domain."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    settings = Settings(root=directory, database_url="", public_url=public_url)
    trackers = SnapshotTrackerStore(None, database)
    # As in a server that has answered before: nobody waits for the knowledge to be opened.
    knowledge()
    return SheetFiles(desk, trackers, knowledge, domain["responses"], settings)
