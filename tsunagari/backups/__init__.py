"""Backup and restore of an installation, as one portable file.

The conversations are written table by table as JSON lines, so that a backup of SQLite can be
restored into PostgreSQL and the other way round: that is also how an installation moves.
"""

from tsunagari.backups.archive import BackupError, Manifest, read_manifest
from tsunagari.backups.reading import restore
from tsunagari.backups.writing import back_up

__all__ = ["BackupError", "Manifest", "back_up", "read_manifest", "restore"]
