"""Words of a text with what the dictionary says of names and places."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import NamedTuple

from sudachipy import Dictionary
from sudachipy import Tokenizer as SudachiTokenizer

SURNAME = "surname"
GIVEN = "given"
PERSON = "person"
PLACE = "place"
PROPER = "proper"
NOUN = "noun"
NUMBER = "number"
AFFIX = "affix"
PARTICLE = "particle"
MARK = "mark"
BLANK = "blank"
OTHER = "other"
PERSONS = frozenset({SURNAME, GIVEN, PERSON})
#: What a name of a company may be made of.
NOUNS = frozenset({SURNAME, GIVEN, PERSON, PLACE, PROPER, NOUN, NUMBER, AFFIX})


class Word(NamedTuple):
    """A word.

    Attributes:
        surface: As typed, widths and forms folded.
        start: Offset of its first character.
        end: Offset behind its last.
        kind: One of this module's constants.
        unknown: The dictionary does not hold it.
        common: A word that is written so in any text: a verb, an adverb, a particle …
    """

    surface: str
    start: int
    end: int
    kind: str
    unknown: bool
    common: bool


_PROPER = {"人名": PERSON, "地名": PLACE}
_BY_POS = {
    "名詞": NOUN,
    "代名詞": OTHER,
    "形状詞": NOUN,
    "接頭辞": AFFIX,
    "接尾辞": AFFIX,
    "助詞": PARTICLE,
    "助動詞": PARTICLE,
    "補助記号": MARK,
    "記号": MARK,
    "空白": BLANK,
}


class Reader:
    """Cuts texts into words over one dictionary. Safe across threads."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Create a reader.

        Args:
            dictionary: A loaded dictionary; it takes some 60 MB, so a process has one.
        """
        self._dictionary = dictionary
        self._kinds = _kinds_of(dictionary)
        self._local = threading.local()
        self._entries = lru_cache(maxsize=4096)(self._look_up)

    def entries(self, surface: str) -> frozenset[str]:
        """Return the kinds under which the dictionary lists a word: 松本 is a surname and a place.

        What a text is cut into names one kind only, the likeliest of the sentence.
        """
        return self._entries(surface)

    def _look_up(self, surface: str) -> frozenset[str]:
        kinds = self._kinds
        entries = self._dictionary.lookup(surface)
        return frozenset(kinds[entry.part_of_speech_id()][0] for entry in entries)

    def words(self, text: str) -> list[Word]:
        """Return the words of a text of at most 10,000 characters, in order."""
        tokenizer = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            tokenizer = self._dictionary.create(SudachiTokenizer.SplitMode.A)
            self._local.tokenizer = tokenizer
        kinds, new = self._kinds, tuple.__new__
        found: list[Word] = []
        for morpheme in tokenizer.tokenize(text):
            kind, common = kinds[morpheme.part_of_speech_id()]
            start, end = morpheme.begin(), morpheme.end()
            # As `Word(…)` does, without the call of it: it is made for every word of every turn.
            found.append(new(Word, (text[start:end], start, end, kind, morpheme.is_oov(), common)))
        return found


def _kinds_of(dictionary: Dictionary) -> list[tuple[str, bool]]:
    kinds: list[tuple[str, bool]] = []
    while (pos := dictionary.pos_of(len(kinds))) is not None:
        kind = _BY_POS.get(pos[0], OTHER)
        if pos[0] == "名詞" and pos[1] == "固有名詞":
            kind = _PROPER.get(pos[2], PROPER)
            if kind == PERSON:
                kind = {"姓": SURNAME, "名": GIVEN}.get(pos[3], PERSON)
        elif pos[0] == "名詞" and pos[1] == "数詞":
            kind = NUMBER
        kinds.append((kind, kind in (OTHER, PARTICLE)))
    return kinds


@lru_cache(maxsize=1)
def own_reader() -> Reader:
    """Return a reader over a dictionary of its own, for a process that was plugged none in."""
    return Reader(Dictionary())


def goes_on(one: Word, other: Word) -> bool:
    """Return whether a name may go on from one word to the other."""
    return (
        other.start == one.end
        and (other.kind in NOUNS or other.unknown)
        and other.kind not in (BLANK, MARK)
        and not other.surface.isspace()
        and not one.surface.isspace()
    )
