"""Longest-match look-up of folded names and of content-word phrases, with sane borders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from nlu.folding import Folded, fold_key
from nlu.mentions import BLOCKED_ENTITY, NICKNAME, Row

_END = ""
_NOTHING: dict[str, Any] = {}


def script(character: str) -> str:
    """Names the script of a character: kanji, hiragana, katakana, latin, digit or other."""
    if "ぁ" <= character <= "ゖ":
        return "hiragana"
    if "ァ" <= character <= "ヺ" or character == "ー" or "ｦ" <= character <= "ﾟ":
        return "katakana"
    if "一" <= character <= "鿿" or character in "々〆ヵヶ":
        return "kanji"
    character = unicodedata.normalize("NFKC", character)[:1]
    if character.isdigit():
        return "digit"
    return "latin" if character.isascii() and character.isalpha() else "other"


class Trie:
    """Prefix tree from sequences of lemmas to lists of rows."""

    def __init__(self) -> None:
        """Makes an empty tree."""
        self._root: dict[str, Any] = {}

    def add(self, key: Iterable[str], row: Row) -> None:
        """Files a row under a key."""
        node = self._root
        for piece in key:
            node = node.setdefault(piece, {})
        node.setdefault(_END, []).append(row)

    def matches(self, sequence: Sequence[str], start: int) -> Sequence[tuple[int, list[Row]]]:
        """Returns ``(end, rows)`` for every key that begins at ``start``, shortest first."""
        node = self._root.get(sequence[start])
        return () if node is None else _walk(node, sequence, start + 1)


class NameTrie:
    """Prefix tree from folded names to lists of rows.

    At most places of a text no name begins. One look at the first letters together says so,
    where a walk letter by letter would need several.
    """

    def __init__(self, opening: int) -> None:
        """Makes an empty tree.

        Args:
            opening: Number of letters looked at together; shorter names are allowed too.
        """
        self._opening = opening
        self._openings: dict[str, Any] = {}
        self._short: dict[str, list[Row]] = {}
        self._short_begin: set[str] = set()

    def add(self, key: str, row: Row) -> None:
        """Files a row under a folded name."""
        if len(key) < self._opening:
            self._short.setdefault(key, []).append(row)
            self._short_begin.add(key[:1])
            return
        node = self._openings.setdefault(key[: self._opening], {})
        for letter in key[self._opening :]:
            node = node.setdefault(letter, {})
        node.setdefault(_END, []).append(row)

    def matches(self, text: str, start: int) -> Sequence[tuple[int, list[Row]]]:
        """Returns ``(end, rows)`` for every name that begins at ``start``, shortest first."""
        opening = text[start : start + self._opening]
        node = self._openings.get(opening)
        longer = () if node is None else _walk(node, text, start + self._opening)
        if opening[:1] not in self._short_begin:
            return longer
        shorter = [
            (start + length, rows)
            for length in range(1, min(self._opening, len(opening) + 1))
            if (rows := self._short.get(opening[:length]))
        ]
        return [*shorter, *longer] if shorter else longer


def _walk(
    node: dict[str, Any], sequence: Sequence[str], start: int
) -> Sequence[tuple[int, list[Row]]]:
    """Returns ``(end, rows)`` for every key that goes on from a node at ``start``."""
    found = [(start, node[_END])] if _END in node else []
    for index in range(start, len(sequence)):
        node = node.get(sequence[index], _NOTHING)
        if _END in node:
            found.append((index + 1, node[_END]))
        elif not node:
            break
    return found


#: What may follow a two-kana country name typed in hiragana (たい, ちり, らお …).
_AFTER_SHORT_KANA = (
    "の",
    "と",
    "に",
    "で",
    "は",
    "や",
    "を",
    "へ行",
    "、",
    "。",
    "?",
    "？",
    "って",
    "か、",
)
_BEFORE_SHORT_KANA = ("と", "や", "、", "。", "り", " ", "　", "\n", "ぱ", "の")
#: Katakana words that are joined to a country without a border Sudachi would see.
_JOINED = (
    "ビジネス",
    "デスク",
    "オフィス",
    "プロジェクト",
    "マーケット",
    "バンコク",
    "ハノイ",
    "ホーチミン",
    "サイド",
)


def borders_hold(
    text: str,
    start: int,
    end: int,
    alias: str,
    token_borders: set[int],
    *,
    respelt: bool = False,
    exact: bool = False,
) -> bool:
    """Decides whether a folded hit is a word of its own.

    Katakana and Latin names must not go on in the same script unless a token ends there, names
    typed in a different kana must be long enough to be no accident, and short kanji names must
    fall on token borders.

    Args:
        text: The original text.
        start: First character of the hit.
        end: One after its last.
        alias: The dictionary spelling.
        token_borders: Offsets at which Sudachi sees a border.
        respelt: True for a message typed wholly in katakana, where the script says nothing.
        exact: True for a word that counts only as spelt in the dictionary (タイヤ, not タイや).

    Returns:
        True if the hit stands by itself.
    """
    surface = text[start:end]
    if exact:
        return unicodedata.normalize("NFKC", surface) == alias
    first, last = script(surface[0]), script(surface[-1])
    before = script(text[start - 1]) if start else "other"
    after = script(text[end]) if end < len(text) else "other"
    if first == "latin" and (before in ("latin", "digit")):
        return False
    if last == "latin" and after in ("latin", "digit"):
        return False
    whole = start in token_borders and end in token_borders
    if respelt and last != "latin":
        length = len(fold_key(surface))
        return whole or length > 3 or (length == 3 and start == 0)
    if first == "katakana" and before == "katakana" and not whole:
        return False
    if last == "katakana" and after == "katakana" and not whole:
        return text.startswith(_JOINED, end)
    length = len(fold_key(surface))
    if all(script(character) in ("hiragana", "other") for character in surface):
        typed_otherwise = script(alias[0]) != "hiragana"
        if length <= 2 and typed_otherwise:
            return (start == 0 or text[start - 1] in _BEFORE_SHORT_KANA) and (
                end == len(text) or text.startswith(_AFTER_SHORT_KANA, end)
            )
        if length == 3:
            return whole or start == 0 or (start in token_borders and before != "kanji")
        return length > 3 or whole
    if first == "kanji" and length <= 3:
        return (start in token_borders or before != "kanji") and (
            end in token_borders or after != "kanji"
        )
    return True


_LONG_VOWELS = "ーｰ"
#: A name does not end before these: かいし is no part of かいしゃ.
_SMALL = frozenset("ゃゅょぁぃぅぇぉャュョァィゥェォ")
#: What may follow the nickname of a place (尼で, 堺の); むろん「尼さん」 is none.
_AFTER_NICKNAME = re.compile(
    r"$|[\s、。，．!！?？/／・]|の(?!方|ほう)|で|に(?!なる)|から(?!い)|や(?!ろ)|っす|なん|より|も|は|が|を|へ"
)


def nickname_holds(
    text: str, start: int, end: int, alias: str, token_borders: Collection[int]
) -> bool:
    """Decides whether a place is called by its nickname here.

    Args:
        text: The original text.
        start: First character of the hit.
        end: One after its last.
        alias: The nickname as written in the dictionary; in another script it is another word.
        token_borders: Offsets at which Sudachi sees a border.
    """
    if unicodedata.normalize("NFKC", text[start:end]) != alias:
        return False
    if start not in token_borders or (start and script(text[start - 1]) == script(text[start])):
        return False
    whole = end - start > 2 and end in token_borders
    return whole or bool(_AFTER_NICKNAME.match(text, end))


def surface_hits(
    folded: Folded, trie: NameTrie, text: str, token_borders: set[int], respelt: bool
) -> Iterator[tuple[int, int, list[Row]]]:
    """Yields ``(start, end, rows)`` in original offsets for every acceptable name."""
    sequence = folded.text
    for index in range(len(sequence)):
        for stop, rows in trie.matches(sequence, index):
            start, end = folded.starts[index], folded.ends[stop - 1]
            # Folding drops the long vowel mark, which ends many names (ミャンマー).
            while end < len(text) and text[end] in _LONG_VOWELS:
                end += 1
            if end < len(text) and text[end] in _SMALL:
                continue
            nicknames = [row for row in rows if row.form == NICKNAME]
            good = [
                row
                for row in nicknames
                if nickname_holds(text, start, end, row.alias, token_borders)
            ] or [
                row
                for row in rows
                if row.form != NICKNAME
                and (row.entity != "reference" or respelt or start in token_borders)
                and borders_hold(
                    text,
                    start,
                    end,
                    row.alias,
                    token_borders,
                    respelt=respelt,
                    exact=row.entity == BLOCKED_ENTITY,
                )
            ]
            if good:
                yield start, end, good
