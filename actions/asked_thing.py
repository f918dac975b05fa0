"""What a question asks for, in its own words: a reader looks for them in an honest no."""

from __future__ import annotations

import re
from typing import Any

from actions.turn import Clause, Turn, speaks_of_itself

_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞"})
_PLACES = ("country", "prefecture", "city", "region")
_OF = "の"
#: Hiragana is cut into words that are none.
_HIRAGANA = re.compile("[ぁ-んー]+")
#: Nouns that only join sentences.
_SAYS_LITTLE = frozenset(
    {"場合", "時", "件", "方", "中", "予定", "人", "今", "年", "毎年", "今年"}
    | {"やつ", "奴", "もの", "物", "こと", "事", "とこ", "ところ"}
)
#: Answers to what is asked for, rather than its name.
_NO_NAMES = frozenset({"無料", "有料", "タダ", "英語", "日本語", "現地語"})
#: A shorter name says too little.
_LEAST = 2
#: A longer one is rather a sentence.
_MOST = 24
#: What is counted, and what its number is called.
_NUMBERS = (
    (re.compile("何(社|しゃ)"), "社数"),
    (re.compile("何(人|名)|なんにん"), "人数"),
    (re.compile("何件"), "件数"),
    (re.compile("何(か国|カ国|ヶ国|ヵ国)"), "国の数"),
    (re.compile("何回|何度"), "回数"),
    (re.compile("何(日|週間|か月|カ月|ヶ月|ヵ月|年間|年くらい|年ぐらい)"), "期間"),
    (re.compile("何時間"), "時間"),
    (re.compile("何(％|%|パー|割)"), "割合"),
    (re.compile("いくら|なんぼ|何円|何ドル|何万"), "金額"),
)
#: Nouns that are the name of a number by themselves (予算額).
_IS_A_NUMBER = re.compile(
    "(額|料|費|代|率|数|量|価格|値段|年齢|面積|相場|期間|日数|利子|金利|予算)$"
)
_ENDS = re.compile(
    r"(って|は|を|の|が)*(教えて|知りたい|いくら|なんぼ|どのくらい|どれくらい|どのぐらい|どれぐらい|何|なん)?"
    r"[ぁ-んー。、？?！!]*$"
)
_ASKED_OF = re.compile(
    r"(?:って|は|が|を|の|も|、|\s)*(?:今まで|これまで|毎年|年に?|月に?|全部で|だいたい)*$"
)


def as_asked(clause: Clause, kind: str, turn: Turn) -> str | None:
    """Returns the words a topic or property is asked for by, with what belongs to its name.

    「就労ビザの更新」 is told rather than 「ビザ・労働許可」, and 「会費」 rather than 「利用料」.

    Args:
        clause: The question.
        kind: ``topic`` or ``attribute``.
        turn: The turn it belongs to.

    Returns:
        A noun phrase as typed; None where the question says it in other words than nouns.
    """
    for one in clause.entities:
        said = str(one.get("text") or "")
        start = clause.text.find(said) if said else -1
        if one["entity"] != kind or start < 0 or _HIRAGANA.fullmatch(said):
            continue
        phrase = _noun_phrase(clause, start, start + len(said), turn)
        if phrase is not None:
            return phrase
    return None


def asked_number(clause: Clause, text: str, turn: Turn) -> str | None:
    """Returns what a number that is asked for is called (職員の人数 for 「職員何人いるの」).

    Args:
        clause: The question.
        text: Its words without the names of records and countries.
        turn: The turn it belongs to.
    """
    for words, name in _NUMBERS:
        asked = words.search(text)
        if asked is None:
            continue
        before = _ASKED_OF.sub("", text[: asked.start()])
        noun = _last_noun(before, turn)
        if noun is None:
            return name
        return noun if _IS_A_NUMBER.search(noun) else f"{noun}の{name}"
    return None


def asked_last(text: str, turn: Turn) -> str | None:
    """Returns the number a question ends with (資本金の最低額 for 「…資本金の最低額は？」).

    Args:
        text: The question.
        turn: The turn it belongs to.
    """
    noun = _last_noun(_ENDS.sub("", text), turn)
    if noun is None or not _IS_A_NUMBER.search(noun):
        return None
    of = _last_noun(_ENDS.sub("", text)[: -len(noun)].removesuffix(_OF), turn)
    joined = f"{of}{_OF}{noun}"
    return joined if of and text.find(joined) >= 0 and len(joined) <= _MOST else noun


def _last_noun(text: str, turn: Turn) -> str | None:
    noun = ""
    for token in reversed(turn.knowledge.analyser.tokens(text)):
        if token.pos not in _NOUNS:
            break
        noun = token.surface + noun
    return noun if _LEAST <= len(noun) <= _MOST else None


def _noun_phrase(clause: Clause, start: int, end: int, turn: Turn) -> str | None:
    """The nouns around a span, with a place before and one noun behind joined by の."""
    tokens = turn.knowledge.analyser.tokens(clause.text)
    inside = [place for place, one in enumerate(tokens) if one.end > start and one.start < end]
    if not inside or not all(_names(tokens[place]) for place in inside):
        # What stands behind a word may change how it is cut (「日当って」).
        said = clause.text[start:end]
        alone = turn.knowledge.analyser.tokens(said)
        is_noun = len(alone) > 1 and all(map(_names, alone))
        return _place_before(clause, start) + said if is_noun else None
    first, last = inside[0], inside[-1]
    while first > 0 and _goes_on(tokens[first - 1]):
        first -= 1
    while last + 1 < len(tokens) and _goes_on(tokens[last + 1]):
        last += 1
    if first > 1 and tokens[first - 1].surface == _OF and _goes_on(tokens[first - 2]):
        before = first - 2
        while before > 0 and _goes_on(tokens[before - 1]):
            before -= 1
        owner = clause.text[tokens[before].start : tokens[first].start]
        first = first if _is_named_already(owner, clause) else before
    behind = last + 2
    if behind < len(tokens) and tokens[last + 1].surface == _OF and _goes_on(tokens[behind]):
        while behind < len(tokens) and _goes_on(tokens[behind]):
            behind += 1
        last = behind - 1
    phrase = clause.text[tokens[first].start : tokens[last].end]
    phrase = _place_before(clause, tokens[first].start) + phrase
    is_name = _LEAST <= len(phrase) <= _MOST and phrase not in _NO_NAMES
    return phrase if is_name else None


def _is_named_already(owner: str, clause: Clause) -> bool:
    """True for the company itself, and for a record, which the answer names anyway."""
    records = [one for one in clause.entities if one["entity"] == "record"]
    named = any(
        str(one.get("text") or owner) in owner or owner.rstrip(_OF) in str(one.get("text"))
        for one in records
    )
    return named or speaks_of_itself(owner)


def _goes_on(token: Any) -> bool:
    """True for a noun that belongs to the name beside it; hiragana rather joins sentences."""
    return (
        token.pos in _NOUNS
        and token.surface not in _SAYS_LITTLE
        and not _HIRAGANA.fullmatch(token.surface)
    )


def _names(token: Any) -> bool:
    return token.pos in _NOUNS or token.surface in (_OF, "・", "／", "/", "-")


def _place_before(clause: Clause, start: int) -> str:
    """A country or place right before (「東京都の」), which belongs to the name."""
    for one in clause.entities:
        said = f"{one.get('text') or ''}{_OF}"
        if one["entity"] in _PLACES and clause.text[:start].endswith(said) and len(said) > 1:
            return said
    return ""
