"""How much one source may cost. Beyond a limit it is rejected as a whole."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one source.

    Attributes:
        file_bytes: Size of the file.
        unpacked_bytes: Size of everything in it once unpacked (PPTX, DOCX, XLSX).
        pages: Pages, slides or sheets.
        characters: Text taken out of it.
        memory_bytes: Address space of the process that reads it.
        seconds: Time it may take to read, by the clock and by the processor.
    """

    file_bytes: int = 100 * MEGABYTE
    unpacked_bytes: int = 500 * MEGABYTE
    pages: int = 3_000
    characters: int = 12_000_000
    memory_bytes: int = 2_048 * MEGABYTE
    seconds: int = 900


def megabytes(size: int) -> str:
    """Words a size."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{round(size / MEGABYTE):,} MB"
