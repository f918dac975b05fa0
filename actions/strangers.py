"""Things a question is about that the material has nowhere (「賃上げ減税ってうちも使える？」)."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from actions.fact_ranking import Ranking, asked_attributes
from actions.fact_signs import is_kana
from actions.turn import Clause, Turn, speaks_of_itself

_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞"})
#: Particles that make a noun the subject of a question; nothing behind it does so as well.
_MAKES_SUBJECT = ("って", "とは", "とか", "は", "が", "の", "も", "")
_AID = re.compile(r"補助金?|助成金?|給付金|奨励金|支援金|減税|税額控除|融資")
#: A shorter word is rather a slip of the pen.
_LEAST = 2
#: Question words that stand right behind a noun (商品いくら).
_ASKS = re.compile(r"(いくら|なんぼ|何[^ァ-ヶ一-龠]?|いつ|どこ|どれ|誰)+$")
#: Nouns that only join sentences, cut together with what stands behind them (送金するとき税金).
_JOINS = re.compile(r"^(とき|こと|もの|ため|うち|ところ|ほう|場合|時)(?=[^ぁ-ん])")
#: Confidence of a ranking from which its facts answer, whatever the subject is called.
_SURE = 0.6
#: Probability of a question beyond the material from which an unknown subject settles it.
_DOUBTFUL = 0.5
#: Share from which a fact is meant though its subject is named in strange words.
_STANDS_OUT = 0.1


#: A sum of money, which is no name.
_AMOUNT = re.compile(r"[0-9０-９,，.]+[百千万億]*(円|ドル|元|バーツ)?")


def unknown_subject(clause: Clause, turn: Turn) -> str | None:
    """Returns the subject of a question where its name holds hardly a word of the material.

    Args:
        clause: The question; one that names nothing goes on from the clause before it.
        turn: The turn it belongs to.
    """
    runs = [
        (nouns, "".join(token.surface for token in group))
        for nouns, group in groupby(
            turn.knowledge.analyser.tokens(clause.text), key=lambda token: token.pos in _NOUNS
        )
    ]
    for (nouns, text), (_, behind) in pairwise([*runs, (False, "")]):
        if nouns and len(text) > _LEAST and behind.lstrip().startswith(_MAKES_SUBJECT):
            return text if _is_unknown(text, clause, turn) else None
    before = clause.goes_on_from
    return unknown_subject(before, turn) if before is not None else None


def strange_phrase(text: str, turn: Turn) -> str | None:
    """Returns the last noun phrase that holds a noun the material has nowhere.

    What is asked for stands behind what only sets the scene (源泉税 in 「子会社の配当に源泉税は」);
    a noun joined to it by の belongs to its name (保険料の相場).

    Args:
        text: The question without the names of records and countries.
        turn: The turn it belongs to.
    """
    runs = [
        (nouns, "".join(token.surface for token in group))
        for nouns, group in groupby(
            turn.knowledge.analyser.tokens(text), key=lambda token: token.pos in _NOUNS
        )
    ]
    for place in range(len(runs) - 1, -1, -1):
        nouns, said = runs[place]
        phrase = _JOINS.sub("", _ASKS.sub("", said))
        unknown = turn.knowledge.unknown_words(phrase) if nouns else []
        if len(phrase) < _LEAST or not any(len(one) >= _LEAST for one in unknown):
            continue
        if _AMOUNT.fullmatch(phrase):
            # What something costs is told, not asked about (「設備に500万円かかったら補助は」).
            continue
        before = runs[place - 2][1] if place >= _LEAST and runs[place - 1][1] == "の" else ""
        named = len(before) >= _LEAST and not speaks_of_itself(before)
        return f"{before}の{phrase}" if named else phrase
    return None


def is_of_a_stranger(clause: Clause, ranking: Ranking, turn: Turn) -> bool:
    """True for a question that no fact answers surely, about a thing the material has nowhere.

    Who only asks in words of his own (「win-winの関係って」) means something of the material.

    Args:
        clause: The question.
        ranking: The facts that may answer it.
        turn: The turn it belongs to.
    """
    if ranking.confidence >= _SURE:
        return False
    beyond = max(clause.outside, clause.goes_on_from.outside if clause.goes_on_from else 0.0)
    # Pure kana is cut into words that are none.
    asked = bool(asked_attributes(clause)) and not is_kana(clause.text)
    only_asked = asked and ranking.facts[0].share < _STANDS_OUT
    return (beyond >= _DOUBTFUL or only_asked) and unknown_subject(clause, turn) is not None


def unknown_aid(clause: Clause, turn: Turn) -> bool:
    """True for aid by a name the material has nowhere (「大阪府の賃上げ補助」)."""
    for aid in _AID.finditer(clause.text):
        tokens = turn.knowledge.analyser.tokens(clause.text[: aid.end()])
        name: list[str] = []
        for token in reversed(tokens):
            if token.pos not in _NOUNS:
                break
            name.insert(0, token.surface)
        unknown = turn.knowledge.unknown_words("".join(name))
        if any(len(one) >= _LEAST for one in unknown):
            return True
    return False


def _is_unknown(noun: str, clause: Clause, turn: Turn) -> bool:
    if noun.islower() or any(_overlap(one, noun) for one in clause.entities):
        # A foreign word in small letters is one's own word for something (「win-winの」).
        return False
    unknown = [one for one in turn.knowledge.unknown_words(noun) if len(one) >= _LEAST]
    return sum(map(len, unknown)) * 2 >= len(noun)


def _overlap(entity: dict[str, object], noun: str) -> bool:
    said = str(entity.get("text") or "")
    return entity["entity"] != "business" and bool(said) and (said in noun or noun in said)
