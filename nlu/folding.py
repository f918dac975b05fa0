"""Folding of Japanese spelling for comparison, with the way back to the original text.

Full and half width, upper and lower case, hiragana and katakana, long vowel marks, spaces,
dots, hyphens, brackets and old character forms are ways to type the same name. Names are
compared in the folded form; offsets always point into the text as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_OLD_TO_NEW = dict(
    zip(
        "國會學澤濱廣龍髙﨑櫻縣淺邊邉齊齋應經濟發對萬圓藏寶鐵驛關檢藝禮專區號處",
        "国会学沢浜広竜高崎桜県浅辺辺斉斎応経済発対万円蔵宝鉄駅関検芸礼専区号処",
        strict=True,
    )
)
_DROPPED = frozenset(
    "ー・･-‐‑–—―−~〜～_.'’`\"“”「」『』【】［］()（）<>〈〉《》/／&＆ 　\t\u200b\ufe0f"
)
SOUND_MARKS = {"ﾞ": "\u3099", "ﾟ": "\u309a", "゛": "\u3099", "゜": "\u309a"}
SOUND_MARKS.update({mark: mark for mark in ("\u3099", "\u309a")})
_cache: dict[str, str] = {}


class Folded(NamedTuple):
    """A folded text.

    Attributes:
        text: The folded characters.
        starts: For each folded character, where its source begins in the original text.
        ends: For each folded character, where its source ends.
    """

    text: str
    starts: list[int]
    ends: list[int]


def _fold_character(character: str) -> str:
    folded = []
    for piece in unicodedata.normalize("NFKC", character).lower():
        if piece in _DROPPED:
            continue
        if "ァ" <= piece <= "ヶ":
            piece = chr(ord(piece) - 0x60)
        folded.append(_OLD_TO_NEW.get(piece, piece))
    return "".join(folded)


def fold(text: str) -> Folded:
    """Folds a text character by character.

    Args:
        text: Any text.

    Returns:
        The folded text with offsets into ``text``.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        folded = _cache.get(character)
        if folded is None:
            mark = SOUND_MARKS.get(character)
            if mark is not None:
                if out:
                    joined = unicodedata.normalize("NFC", out[-1] + mark)
                    if len(joined) == 1:
                        out[-1] = joined
                        ends[-1] = index + 1
                continue
            folded = _fold_character(character)
            if len(_cache) < 20_000:
                _cache[character] = folded
        if len(folded) == 1:
            out.append(folded)
            starts.append(index)
            ends.append(index + 1)
        else:
            for piece in folded:
                out.append(piece)
                starts.append(index)
                ends.append(index + 1)
    return Folded("".join(out), starts, ends)


@lru_cache(maxsize=65_536)
def fold_key(text: str) -> str:
    """Returns the folded form alone, for dictionary keys; names and readings repeat."""
    return fold(text).text


_KATAKANA_SENTENCE = re.compile(
    r"デス|マス|ッテ|ナニ|ナン|ドコ|イツ|イクラ|タイ$|クダサイ|オシエ|[ノハヲガニデト]"
)
_LEAST_LETTERS = 7


def respell(text: str) -> Folded | None:
    """Rewrites a message typed wholly in katakana (ﾓﾋﾞｵﾊﾄﾞｺﾃﾞｽｶ) in hiragana.

    Sudachi takes a run of katakana for one foreign word; in hiragana it finds the words.

    Args:
        text: A message.

    Returns:
        The hiragana spelling with offsets, or None where the message is not of this kind.
    """
    plain = unicodedata.normalize("NFKC", text)
    letters = sum("ァ" <= character <= "ヺ" for character in plain)
    if letters < _LEAST_LETTERS or any(
        "ぁ" <= character <= "ゖ" or "一" <= character <= "鿿" for character in plain
    ):
        return None
    if not _KATAKANA_SENTENCE.search(plain):
        return None
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        mark = SOUND_MARKS.get(character)
        joined = unicodedata.normalize("NFC", out[-1] + mark) if mark and out else ""
        if len(joined) == 1:
            out[-1] = joined
            ends[-1] = index + 1
            continue
        for piece in unicodedata.normalize("NFKC", character):
            out.append(chr(ord(piece) - 0x60) if "ァ" <= piece <= "ヶ" else piece)
            starts.append(index)
            ends.append(index + 1)
    return Folded("".join(out), starts, ends)
