"""Where releases stand: one directory each, and a pointer to the one that is live.

``<releases>/<id>/`` holds ``release.json``, ``knowledge.sqlite``, ``model.tar.gz`` and
``source/``, the files it was made from. ``<releases>/live`` names one of them; it is replaced in
one step, so that every process sees the old one or the new one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.build import built_hash
from tsunagari.fingerprint import fingerprint
from tsunagari.releases.model import (
    Release,
    ReleaseError,
    as_raw,
    known_fields,
    read_json,
    write_json,
)
from tsunagari.settings import Settings

KEPT = 5
"""Releases kept to go back to, beside the live one."""
CANDIDATES_KEPT = 3
SOURCES = {
    "knowledge": (
        "documents.yml",
        "counted.yml",
        "evaluation.yml",
        "records/*.yml",
        "vocabulary/*.yml",
        "vocabulary/*.tsv",
        "questions/*.yml",
        "digests/*.yml",
    ),
    "data": ("*.yml",),
}
"""What the staff keep, by room."""
CODE = (
    "config.yml",
    "domain.yml",
    "nlu/*.py",
    "nlu/*.yml",
    "nlu/*.txt",
    "knowledge/*.py",
    "knowledge/search/*.py",
    "tsunagari/processor.py",
    "requirements.lock",
)
"""What a model and a compiled knowledge base only run with as they were made."""


class Shelf:
    """The directory of releases.

    Args:
        settings: Where it is, and where the working files are.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.releases
        self.candidates = self.root / "candidates"
        self._pointer = self.root / "live"
        self._code: str | None = None

    @property
    def code(self) -> str:
        """Fingerprint of this program."""
        if self._code is None:
            self._code = fingerprint(self.settings.root, CODE)
        return self._code

    # --- the live one --------------------------------------------------------------------

    def pointer(self) -> str:
        """Return the id of the live release, or an empty text."""
        try:
            return self._pointer.read_text("ascii").strip()
        except FileNotFoundError:
            return ""

    def point_to(self, release_id: str) -> None:
        """Make a release live, in one step."""
        draft = self.root / f".live.{os.getpid()}"
        with draft.open("w", encoding="ascii") as file:
            file.write(release_id + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)

    def live(self) -> Release | None:
        """Return the live release; None where nothing was published for this program.

        After an update of the program the model trained by `make run` is used until somebody
        publishes again: a model made by other code may not even load.
        """
        release = self.release(self.pointer())
        return release if release is not None and release.code == self.code else None

    # --- releases ------------------------------------------------------------------------

    def directory(self, release_id: str) -> Path:
        """Return where a release stands."""
        return self.root / Path(release_id).name

    def model(self, release_id: str) -> Path:
        """Return the model of a release."""
        return self.directory(release_id) / "model.tar.gz"

    def knowledge(self, release_id: str) -> Path:
        """Return the compiled knowledge of a release."""
        return self.directory(release_id) / "knowledge.sqlite"

    def source(self, release_id: str) -> Path:
        """Return the files a release was made from; may be absent for the first one."""
        return self.directory(release_id) / "source"

    def release(self, release_id: str) -> Release | None:
        """Return a release; None where it is gone or incomplete."""
        if not release_id or not self.model(release_id).exists():
            return None
        try:
            raw = read_json(self.directory(release_id) / "release.json")
        except ValueError:
            return None
        return Release(**{**known_fields(Release, raw), "id": release_id}) if raw else None

    def damage(self, release_id: str) -> Path | None:
        """Return the file of a release that cannot be read; None where it looks whole."""
        model, knowledge = self.model(release_id), self.knowledge(release_id)
        try:
            with tarfile.open(model) as archive:
                archive.next()
        except (tarfile.TarError, OSError, EOFError):
            return model
        return knowledge if built_hash(knowledge) is None else None

    def listed(self) -> list[Release]:
        """Return all releases, newest first."""
        names = [path.name for path in self.root.glob("*/") if (path / "release.json").exists()]
        found = [release for name in names if (release := self.release(name)) is not None]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)

    def put(self, directory: Path, release: Release) -> None:
        """Move a finished directory onto the shelf."""
        write_json(directory / "release.json", as_raw(release))
        directory.replace(self.directory(release.id))

    def tidy(self) -> None:
        """Throw away what is older than is kept; never the live one."""
        live = self.pointer()
        for release in [one for one in self.listed() if one.id != live][KEPT:]:
            shutil.rmtree(self.directory(release.id), ignore_errors=True)
        for path in sorted(self.candidates.glob("*/"), reverse=True)[CANDIDATES_KEPT:]:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let only one process publish at a time.

        Raises:
            ReleaseError: Another one does.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ReleaseError("ほかの公開が進んでいます。少し待ってから、もう一度") from None
            yield

    # --- working files -------------------------------------------------------------------

    def working(self) -> dict[str, Path]:
        """Return the working files by their names (``knowledge/records/hubs.yml``)."""
        rooms = {"knowledge": self.settings.knowledge, "data": self.settings.data}
        return {
            f"{room}/{path.relative_to(directory).as_posix()}": path
            for room, directory in rooms.items()
            for path in files_of(directory, SOURCES[room])
        }

    def snapshot(self, to: Path) -> None:
        """Copy the working files."""
        for name, path in self.working().items():
            copy = to / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)

    def changed_files(self, release_id: str) -> list[str]:
        """Return the working files that differ from those of a release."""
        source = self.source(release_id)
        working = self.working()
        if not source.exists():
            return sorted(working)
        old = {
            f"{room}/{path.relative_to(source / room).as_posix()}": path
            for room in SOURCES
            for path in files_of(source / room, SOURCES[room])
        }
        return sorted(
            name
            for name in old.keys() | working.keys()
            if name not in old
            or name not in working
            or old[name].read_bytes() != working[name].read_bytes()
        )


def files_of(directory: Path, patterns: Iterable[str]) -> list[Path]:
    """Return the files of a directory that match, in a fixed order."""
    found = {path for pattern in patterns for path in directory.glob(pattern) if path.is_file()}
    return sorted(found)


def new_id() -> str:
    """Return a name that sorts by time and is nobody else's."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
