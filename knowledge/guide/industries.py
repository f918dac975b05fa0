"""From the company's own words to the fields it belongs to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from knowledge.schema import SlotValue


class IndustryReader:
    """Finds every field a company belongs to.

    水処理装置の製造 belongs to water and to manufacturing, and as a water company also to
    environment; a hub made for any of them fits.
    """

    def __init__(self, values: Iterable[SlotValue], kinship: Mapping[str, Sequence[str]]) -> None:
        self._kinship = kinship
        self._aliases = {
            _folded(alias): value.id
            for value in values
            for alias in (value.label, *value.aliases)
            if len(alias) > 1
        }
        self._longest = max(map(len, self._aliases), default=0)

    def fields(self, industry: str | None, business: str | None) -> frozenset[str]:
        """Returns the fields, broader ones included; empty when nothing is known.

        Args:
            industry: The field already recognised, if any.
            business: The company's own words, if any.
        """
        found = {industry} if industry else set()
        found.update(self._read(_folded(business or "")))
        for field in tuple(found):
            found.update(self._kinship.get(field, ()))
        return frozenset(found)

    def _read(self, words: str) -> Iterable[str]:
        """Yields the field of every alias in the words, longest match first, left to right."""
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + self._longest), start + 1, -1):
                field = self._aliases.get(words[start:end])
                if field:
                    yield field
                    start = end
                    break
            else:
                start += 1


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()
