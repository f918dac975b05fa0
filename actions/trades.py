"""A trade told as a bare noun (「もずく」「歯ブラシ」), whatever the form was asking for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.patterns import pattern
from actions.turn import Clause, asks
from knowledge.analysis import Analyser

#: Intents that a noun unknown to the classifier is given.
_UNCLEAR = frozenset({"nlu_fallback", "out_of_scope", "ask_outside", "chitchat", "inform"})
_LONGEST = 16
_ENDS = re.compile(r"(です|でございます|だ|や|やねん|ですわ|とか|など|関係|関連|系)*[。.!！…\s]*$")
_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞", "補助記号"})
#: Nouns of these kinds count or stand for others.
_NO_THING = frozenset({"数詞", "助動詞語幹"})
_JOINS = frozenset({"の", "と", "や"})


def is_no_trade(words: str) -> bool:
    """True for words that name no product or trade by themselves (会社, お願い, 全然).

    Args:
        words: What was taken for the trade.
    """
    return bool(pattern("no_trade").search(words)) or not any(
        one.pos in ("名詞", "動詞", "形状詞") for one in Analyser().tokens(words)
    )


def trade_alone(clauses: Sequence[Clause]) -> str | None:
    """Returns the noun phrase that is all of a message with nothing known in it.

    Args:
        clauses: Parts of the message.
    """
    if len(clauses) != 1:
        return None
    clause = clauses[0]
    words = _ENDS.sub("", clause.text.strip())
    if clause.intent not in _UNCLEAR or clause.entities or asks(clause.text):
        return None
    if not 0 < len(words) <= _LONGEST or is_no_trade(words):
        return None
    tokens = Analyser().tokens(words)
    nouns = all(
        (one.pos in _NOUNS and one.detail not in _NO_THING)
        or (one.pos == "助詞" and one.surface in _JOINS)
        for one in tokens
    )
    return words if nouns and tokens[-1].pos in ("名詞", "接尾辞") else None
