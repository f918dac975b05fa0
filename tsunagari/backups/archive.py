"""The backup file: a gzipped tar of tables and files behind a manifest."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from conversations.schema import metadata
from tsunagari.settings import Settings, UserError

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "store/{}.jsonl"
FILES = "files/"
_CHUNK = 1 << 20


class BackupError(UserError):
    """A backup cannot be written or read; one line for the operator."""


@dataclass
class Manifest:
    """What a backup holds.

    Attributes:
        format: Version of the file's layout.
        program: Version of tsunagari.
        schema: Version of the tables.
        made_at: ISO 8601, UTC.
        rows: Rows by table.
        sequences: Last number given out by table, so that none is given twice.
        digests: SHA-256 of every member.
        secrets: Whether secret and keys are inside.
    """

    format: int
    program: str
    schema: int
    made_at: str
    secrets: bool
    rows: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """Return the manifest's text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def tables() -> list[Any]:
    """Return the store's tables, each after those it refers to."""
    return [table for table in metadata.sorted_tables if table.name != "schema_version"]


def numbered(table: Any) -> str | None:
    """Return the column of a table that the database numbers, if there is one."""
    columns = list(table.primary_key.columns)
    if len(columns) == 1 and columns[0].autoincrement is True:
        return str(columns[0].name)
    return None


def places(settings: Settings) -> dict[str, Path]:
    """Return the folders and files of an installation beside its store, by name in the backup."""
    return {
        "knowledge": settings.knowledge,
        "data": settings.data,
        "releases": settings.releases,
        "library.sqlite": settings.library,
        "sites.yml": settings.sites_file or settings.root / "site" / "sites.yml",
        "privacy.yml": settings.privacy,
        "secret": settings.var / "secret",
        "privacy.keys": settings.var / "privacy.keys",
    }


SECRETS = ("secret", "privacy.keys")


def digest(stream: IO[bytes]) -> str:
    """Return the SHA-256 of a stream."""
    found = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Open a backup for reading.

    Raises:
        BackupError: It is no readable backup.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            yield archive
    except (OSError, EOFError, tarfile.TarError) as error:
        raise BackupError(f"{path} をバックアップとして読めません（{error}）") from error


def read_manifest(path: Path, current_schema: int) -> Manifest:
    """Return a backup's manifest after checking every member against it.

    Raises:
        BackupError: The file is damaged, of a newer version, or holds what it should not.
    """
    with opened(path) as archive:
        first = archive.next()
        if first is None or first.name != MANIFEST:
            raise BackupError(f"{path} は tsunagari のバックアップではありません")
        try:
            manifest = Manifest(**json.loads(_content(archive, first).read()))
        except (ValueError, TypeError) as error:
            raise BackupError(f"{path} の目録を読めません（{error}）") from error
        if manifest.format > FORMAT or manifest.schema > current_schema:
            raise BackupError(
                f"{path} は新しい版の tsunagari {manifest.program} のものです: "
                "tsunagari を更新してください"
            )
        found = {}
        for member in archive:
            if member.name == MANIFEST:
                continue
            if not member.isfile() or ".." in PurePosixPath(member.name).parts:
                raise BackupError(f"{path} に入っているはずのないものがあります: {member.name}")
            found[member.name] = digest(_content(archive, member))
    for name in sorted({*manifest.digests, *found}):
        if manifest.digests.get(name) != found.get(name):
            raise BackupError(f"{path} は壊れています（{name} が目録と合いません）")
    return manifest


def each_member(
    path: Path, handle: Callable[[str, IO[bytes]], None], wanted: Callable[[str], bool]
) -> None:
    """Hand the wanted members of a checked backup over, in their order."""
    with opened(path) as archive:
        for member in archive:
            if wanted(member.name):
                handle(member.name, _content(archive, member))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise BackupError(f"{member.name} を読めません")
    return content
