"""Rewrites an utterance by one phenomenon at a time; what it asks for stays the same.

Every rewrite is deterministic: what it picks depends on the text alone. A rewrite returns None
where the phenomenon does not apply (no particle to drop, no word with two spellings).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import yaml

from knowledge.analysis import Analyser, Token

Rewrite = Callable[[str, Random], str | None]

_ANALYSER = Analyser()
_KANJI = re.compile(r"[一-鿿々]")
_CLOSING = re.compile(r"[。．？?！!…\s]+$")
_PUNCTUATION = re.compile(r"[、。，．？?！!…・「」（）()\s]+")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)} | {32: 0x3000}
_KATAKANA = (
    "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ"
    "タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_HALF_KATAKANA = "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_VOICED = dict(
    zip(
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ",
        "カキクケコサシスセソタチツテトハヒフヘホウ",
        strict=True,
    )
)
_SEMI_VOICED = dict(zip("パピプペポ", "ハヒフヘホ", strict=True))
_SMALL_TO_LARGE = dict(zip("ゃゅょっャュョッ", "やゆよつヤユヨツ", strict=True))
_DROPPED_PARTICLES = frozenset("はがをに")


def _half_width_table() -> dict[int, str]:
    plain = dict(zip(_KATAKANA, _HALF_KATAKANA, strict=True))
    table = {ord(key): value for key, value in plain.items()}
    table |= {ord(key): plain[base] + "ﾞ" for key, base in _VOICED.items()}
    table |= {ord(key): plain[base] + "ﾟ" for key, base in _SEMI_VOICED.items()}
    return table


_HALF_WIDTH = _half_width_table()


@cache
def spellings() -> dict[str, Any]:
    """Reads the word lists of the rewrites."""
    lists: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("spellings.yml").read_text(encoding="utf-8")
    )
    return lists


def full_width(text: str, choose: Random) -> str | None:
    """Types letters, figures and marks full width."""
    return text.translate(_FULL_WIDTH)


def half_width(text: str, choose: Random) -> str | None:
    """Types katakana half width."""
    return text.translate(_HALF_WIDTH)


def hiragana(text: str, choose: Random) -> str | None:
    """Types words with kanji by their sound."""
    return _respell(text, lambda token: token.reading if _KANJI.search(token.surface) else None)


def katakana(text: str, choose: Random) -> str | None:
    """Types the whole message in katakana."""
    spoken = hiragana(text, choose) or text
    return spoken.translate(_HIRAGANA_TO_KATAKANA)


def okurigana(text: str, choose: Random) -> str | None:
    """Writes inflected endings as others write them."""
    return _replace(text, spellings()["okurigana"], most=2)


def politer(text: str, choose: Random) -> str | None:
    """Raises the level of politeness of the ending."""
    return _new_ending(text, spellings()["politer"])


def plainer(text: str, choose: Random) -> str | None:
    """Lowers the level of politeness of the ending."""
    return _new_ending(text, spellings()["plainer"])


def dropped_particles(text: str, choose: Random) -> str | None:
    """Leaves out は, が, を and に, as in messages typed on a phone."""
    tokens = _ANALYSER.tokens(text)
    kept = list(text)
    for token, following in pairwise(tokens):
        # 「では」「には」「とは」 and an ending は keep their particle: without it, another phrase.
        if (
            token.pos == "助詞"
            and token.surface in _DROPPED_PARTICLES
            and following.pos not in {"助詞", "助動詞", "補助記号"}
            and _before(tokens, token).pos in {"名詞", "接尾辞", "代名詞"}
        ):
            kept[token.start : token.end] = [""] * (token.end - token.start)
    return "".join(kept)


def homophones(text: str, choose: Random) -> str | None:
    """Converts one word to another word of the same sound."""
    return _replace(text, spellings()["homophones"], most=1)


def fillers(text: str, choose: Random) -> str | None:
    """Begins with a filler word, and has another behind the first comma."""
    words = spellings()["fillers"]
    head, comma, rest = text.partition("、")
    inside = f"{head}、{choose.choice(words)}{rest}" if comma else text
    return choose.choice(words) + inside


def word_order(text: str, choose: Random) -> str | None:
    """Says the topic or the object last: 人口は何人ですか → 何人ですか、人口は."""
    body = _CLOSING.sub("", text)
    if "。" in body or "、" in body:
        return None
    tokens = _ANALYSER.tokens(body)
    for token, following in pairwise(tokens):
        turning = token.pos == "助詞" and token.surface in {"は", "を", "って"}
        if turning and following.pos != "助詞" and token.start >= 2:
            return f"{body[token.end :]}、{body[: token.end]}"
    return None


def emoji(text: str, choose: Random) -> str | None:
    """Puts an emoji or a face in the middle and at the end."""
    face = choose.choice(spellings()["emoji"])
    return text.replace("、", face, 1) + choose.choice(spellings()["emoji"])


def ending(text: str, choose: Random) -> str | None:
    """Adds お願いします."""
    return _CLOSING.sub("", text) + choose.choice(spellings()["endings"])


def marks(text: str, choose: Random) -> str | None:
    """Types spaces for punctuation, a line break, and too many marks at the end."""
    bare = _PUNCTUATION.sub("　", _CLOSING.sub("", text))
    return choose.choice(["\n", " ", "　"]) + bare + choose.choice(["？？", "!!", "…", "。。", " "])


def slip(text: str, choose: Random) -> str | None:
    """Slips once: a long vowel left out, a small kana typed large, a kana typed twice."""
    places = [index for index, letter in enumerate(text) if letter == "ー"]
    if places:
        place = choose.choice(places)
        return text[:place] + text[place + 1 :]
    places = [index for index, letter in enumerate(text) if letter in _SMALL_TO_LARGE]
    if places:
        place = choose.choice(places)
        return text[:place] + _SMALL_TO_LARGE[text[place]] + text[place + 1 :]
    places = [index for index, letter in enumerate(text) if "ぁ" <= letter <= "ん"]
    if places:
        place = choose.choice(places)
        return text[:place] + text[place] + text[place:]
    return None


REWRITES: dict[str, Rewrite] = {
    "全角英数": full_width,
    "半角カナ": half_width,
    "ひらがな": hiragana,
    "カタカナ": katakana,
    "送り仮名": okurigana,
    "敬語を上げる": politer,
    "敬語を下げる": plainer,
    "助詞抜き": dropped_particles,
    "同音の誤変換": homophones,
    "言いよどみ": fillers,
    "語順": word_order,
    "絵文字": emoji,
    "お願いします": ending,
    "記号と空白": marks,
    "打ち間違い": slip,
}


def rewrites(text: str, intent: str) -> Iterator[tuple[str, str]]:
    """Yields every phenomenon that applies with the text rewritten by it.

    Args:
        text: An utterance.
        intent: What it is for; after some, お願いします would say something else.
    """
    for name, rewrite in REWRITES.items():
        if name == "お願いします" and intent in spellings()["no_ending"]:
            continue
        rewritten = rewrite(text, Random(zlib.crc32(f"{name}{text}".encode())))
        if rewritten and rewritten != text:
            yield name, rewritten


def _respell(text: str, spell: Callable[[Token], str | None]) -> str:
    kept = list(text)
    for token in _ANALYSER.tokens(text):
        respelled = spell(token)
        if respelled:
            kept[token.start : token.end] = [respelled] + [""] * (token.end - token.start - 1)
    return "".join(kept)


def _replace(text: str, pairs: list[list[str]], most: int) -> str:
    others = dict(pairs)
    # One pass, the longest words first, so that no word is written back.
    pattern = "|".join(map(re.escape, sorted(others, key=len, reverse=True)))
    return re.sub(pattern, lambda match: others[match.group()], text, count=most)


def _new_ending(text: str, pairs: list[list[str]]) -> str | None:
    closing = _CLOSING.search(text)
    mark = closing.group() if closing else ""
    body = text[: len(text) - len(mark)]
    for written, other in pairs:
        if body.endswith(written):
            return body[: len(body) - len(written)] + other + mark
    return None


def _before(tokens: list[Token], token: Token) -> Token:
    index = tokens.index(token)
    return tokens[index - 1] if index else token
