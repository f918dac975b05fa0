"""Giving back memory that only the start of the server needed."""

from __future__ import annotations

import ctypes
import gc
import mmap
import re
import sys
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_DICTIONARY = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r\S+ .*\bsudachidict\S*/system\.dic$", re.M)


def give_back() -> None:
    """Return to the system what is free, and the pages of the dictionary that are not in use.

    Reading the texts of the knowledge base touches most pages of Sudachi's dictionary, a file
    of 200 MB that is mapped, not read; a turn touches few. They stay in the system's page cache
    and are mapped again when a word needs them. Where there is no glibc, nothing happens.
    """
    gc.collect()
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
    for start, end in _dictionary_mappings():
        library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


def _dictionary_mappings() -> list[tuple[int, int]]:
    """Return the addresses at which the dictionary is mapped for reading only."""
    try:
        maps = _MAPS.read_text("utf-8", errors="replace")
    except OSError:
        return []
    return [(int(start, 16), int(end, 16)) for start, end in _DICTIONARY.findall(maps)]
