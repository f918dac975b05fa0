"""Words of the indexed texts, kept on disk: cutting them up anew takes a second at each start."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from knowledge.analysis import ANALYSIS_VERSION, Analyser
from knowledge.loader import ROOT

DEFAULT_PATH = ROOT.parent / "build" / "analysed_texts.json"


class AnalysedTexts(Analyser):
    """An analyser that remembers the words of texts it met in an earlier process.

    Args:
        path: Where they are kept; what another version of the analysis wrote is not used.
    """

    def __init__(self, path: Path = DEFAULT_PATH):
        self._path = path
        self._known = _read(path)
        self._met: dict[str, list[str]] = {}

    def words(self, text: str) -> list[str]:
        """Returns the normalised content words of a text of the collection."""
        words = self._known.get(text)
        if words is None:
            words = super().words(text)
        self._met[text] = words
        return words

    def derived(self, name: str, text: str, derive: Callable[[str], list[str]]) -> list[str]:
        """Returns something else got from a text of the collection, remembered like its words.

        Args:
            name: What it is.
            text: The text.
            derive: Makes it where it is not known yet.
        """
        key = f"{name}\0{text}"
        found = self._known.get(key)
        if found is None:
            found = derive(text)
        self._met[key] = found
        return found

    def save(self) -> None:
        """Keeps what was met, and only that, for the next process."""
        if self._met.keys() == self._known.keys():
            return
        draft = self._path.with_suffix(f".{os.getpid()}.part")
        kept = {"version": ANALYSIS_VERSION, "words": self._met}
        # Where nothing can be written, every start analyses anew.
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            draft.replace(self._path)


def _read(path: Path) -> dict[str, list[str]]:
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    words: dict[str, list[str]] = kept["words"] if kept["version"] == ANALYSIS_VERSION else {}
    return words
