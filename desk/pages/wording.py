"""Words of the pages that code chooses (texts.yml)."""

from __future__ import annotations

from pathlib import Path

from desk.text_file import TextFile

_FILE = TextFile(Path(__file__).with_name("texts.yml"))
texts = _FILE.all
wording = _FILE.wording
