"""Features of an utterance: masked words, characters and sounds, linked entities, word vectors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.gazetteer import COVERED
from nlu.grams import Grams
from nlu.mentions import Mention
from nlu.sudachi_tokenizer import CONTENT, READING, SPELLING

#: Sparse channels in fixed order; each is TF-IDF weighted and of unit length by itself.
CHANNELS = ("words", "characters", "sounds", "entities", "previous")
#: Those whose features are n-grams of characters.
GRAM_CHANNELS = frozenset({"characters", "sounds", "previous"})
#: Least lengths of n-grams; the longest have four letters.
_CHARACTERS_LEAST, _SOUNDS_LEAST, _PREVIOUS_LEAST = 1, 2, 2
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_JAPANESE = re.compile(r"[ぁ-ゖ一-鿿々]")
_SILENT = frozenset("。、．，.,!！ 　\n\t「」『』()（）…・~〜♪☆★")
_NO_GRAMS = Grams("", _PREVIOUS_LEAST)
#: One private character for each masked class, so that character n-grams see it as one.
_MASKS: dict[str, str] = {}


class Features(NamedTuple):
    """What the classifier reads.

    Attributes:
        sparse: For each channel, its distinct feature names.
        words: Content words for the dense vectors.
    """

    sparse: tuple[set[str] | Grams, ...]
    words: list[str]


def _mask_character(name: str) -> str:
    character = _MASKS.get(name)
    if character is None:
        # Stable between processes: derived from the name, not from the order of first use.
        character = chr(0xE000 + sum(ord(c) * (i + 1) for i, c in enumerate(name)) % 6000)
        _MASKS[name] = character
    return character


def extract(
    text: str,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    start: int,
    end: int,
    previous: str = "",
) -> Features:
    """Extracts the features of one stretch of a message.

    Args:
        text: The whole message.
        tokens: All its tokens.
        mentions: All its mentions.
        start: First character of the stretch.
        end: One after the last.
        previous: What the bot said before, where the caller knows it.

    Returns:
        Sparse feature names for each channel and the content words.
    """
    inside = [item for item in mentions if start <= item.start and item.end <= end]
    masks = [
        (item.start, item.end, name)
        for item in inside
        if (name := item.mask()) and not any(_contains(item, other) for other in inside)
    ]
    words: list[str] = ["<s>"]
    characters: list[str] = ["^"]
    sounds: list[str] = ["^"]
    content: list[str] = []
    position = 0
    for token in tokens:
        if token.start < start or token.end > end:
            continue
        while position < len(masks) and masks[position][1] <= token.start:
            position += 1
        if position < len(masks) and masks[position][0] < token.end:
            name = masks[position][2]
            character = _mask_character(name)
            if characters[-1] != character or masks[position][0] >= token.start:
                words.append(f"<{name}>")
                characters.append(character)
                sounds.append(character)
            continue
        surface = token.data.get(SPELLING) or token.text
        if surface in _SILENT:
            continue
        words.append(token.lemma)
        characters.append(_shape(surface))
        sounds.append(token.data[READING])
        if token.data[CONTENT]:
            content.append(token.lemma)
    if not _JAPANESE.search(text, start, end):
        # 「ハイ」 and 「ヤメトク」 are typed in katakana for want of conversion.
        characters = [piece.translate(_TO_HIRAGANA) for piece in characters]
    words.append("</s>")
    characters.append("$")
    sounds.append("$")
    return Features(
        (
            {*words, *map(" ".join, pairwise(words))},
            Grams("".join(characters), _CHARACTERS_LEAST),
            Grams("".join(sounds), _SOUNDS_LEAST),
            _entity_features(inside),
            Grams(_width_folded(previous), _PREVIOUS_LEAST) if previous else _NO_GRAMS,
        ),
        content,
    )


def _width_folded(text: str) -> str:
    """Returns a text as typed without what differs by width and case."""
    return unicodedata.normalize("NFKC", text).lower()


#: The same for a word, and words repeat.
_shape = lru_cache(maxsize=32_768)(_width_folded)


def _contains(outer: Mention, inner: Mention) -> bool:
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end


def _entity_features(mentions: Sequence[Mention]) -> set[str]:
    found: set[str] = set()
    classes: set[str] = set()
    for item in mentions:
        for row in item.rows:
            name = row.value.partition(".")[0] if row.entity == "record" else row.entity
            classes.add(name)
            if row.entity in ("attribute", "kind", "stage", "purpose", "applicant"):
                found.add(f"{row.entity}={row.value}")
        if item.entity == "country" and item.rows[0].detail != COVERED:
            classes.add("country:other")
        if item.role:
            classes.add(f"role:{item.role}")
    ordered = sorted(classes)
    found.update(ordered)
    found.update(f"{a}+{b}" for i, a in enumerate(ordered) for b in ordered[i + 1 :])
    found.add("none" if not ordered else "some")
    return found
