"""Character n-grams as numbers, so that all of a message are looked up in one go.

Four letters of 16 bits make one 64-bit number; a shorter n-gram ends in zeros. Numbers order
like the strings they stand for, and a sorted array of them takes a tenth of the memory that a
dictionary of strings does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

_LONGEST = 4
_PADDING = "\0" * _LONGEST
#: The bits of a number that belong to n-grams of each length, by the shortest.
_MASKS = [
    np.array(
        [
            [((1 << 16 * length) - 1) << 16 * (_LONGEST - length)]
            for length in range(shortest, _LONGEST + 1)
        ],
        np.uint64,
    )
    for shortest in range(_LONGEST + 1)
]
_BIG_ENDIAN = np.dtype(">u8")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
#: Where letters beyond 16 bits (emoji, rare kanji) go: private ones the masks leave free.
_PRIVATE, _PRIVATE_SIZE = 0xF770, 0x190


class Grams:
    """The distinct n-grams of a text; iterating gives them as strings.

    Attributes:
        codes: Their numbers, ascending.
    """

    def __init__(self, text: str, shortest: int) -> None:
        """Cuts a text.

        Args:
            text: Any text.
            shortest: Least length of an n-gram; the longest has four letters.
        """
        self._text = _WIDE.sub(_narrow, text)
        self._shortest = shortest
        letters = (self._text + _PADDING).encode("utf-16-be", "surrogatepass")
        # Overlapping windows of four letters on the same bytes; nothing is copied.
        count = max(len(text) - shortest + 1, 0)
        windows = np.ndarray((count,), _BIG_ENDIAN, letters, strides=(2,)).astype(np.uint64)
        # Near the end of the text the longer ones come out as shorter ones met anyway.
        codes = (windows & _MASKS[shortest]).ravel()
        codes.sort()
        distinct = np.empty(len(codes), bool)
        distinct[:1] = True
        np.not_equal(codes[1:], codes[:-1], out=distinct[1:])
        self.codes: npt.NDArray[np.uint64] = codes[distinct]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return iter(
            {
                self._text[start : start + order]
                for order in range(self._shortest, _LONGEST + 1)
                for start in range(len(self._text) - order + 1)
            }
        )


class GramIndex:
    """The n-grams met in training, in ascending order; the place of each is its column."""

    def __init__(self, names: Sequence[str], offset: int) -> None:
        """Files n-grams.

        Args:
            names: In ascending order.
            offset: Column of the first.
        """
        letters = "".join(name.ljust(_LONGEST, "\0") for name in names)
        self._codes = np.frombuffer(letters.encode("utf-16-be", "surrogatepass"), ">u8").astype(
            np.uint64
        )
        self._offset = offset

    def __iter__(self) -> Iterator[str]:
        letters = self._codes.astype(">u8").tobytes().decode("utf-16-be", "surrogatepass")
        for start in range(0, len(letters), _LONGEST):
            yield letters[start : start + _LONGEST].rstrip("\0")

    def columns(self, grams: Grams) -> npt.NDArray[np.intp]:
        """Returns the columns of the n-grams that are known, ascending."""
        if not len(self._codes):
            return np.zeros(0, np.intp)
        places = self._codes.searchsorted(grams.codes)
        known = self._codes.take(places, mode="clip") == grams.codes
        return np.asarray(places[known] + self._offset)


def _narrow(match: re.Match[str]) -> str:
    return chr(_PRIVATE + ord(match.group()) % _PRIVATE_SIZE)
