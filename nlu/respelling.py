"""How a message typed in kana, or converted wrongly, is usually spelt.

Kana are cut into words by :mod:`nlu.kana_lattice`; a word that was never met gives way to one of
the same sound that is met between the same neighbours; katakana that look like kanji are taken
for them. Offsets lead back to the text as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rasa.nlu.tokenizers.tokenizer import Token

from knowledge.analysis import to_hiragana
from nlu.folding import SOUND_MARKS
from nlu.kana_lattice import KanaLattice, Piece
from nlu.lexicon import LEXICON
from nlu.sudachi_tokenizer import POS, READING

_LEAST_LETTERS, _MOST_LETTERS = 3, 400
#: With more letters of unknown words than this share the message stays as typed.
_MOST_UNKNOWN = 0.34
_KANA = "ぁ", "ゖ"
_KANJI = re.compile(r"[一-鿿々]")
#: Letters of a sound that is looked up instead of the characters typed.
_LEAST_SOUND, _MOST_SOUND = 4, 16
_LOOKS = "".join(LEXICON.lookalikes)
#: 何カ国 and 5カ年 are written so.
_LOOKALIKE = re.compile(
    f"(?:(?<=[一-鿿])[{_LOOKS}](?![ァ-ヺー])|(?<![ァ-ヺー])[{_LOOKS}](?=[一-鿿]))(?![国所年月村条店件])"
)
_LONG_VOWELS = frozenset("ー〜~")
#: Words of so few letters beside unknown ones are more likely part of the unknown word.
_SHORT = 3


class Typed(NamedTuple):
    """A message as typed, and where each character of its usual spelling comes from.

    Attributes:
        text: As typed.
        starts: For each character of the usual spelling, where its word begins.
        ends: For each character, where its word ends.
    """

    text: str
    starts: list[int]
    ends: list[int]


def is_kana(text: str) -> bool:
    """Says whether a message holds words in kana and no kanji."""
    letters = 0
    for character in text:
        if "一" <= character <= "鿿" or character == "々":
            return False
        letters += "ぁ" <= character <= "ヺ" or "ｦ" <= character <= "ﾝ"
    return _LEAST_LETTERS <= letters <= _MOST_LETTERS


class Respeller:
    """Finds the usual spelling of messages with the words of one lattice."""

    def __init__(self, lattice: KanaLattice) -> None:
        """Keeps the lattice."""
        self._lattice = lattice

    def respell(self, text: str, tokens: Sequence[Token]) -> tuple[str, Typed] | None:
        """Returns the usual spelling of a message, or None where it is typed so.

        Args:
            text: The message.
            tokens: Its tokens.
        """
        if is_kana(text):
            return self.kana(text)
        return _unlike(text) or self._heard(text, tokens)

    def kana(self, text: str) -> tuple[str, Typed] | None:
        """Returns the usual spelling of a text in kana, or None where it stays as typed.

        Args:
            text: A message.
        """
        if not is_kana(text):
            return None
        in_katakana = not any(_KANA[0] <= letter <= _KANA[1] for letter in text)
        typed, starts, ends = _letters(text, "ァ" if in_katakana else _KANA[0])
        letters = to_hiragana(typed) if in_katakana else typed
        pieces = self._lattice.convert(letters, list(_fixed(letters)))
        kana = sum(_KANA[0] <= letter <= _KANA[1] for letter in letters)
        unknown = sum(piece.end - piece.start for piece in pieces if not piece.known)
        if unknown > _MOST_UNKNOWN * kana or (in_katakana and not _is_sentence(pieces)):
            return None
        return _joined(text, _trusted(typed, pieces), starts, ends)

    def _heard(self, text: str, tokens: Sequence[Token]) -> tuple[str, Typed] | None:
        """Writes the word that was meant where one of the same sound was chosen (勤続加工).

        Only words that no example and no name holds are looked at, with their neighbours.
        """
        pieces: list[tuple[int, int, str]] = []
        index = 0
        while index < len(tokens):
            last = index
            while last < len(tokens) and _in_kanji(tokens[last]):
                last += 1
            run = tokens[index:last]
            if run and any(not self._lattice.knows(token.text) for token in run):
                reading = "".join(to_hiragana(t.data[READING]).replace("ー", "") for t in run)
                if _LEAST_SOUND <= len(reading) <= _MOST_SOUND and is_hiragana(reading):
                    before = tokens[index - 1].text if index else ""
                    after = tokens[last].text if last < len(tokens) else ""
                    meant = self._lattice.instead(reading, before, after)
                    if meant and _is_misconversion(run, meant):
                        pieces.append((run[0].start, run[-1].end, meant))
            index = last + 1
        if not pieces:
            return None
        written, starts, ends, place = "", [], [], 0
        for start, end, meant in [*pieces, (len(text), len(text), "")]:
            written += text[place:start] + meant
            starts += [*range(place, start), *([start] * len(meant))]
            ends += [*range(place + 1, start + 1), *([end] * len(meant))]
            place = end
        return (written, Typed(text, starts, ends)) if written != text else None


def _unlike(text: str) -> tuple[str, Typed] | None:
    """Writes the kanji where katakana of the same look was typed (窓ロ, 協カ, エ場)."""
    written = _LOOKALIKE.sub(lambda match: LEXICON.lookalikes[match.group()], text)
    if written == text:
        return None
    places = range(len(text))
    return written, Typed(text, list(places), [place + 1 for place in places])


def _letters(text: str, first: str) -> tuple[str, list[int], list[int]]:
    """Folds widths, joins sound marks to their letters and leaves out long vowel marks.

    Args:
        text: The message.
        first: First letter of the script whose long vowel marks go.

    Returns:
        The letters, and where each begins and ends in the text.
    """
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", SOUND_MARKS.get(character, character)):
            both = unicodedata.normalize("NFC", letters[-1] + piece) if letters else piece
            long_vowel = (
                piece in _LONG_VOWELS and letters and first <= letters[-1] <= chr(ord(first) + 0x59)
            )
            if long_vowel or (letters and len(both) == 1):
                letters[-1] = letters[-1] if long_vowel else both
                ends[-1] = place + 1
                continue
            letters.append(piece)
            starts.append(place)
            ends.append(place + 1)
    return "".join(letters), starts, ends


def _is_sentence(pieces: Sequence[Piece]) -> bool:
    """Tells ベトナムニシマス from a foreign word, which is written in katakana anyway."""
    if len(pieces) > 2 and any(piece.pos.startswith("助") for piece in pieces):
        return True
    return all(piece.known and piece.end - piece.start >= _SHORT for piece in pieces)


def _trusted(typed: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Leaves unknown words as typed, and short ones where they touch letters of such."""
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        beside = pieces[max(index - 1, 0) : index + 2]
        short = piece.end - piece.start <= _SHORT and not piece.pos.startswith("助")
        if not piece.known or (short and not all(other.known for other in beside)):
            piece = piece._replace(written=typed[piece.start : piece.end])
        kept.append(piece)
    return kept


def _fixed(letters: str) -> Iterator[tuple[int, int, str]]:
    """Yields the stretches that are no hiragana; each is taken as it is."""
    start = None
    for place, letter in enumerate(letters + "あ"):
        if "ぁ" <= letter <= "ゖ":
            if start is not None:
                yield start, place, letters[start:place]
                start = None
        elif start is None:
            start = place
        elif _is_word(letters[start]) != _is_word(letter):
            yield start, place, letters[start:place]
            start = place


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter in _LONG_VOWELS


def _in_kanji(token: Token) -> bool:
    return token.data[POS] in ("名詞", "接頭辞", "接尾辞") and bool(_KANJI.match(token.text))


def _is_misconversion(run: Sequence[Token], meant: str) -> bool:
    """Says whether as many kanji were chosen, and whole words of the run stay as they are."""
    typed = "".join(token.text for token in run)
    return (
        typed != meant
        and len(typed) == len(meant)
        and all(_KANJI.match(letter) for letter in meant)
    )


def is_hiragana(text: str) -> bool:
    """Says whether a text is all hiragana."""
    return all(_KANA[0] <= letter <= _KANA[1] for letter in text)


def _joined(
    text: str, pieces: Sequence[Piece], starts: Sequence[int], ends: Sequence[int]
) -> tuple[str, Typed] | None:
    written: list[str] = []
    first: list[int] = []
    last: list[int] = []
    for piece in pieces:
        start, end = starts[piece.start], ends[piece.end - 1]
        written.append(piece.written)
        if len(piece.written) == piece.end - piece.start and not piece.known:
            first.extend(starts[piece.start : piece.end])
            last.extend(ends[piece.start : piece.end])
        else:
            first.extend([start] * len(piece.written))
            last.extend([end] * len(piece.written))
    joined = "".join(written)
    return None if joined == text else (joined, Typed(text, first, last))
