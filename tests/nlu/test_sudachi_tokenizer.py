"""Tokens keep the surface and its place; lemmas fold spelling."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException

from nlu.sudachi_tokenizer import SudachiTokenizer

Tokenize = Callable[[str], list[Any]]


@pytest.mark.parametrize(
    "text",
    [
        "ＪＥＴＲＯ　ﾍﾞﾄﾅﾑの窓口…",
        "ODA案件化調査、JICAへ",
        "株式会社①㈱😊です",
        "ﾓﾋﾞｵﾊﾄﾞｺﾃﾞｽｶ",
        "a" * 50_000,
    ],
)
def test_surfaces_stand_where_the_offsets_say(tokenize: Tokenize, text: str) -> None:
    tokens = tokenize(text)
    assert tokens
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))


def test_spelling_variants_share_a_lemma(tokenize: Tokenize) -> None:
    assert tokenize("ﾍﾞﾄﾅﾑ")[0].lemma == tokenize("ベトナム")[0].lemma


def test_blank_messages_have_no_tokens(tokenize: Tokenize) -> None:
    assert tokenize(" 　\n") == []


def test_a_token_pattern_is_refused_early() -> None:
    with pytest.raises(InvalidConfigException, match="token_pattern"):
        SudachiTokenizer({**SudachiTokenizer.get_default_config(), "token_pattern": "x"})
