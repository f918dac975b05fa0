"""The files the staff keep: read, written whole, with a history of who changed what.

The files are plain YAML in directories that git and a text editor work on as well. Whatever is
written here is first checked to be YAML, never half-written, and never over a change somebody
else made meanwhile, on a page or by hand.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import desc, insert, select
from sqlalchemy.engine import Connection

from conversations.database import Database, now
from conversations.schema import knowledge_change
from desk.model import Staff
from desk.review.source_files import (
    Conflict,
    SourceFile,
    StageError,
    check_yaml,
    replace,
    text_diff,
    version_of,
)

SAVED, RETIRED, REMOVED, IMPORTED = "saved", "retired", "removed", "imported"
OUTSIDE, PUBLISHED, ROLLED_BACK = "outside", "published", "rolled_back"


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    id: int
    at: float
    staff_id: str
    staff_name: str
    deed: str
    path: str
    record: str | None
    reason: str
    diff: str


class Workspace:
    """The working files of one installation.

    Args:
        database: Holds the history.
        knowledge: Directory behind ``knowledge/``.
        data: Directory behind ``data/``.
        clock: Tells the time.
        before_first: Called before anything is written: keeps what is live now.
    """

    def __init__(
        self,
        database: Database,
        knowledge: Path,
        data: Path,
        clock: Callable[[], float] = now,
        before_first: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._rooms = {"knowledge": knowledge, "data": data}
        self._clock = clock
        self._before_first = before_first

    @property
    def knowledge(self) -> Path:
        """The knowledge directory."""
        return self._rooms["knowledge"]

    def read(self, path: str) -> SourceFile:
        """Return a file; one that does not exist is empty.

        Raises:
            StageError: The path leads elsewhere, or the file is no UTF-8 text.
        """
        file = self._file(path)
        try:
            text = file.read_text("utf-8") if file.exists() else ""
        except UnicodeDecodeError as error:
            raise StageError(f"{path} の文字コードが UTF-8 ではありません") from error
        return SourceFile(path, text, version_of(text))

    def stage(
        self,
        staff: Staff,
        reason: str,
        files: Mapping[str, str],
        seen: Mapping[str, str] | None = None,
        record: str | None = None,
        deed: str = SAVED,
    ) -> list[int]:
        """Write files: all of them or none.

        Args:
            staff: Who does it.
            reason: Why, in a line.
            files: Path → new text.
            seen: Path → version it was made from; a file without one is taken as it is.
            record: The record it is about, if it is one.
            deed: What is done.

        Returns:
            Ids of the lines of the history, one a file that changed.

        Raises:
            Conflict: A file is no longer what was seen.
            StageError: A text is no YAML, or a file cannot be written.
        """
        for path, text in files.items():
            check_yaml(path, text)
        self._before_first()
        with self._alone():
            old = {path: self.read(path) for path in files}
            for path, version in (seen or {}).items():
                if path in old and old[path].version != version:
                    raise Conflict(self._conflict(path))
            changed = {path: text for path, text in files.items() if text != old[path].text}
            self._write(changed, old)
            try:
                with self._database.write() as connection:
                    return [
                        self._note(connection, staff, deed, old[path], text, record, reason)
                        for path, text in changed.items()
                    ]
            except BaseException:
                # What nobody can be asked about must not stand there.
                self._write({path: old[path].text for path in changed}, old)
                raise

    def remember(self, staff: Staff, deed: str, reason: str, record: str | None = None) -> None:
        """Note something that concerns no file, e.g. that a release was published."""
        with self._database.write() as connection:
            _add(connection, self._clock(), staff, deed, "", record, reason, "", "")

    def history(
        self, limit: int = 50, record: str | None = None, path: str | None = None
    ) -> list[Change]:
        """Return the newest changes, newest first."""
        table = knowledge_change.c
        query = select(knowledge_change).order_by(desc(table.id)).limit(limit)
        if record is not None:
            query = query.where(table.record == record)
        if path is not None:
            query = query.where(table.path == path)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Change(
                row.id, row.at, row.staff_id, row.staff_name, row.deed, row.path, row.record,
                row.reason, row.diff,
            )
            for row in rows
        ]  # fmt: skip

    def changed_by_hand(self) -> list[str]:
        """Return the files that were last changed with an editor or git, not here."""
        table = knowledge_change.c
        query = select(table.path, table.version).where(table.path != "").order_by(table.id)
        with self._database.read() as connection:
            last = {row.path: row.version for row in connection.execute(query)}
        return [path for path, version in last.items() if self.read(path).version != version]

    def _file(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if len(parts) < 2 or parts[0] not in self._rooms or ".." in parts:
            raise StageError(f"このファイルは扱えません: {path}")
        return self._rooms[parts[0]].joinpath(*parts[1:])

    def _conflict(self, path: str) -> str:
        newest = self.history(1, path=path)
        if newest and self.read(path).version == self._version_after(newest[0].id):
            who = f"{newest[0].staff_name}さんが変えました"
        else:
            who = "ファイルが直接変えられました"
        return f"開いているあいだに、{who}（{path}）。読み込み直して、もう一度変えてください"

    def _version_after(self, change_id: int) -> str:
        query = select(knowledge_change.c.version).where(knowledge_change.c.id == change_id)
        with self._database.read() as connection:
            return str(connection.execute(query).scalar_one())

    def _note(
        self,
        connection: Connection,
        staff: Staff,
        deed: str,
        old: SourceFile,
        text: str,
        record: str | None,
        reason: str,
    ) -> int:
        last = connection.execute(
            select(knowledge_change.c.version)
            .where(knowledge_change.c.path == old.path)
            .order_by(desc(knowledge_change.c.id))
            .limit(1)
        ).scalar()
        time = self._clock()
        if last is not None and last != old.version:
            somebody = Staff("", "画面の外の人")
            reason_outside = "エディタや git による変更を見つけました"
            _add(
                connection, time, somebody, OUTSIDE, old.path, None, reason_outside, "",
                old.version,
            )  # fmt: skip
        diff = text_diff(old.text, text)
        return _add(connection, time, staff, deed, old.path, record, reason, diff, version_of(text))

    def _write(self, texts: Mapping[str, str], old: Mapping[str, SourceFile]) -> None:
        """Write files one after another; when one fails, the others get their old text back."""
        done: list[str] = []
        try:
            for path, text in texts.items():
                replace(self._file(path), text)
                done.append(path)
        except OSError as error:
            for path in done:
                replace(self._file(path), old[path].text)
            raise StageError(
                f"書き込めません（{error.strerror}）。管理者に知らせてください"
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one writer of all processes of this machine write at a time."""
        lock = self._rooms["knowledge"] / ".lock"
        try:
            with lock.open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except PermissionError as error:
            raise StageError(
                "知識のフォルダーに書き込めません。管理者に知らせてください"
            ) from error


def _add(
    connection: Connection,
    at: float,
    staff: Staff,
    deed: str,
    path: str,
    record: str | None,
    reason: str,
    diff: str,
    version: str,
) -> int:
    result = connection.execute(
        insert(knowledge_change).values(
            at=at,
            staff_id=staff.id,
            staff_name=staff.name,
            deed=deed,
            path=path,
            record=record,
            reason=reason,
            diff=diff,
            version=version,
        )
    )
    return int(result.inserted_primary_key[0])
