"""Synthetic passages and questions for the search benchmark, the same on every machine."""

from __future__ import annotations

import random
from itertools import accumulate
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bench.paths import BENCH, ROOT
from knowledge.search.hybrid import Text

_PARTS = BENCH / "passages.yml"
_VOCABULARY = ROOT / "knowledge" / "vocabulary"
_SENTENCES = 3
_FORMATTER = Formatter()
_NAMES = 20_000
_MORAE = [*"アイウエオカキクケコサシスセタチツテトナニネノハヒホマミメモラリルレロ"]
_ZIPF = 0.5
"""Exponent of the word frequencies: few common words, many rare ones, as in real text."""


class Writer:
    """Writes passages and questions from one seed.

    Args:
        seed: Same seed, same texts.
    """

    def __init__(self, seed: int = 2014) -> None:
        self._random = random.Random(seed)
        self._parts: dict[str, list[str]] = yaml.safe_load(_PARTS.read_text("utf-8"))
        self._parts["country"] = labels(_VOCABULARY / "countries.yml")
        places = municipalities(_VOCABULARY / "municipalities.tsv")
        self._random.shuffle(places)
        self._parts["place"] = self._parts["place2"] = places
        names = ["".join(self._random.choices(_MORAE, k=4)) for _ in range(_NAMES)]
        self._parts["name"] = self._parts["name2"] = names
        self._parts["number"] = [str(number) for number in range(1, 300)]
        # Summed up once: summing them for every word would take longer than indexing.
        self._sums = {
            name: list(accumulate(1 / rank**_ZIPF for rank in range(1, len(words) + 1)))
            for name, words in self._parts.items()
        }

    def passages(self, count: int) -> list[Text]:
        """Return so many passages of a title and three sentences."""
        return [
            Text(self._fill("titles"), "".join(self._fill("frames") for _ in range(_SENTENCES)))
            for _ in range(count)
        ]

    def questions(self, count: int) -> list[str]:
        """Return so many questions."""
        return [self._fill("questions") for _ in range(count)]

    def _fill(self, kind: str) -> str:
        frame = self._random.choice(self._parts[kind])
        wanted = [name for _, name, _, _ in _FORMATTER.parse(frame) if name]
        return frame.format(
            **{
                name: self._random.choices(self._parts[name], cum_weights=self._sums[name])[0]
                for name in wanted
            }
        )


def labels(path: Path) -> list[str]:
    """Return the labels of a vocabulary file."""
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return [str(entry["label"]) for entry in entries]


def municipalities(path: Path) -> list[str]:
    """Return the names of the generated municipality table."""
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
