"""A trade told as a bare noun (「もずく」「歯ブラシ」), whatever the form was asking for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.patterns import pattern
from actions.turn import Clause, asks
from knowledge.analysis import Analyser

#: Intents that a noun unknown to the classifier is given.
_UNCLEAR = frozenset({"nlu_fallback", "out_of_scope", "ask_outside", "chitchat", "inform"})
#: Confidence below which any other intent is but a guess.
_UNSURE = 0.5
_LONGEST = 16
_ENDS = re.compile(r"(です|でございます|だ|や|やねん|ですわ|とか|など|関係|関連|系)*[。.!！…\s]*$")
_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞", "補助記号"})
#: Nouns of these kinds count or stand for others.
_NO_THING = frozenset({"数詞", "助動詞語幹"})
_PLACES = frozenset({"prefecture", "city", "region"})
_SELF = re.compile(r"^(うち|弊社|当社|自分のところ)(の(方|ほう|会社))?(は|が|も)?[、\s]*")
#: What stands between words set apart, and how many there are at least.
_APART = re.compile(r"[\s、,・/]+")
_LEAST_PARTS = 2
_JOINS = frozenset({"の", "と", "や"})


def is_no_trade(words: str) -> bool:
    """True for words that name no product or trade by themselves (会社, お願い, 全然).

    Args:
        words: What was taken for the trade.
    """
    return bool(pattern("no_trade").search(words)) or not any(
        one.pos in ("名詞", "動詞", "形状詞") for one in Analyser().tokens(words)
    )


def trade_alone(clauses: Sequence[Clause], places: bool = False) -> str | None:
    """Returns the noun phrase that is all of a message with nothing known in it.

    Args:
        clauses: Parts of the message.
        places: True where names of places may stand before it (「うちは奈良で木材です」).
    """
    if len(clauses) != 1:
        return None
    clause = clauses[0]
    words = clause.text.strip()
    named = {one["entity"] for one in clause.entities}
    if places and named and named <= _PLACES:
        words = _SELF.sub("", words)
        for one in clause.entities:
            name = one.get("text") or ""
            words = re.sub(re.escape(name) + "(で|の|に|、)+", "", words)
            if name in words:
                return None
        named = set()
    words = _ENDS.sub("", words)
    unclear = clause.intent in _UNCLEAR or clause.confidence < _UNSURE
    if not unclear or named or asks(clause.text):
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


def trade_listed(clauses: Sequence[Clause]) -> str | None:
    """Returns the noun in which nothing is known, among words set apart (「新潟 米菓」).

    Args:
        clauses: Parts of the message.
    """
    if len(clauses) != 1 or clauses[0].intent != "inform":
        return None
    named = [one.get("text") or "" for one in clauses[0].entities]
    parts = [part for part in _APART.split(clauses[0].text.strip()) if part]
    if len(parts) < _LEAST_PARTS or not any(_is_all_names(part, named) for part in parts):
        return None
    for part in parts:
        if len(part) > _LONGEST or any(one and one in part for one in named) or is_no_trade(part):
            continue
        tokens = Analyser().tokens(part)
        if all(one.pos in _NOUNS and one.detail not in _NO_THING for one in tokens):
            return part
    return None


def _is_all_names(part: str, named: Sequence[str]) -> bool:
    """True for 「石巻」 and for 「宮城の石巻」."""
    return all(one in named for one in part.split("の"))
