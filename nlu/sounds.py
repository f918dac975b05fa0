"""Names and properties that sound right though other characters were typed (同音の誤変換)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from knowledge.analysis import Analyser
from nlu.folding import fold_key
from nlu.lexicon import LEXICON
from nlu.matching import NameTrie, script
from nlu.mentions import NAME_ENTITIES, Mention, Row
from nlu.overlap import ranked
from nlu.sudachi_tokenizer import READING

_NAMES = frozenset({"record", "city", "country"})
#: Shorter sounds belong to too many words; a property right behind its subject may be shorter.
_LEAST, _LEAST_BEHIND_SUBJECT = 5, 4
#: A property of so many kanji is recognised with one of them exchanged.
_LEAST_KANJI, _MOST_KANJI = 4, 8
_SUBJECTS = frozenset({"record", "country", "reference"})
_NAME_SCORE, _PROPERTY_SCORE = 0.9, 0.8
_KANJI_WORD = re.compile(rf"[一-鿿々〆]{{{_LEAST_KANJI}}}")
_ANY = "\ue000"

#: The reading of all words, and where in it each word begins.
Heard = tuple[str, list[int]]


class Sounds:
    """Finds names by the readings of the words, and properties by reading or by shape."""

    def __init__(
        self, rows: Iterable[Row], analyser: Analyser, exists: Callable[[str], bool]
    ) -> None:
        """Files names and properties under their readings.

        Args:
            rows: The dictionary.
            analyser: Gives the readings.
            exists: Says whether a normalised word is one: 競争 and 欧州 mean themselves.
        """
        self._exists = exists
        self._names = NameTrie(_LEAST)
        self._properties = NameTrie(_LEAST_BEHIND_SUBJECT)
        self._shapes: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.entity in _NAMES:
                reading = row.alias if row.form == "reading" else analyser.reading(row.alias)
                if len(fold_key(reading)) >= _LEAST:
                    self._names.add(fold_key(reading), row)
            elif row.entity == "attribute":
                reading = row.alias if row.form == "reading" else analyser.reading(row.alias)
                kanji = all(script(letter) == "kanji" for letter in row.alias)
                if len(fold_key(reading)) >= _LEAST_BEHIND_SUBJECT and (
                    kanji or row.form == "reading"
                ):
                    self._properties.add(fold_key(reading), row)
                if kanji and _LEAST_KANJI <= len(row.alias) <= _MOST_KANJI:
                    for place in range(len(row.alias)):
                        shape = row.alias[:place] + _ANY + row.alias[place + 1 :]
                        self._shapes[shape].append(row)

    def names(
        self, tokens: Sequence[Token], heard: Heard, chosen: Sequence[Mention]
    ) -> list[Mention]:
        """Returns names by their sound, longer than what was found before in their place.

        Args:
            tokens: Tokens of the message.
            heard: What :func:`hear` says of them.
            chosen: What was found before.
        """
        found: list[Mention] = []
        index = 0
        sound, offsets = heard
        stops = {offset: place for place, offset in enumerate(offsets)}
        while index < len(tokens):
            best: tuple[int, list[Row]] | None = None
            for stop, rows in self._names.matches(sound, offsets[index]):
                if stop in stops and stop - offsets[index] >= _LEAST:
                    fitting = self._allowed(rows, tokens[index : stops[stop]], chosen)
                    best = (stops[stop], fitting) if fitting else best
            if best is None:
                index += 1
                continue
            last, rows = best
            start, end = tokens[index].start, tokens[last - 1].end
            found.append(Mention(start, end, ranked(rows), _NAME_SCORE, "sound"))
            index = last
        return found

    def _allowed(
        self, rows: Sequence[Row], inside: Sequence[Token], chosen: Sequence[Mention]
    ) -> list[Row]:
        in_kanji = script(inside[0].text[0]) == "kanji"
        if len(inside) == 1 and in_kanji and self._exists(inside[0].lemma):
            return []
        start, end = inside[0].start, inside[-1].end
        overlapping = [m for m in chosen if m.start < end and start < m.end]
        if any(m.start < start or end < m.end for m in overlapping):
            return []
        names = [m for m in overlapping if m.entity in NAME_ENTITIES]
        if any(m.end - m.start == end - start for m in names):
            return []
        if all(any(m.start <= t.start and t.end <= m.end for m in names) for t in inside):
            return []
        said = {m.value for m in names}
        typed = {letter for token in inside for letter in token.text}
        return [
            row
            for row in rows
            if row.value not in said
            and (row.entity == "record" or not names)
            # There are many towns: in kanji, at least one of theirs has to be there.
            and (row.entity != "city" or not in_kanji or typed & set(row.value))
        ]

    def properties(
        self, text: str, tokens: Sequence[Token], heard: Heard, chosen: Sequence[Mention]
    ) -> list[Mention]:
        """Returns properties of something named that were converted or typed wrongly.

        Args:
            text: The message.
            tokens: Its tokens.
            heard: What :func:`hear` says of them.
            chosen: What was found before.
        """
        subjects = [m for m in chosen if m.entity in _SUBJECTS]
        if not subjects or any(m.entity in ("attribute", "topic") for m in chosen):
            return []
        sound, offsets = heard
        stops = {offset: place for place, offset in enumerate(offsets)}
        for index, token in enumerate(tokens):
            matches = self._properties.matches(sound, offsets[index])
            if not matches:
                continue
            behind = any(0 <= token.start - m.end <= 1 for m in subjects)
            least = _LEAST_BEHIND_SUBJECT if behind else _LEAST
            best: Mention | None = None
            for stop, rows in matches:
                if stop not in stops or stop - offsets[index] < least:
                    continue
                start, end = token.start, tokens[stops[stop] - 1].end
                kanji = any(script(letter) == "kanji" for letter in text[start:end])
                if kanji and not any(m.start < end and start < m.end for m in chosen):
                    best = Mention(start, end, ranked(rows), _PROPERTY_SCORE, "sound")
            if best is not None:
                return [best]
        return self._by_shape(text, tokens, chosen)

    def _by_shape(
        self, text: str, tokens: Sequence[Token], chosen: Sequence[Mention]
    ) -> list[Mention]:
        if not _KANJI_WORD.search(text):
            return []
        starts = [token.start for token in tokens if script(token.text[0]) == "kanji"]
        for start in starts:
            for length in range(_MOST_KANJI, _LEAST_KANJI - 1, -1):
                typed = text[start : start + length]
                if len(typed) < length or any(script(letter) != "kanji" for letter in typed):
                    continue
                if any(m.start < start + length and start < m.end for m in chosen):
                    continue
                for place in range(length):
                    rows = self._shapes.get(typed[:place] + _ANY + typed[place + 1 :])
                    if rows:
                        end = start + length
                        return [Mention(start, end, ranked(rows), _PROPERTY_SCORE, "shape")]
        return []


def _is_joined(tokens: Sequence[Token], index: int) -> bool:
    """Says whether a token goes on from a word in kanji, where it is read as in compounds."""
    before = tokens[index - 1]
    return before.end == tokens[index].start and script(before.text[-1]) == "kanji"


def hear(tokens: Sequence[Token]) -> Heard:
    """Returns the reading of all tokens, and where in it each begins (and the last ends)."""
    readings = [
        onyomi
        if (onyomi := LEXICON.onyomi.get(token.text)) and index and _is_joined(tokens, index)
        else fold_key(token.data[READING])
        for index, token in enumerate(tokens)
    ]
    offsets = [0]
    for reading in readings:
        offsets.append(offsets[-1] + len(reading))
    return "".join(readings), offsets
