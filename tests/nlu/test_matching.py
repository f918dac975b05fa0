"""The trie with openings finds what comparing with every name finds."""

from __future__ import annotations

import pytest

from nlu.matching import NameTrie
from nlu.mentions import Row

_NAMES = ("津", "つ", "津市", "つし", "つしま", "つしまし", "対馬市", "大阪", "大阪府", "大阪市")


@pytest.mark.parametrize("opening", [1, 2, 3, 5])
@pytest.mark.parametrize("text", ["", "津市の会社", "つしまし", "大阪府大阪市", "つ", "の津"])
def test_every_name_is_found_shortest_first(opening: int, text: str) -> None:
    trie = NameTrie(opening)
    for name in _NAMES:
        trie.add(name, Row("city", name, name, "surface"))
    for start in range(len(text)):
        expected = sorted(start + len(name) for name in _NAMES if text.startswith(name, start))
        found = trie.matches(text, start)
        assert [end for end, _ in found] == expected
        assert [[row.value for row in rows] for _, rows in found] == [
            [text[start:end]] for end in expected
        ]
