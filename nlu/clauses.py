"""Splitting a message into clauses that may each carry an intent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.sudachi_tokenizer import DETAIL, POS

_SENTENCE_END = re.compile(r"[。！？!?\n\r…]+|(?<=[^\d])\.{2,}")
#: Conjunctive particles behind which a new statement or question begins.
_CONJUNCTIONS = frozenset(
    {
        "が",
        "けど",
        "けれど",
        "けども",
        "けれども",
        "ので",
        "んで",
        "し",
        "から",
        "さかい",
        "やけど",
        "のに",
    }
)
#: Adverbs that open the next question (タイの人口と、あとMOBIOの場所).
_OPENERS = frozenset({"あと", "それと", "それから", "ついでに", "ちなみに", "また", "で"})
_MIN_BEFORE, _MIN_AFTER = 6, 4


def split(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Splits a message at sentence ends, conjunctive particles and words that open a new point.

    Args:
        text: The message.
        tokens: Its tokens.

    Returns:
        ``(start, end)`` of each clause; always at least one for a message with tokens.
    """
    cuts: list[int] = [match.end() for match in _SENTENCE_END.finditer(text)]
    previous_cut = 0
    for index, token in enumerate(tokens[:-1]):
        following = tokens[index + 1]
        cut = None
        if token.text in _CONJUNCTIONS and token.data[POS] == "助詞":
            if token.data[DETAIL] == "接続助詞" or following.text == "、":
                cut = following.end if following.text in "、," else token.end
        elif token.text == "、" and following.text in _OPENERS:
            cut = token.end
        if cut is None:
            continue
        earlier = max([c for c in cuts if c <= token.start], default=previous_cut)
        if cut - earlier >= _MIN_BEFORE and len(text) - cut >= _MIN_AFTER:
            cuts.append(cut)
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in sorted({*cuts, len(text)}):
        if any(
            start <= token.start and token.end <= cut and token.data[POS] != "補助記号"
            for token in tokens
        ):
            spans.append((start, cut))
            start = cut
        elif spans:
            spans[-1] = (spans[-1][0], cut)
            start = cut
    return spans
