from __future__ import annotations

import sys
from pathlib import Path

import pytest

from knowledge.analysis import Analyser
from tsunagari.resident_memory import _dictionary_mappings, give_back


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_dictionary_is_given_back_and_still_reads_the_same() -> None:
    analyser = Analyser()
    text = "大阪で金属プレスをやっています。ベトナムに工場を出したいのですが"
    expected = analyser.tokens(text)
    assert _dictionary_mappings()
    before = _resident()
    give_back()
    assert _resident() < before
    assert analyser.tokens(text) == expected


def _resident() -> int:
    """Return how many kilobytes of the dictionary are mapped in."""
    found, inside = 0, False
    for line in Path("/proc/self/smaps").read_text("utf-8", errors="replace").splitlines():
        if " r" in line and "-" in line.split()[0]:
            inside = line.endswith("system.dic")
        elif inside and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found
