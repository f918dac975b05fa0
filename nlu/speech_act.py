"""What a clause does by its grammar: ask, ask to be told, wish, state, or only name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.lexicon import LEXICON
from nlu.mentions import Mention
from nlu.sudachi_tokenizer import DETAIL, POS

_MARKS = frozenset({"補助記号", "記号", "空白"})
#: Final particles that leave the act as it is (ですよね, かなあ).
_SOFTENERS = frozenset({"ね", "よ", "な", "しら", "わ", "や", "さ"})
#: Behind a question word these make it indefinite (何か, どこも, 誰でも, どうか).
_INDEFINITE = frozenset({"か", "も", "でも", "やら"})
#: Counters that 何 stands before.
_COUNTERS = frozenset({"回", "度", "社", "人", "件", "年", "箇所", "か所", "点", "種類"})
_GRAMMAR = frozenset({"助詞", "助動詞", "感動詞", "接続詞"}) | _MARKS
#: Particles that name a topic and leave the question open (賃金は, MOBIOって).
_TOPIC = frozenset({"は", "って"})
#: Final particles that wonder (なんけ, なんな).
_WONDERING = _SOFTENERS | {"け", "ねん", "と"}
#: Words that show somebody to a door, and how far behind it they stand.
_INTRODUCING, _BEFORE_INTRODUCING = frozenset({"紹介", "案内"}), 3
#: Verbs of what is quoted before them.
_QUOTING = frozenset({"言う", "聞く", "思う", "書く", "感ずる", "考える", "話す"})
#: Words of a description before the noun it describes, at the least (よそと組む団体).
_LEAST_BEFORE = 2
#: Own to whoever is spoken of (自社工場を貸してくれる会社).
_OF_ANY = frozenset({"自社"})
#: So many tokens behind a body it is said that one has heard of it, at most.
_LATER = 9


class Act(Enum):
    """Kinds of clauses by form."""

    QUESTION = "question"
    TELL = "tell"
    WISH = "wish"
    STATEMENT = "statement"
    NAME = "name"

    @property
    def asks(self) -> bool:
        """True where the company wants to be told something."""
        return self in (Act.QUESTION, Act.TELL)


def act_of(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Act:
    """Determines the act of a clause.

    Args:
        tokens: Its tokens.
        mentions: Its mentions.

    Returns:
        QUESTION for か, ？, a question word or an open topic (賃金は); TELL for 教えて,
        知りたい; WISH for other 〜たい, 〜てほしい; NAME where mentions and grammar are all
        there is; else STATEMENT.
    """
    words = [token for token in tokens if token.data[POS] not in _MARKS]
    if not words:
        return Act.STATEMENT
    if any(token.text in "？?" for token in tokens) or _ends_asking(words) or _has_wh(words):
        return Act.QUESTION
    if ends_in_property(words) or ends_in_description(words) or _wonders_at(words):
        return Act.QUESTION
    if _asks_to_be_told(words) or asks_for_an_introduction(words, mentions):
        return Act.TELL
    if _is_name(words, mentions):
        return Act.NAME
    if any(token.lemma in ("たい", "欲しい") for token in words):
        return Act.WISH
    return Act.STATEMENT


def ends_in_property(words: Sequence[Token]) -> bool:
    """Says whether a noun that names what is asked stands last, with something before it."""
    return (
        len(words) > 2
        and words[-1].lemma in LEXICON.asked_nouns
        and not any(token.data[POS] == "助動詞" for token in words[-1:])
    )


def ends_in_description(tokens: Sequence[Token]) -> bool:
    """Says whether a body that is described by what it does stands last.

    「企業どうしを引き合わせている諏訪の団体」 asks which one that is. A company tells of itself
    with other nouns (ネジを作っている会社) or with です.
    """
    words = [token for token in tokens if token.data[POS] not in _MARKS]
    if speaks_of_itself(words) or not _names_a_body(words):
        return False
    place = len(words) - 1
    while place > 0 and _is_nominal(words[place - 1], words[place]):
        place -= 1
    before = words[place - 1] if place else None
    return before is not None and before.data[POS] in ("動詞", "助動詞") and place > _LEAST_BEFORE


def describes_another(tokens: Sequence[Token], told: bool) -> bool:
    """Says whether a clause describes a body or a company other than the own one.

    Args:
        tokens: Its tokens.
        told: True where it is taken for a description of the own company.
    """
    described = told and (ends_in_description(tokens) or _has_heard_of(tokens))
    return described or _describes_a_company(tokens)


def _describes_a_company(tokens: Sequence[Token]) -> bool:
    """Says whether another company is described: by what it does for others, or by its place.

    「仲間にも使わせてくれる愛知の会社」 and 「愛知の会社でタイに出たとこ」 ask which one it is.
    """
    words = [token for token in tokens if token.data[POS] not in _MARKS]
    if not words or words[-1].lemma not in LEXICON.described_companies:
        return False
    own = LEXICON.own_company - _OF_ANY | LEXICON.just_now
    if any(token.lemma in own for token in words):
        return False
    place = len(words) - 1
    while place > 0 and _is_nominal(words[place - 1], words[place]):
        place -= 1
    before = words[place - 1] if place else None
    if before is None or before.data[POS] not in ("動詞", "助動詞") or place <= _LEAST_BEFORE:
        return False
    is_company = words[-1].lemma in LEXICON.bodies_of_trade
    for_others = is_company and any(token.lemma in LEXICON.favours for token in words)
    named_before = any(
        one.lemma in LEXICON.bodies_of_trade and following.text == "で"
        for one, following in pairwise(words)
    )
    return for_others or named_before


def _has_heard_of(tokens: Sequence[Token]) -> bool:
    """Says whether somebody tells of a body he heard of (「…する会社があるって聞いた」)."""
    if speaks_of_itself(tokens):
        return False
    for place, token in enumerate(tokens[:-2]):
        nouns = LEXICON.described_nouns | LEXICON.bodies_of_trade
        compound = "".join(one.text for one in tokens[max(0, place - 1) : place + 1])
        if not {token.lemma, compound} & nouns or tokens[place + 1].text not in (
            "が",
            "も",
            "って",
        ):
            continue
        behind = [one.lemma for one in tokens[place + 2 : place + _LATER]]
        if {"有る", "居る"} & {*behind} and LEXICON.hearsay & {*behind}:
            return True
    return False


def _names_a_body(words: Sequence[Token]) -> bool:
    """Says whether the last noun, or compound of two, is one of a body or an undertaking."""
    if not words or words[-1].data[POS] not in ("名詞", "接尾辞"):
        return False
    last = words[-1].lemma
    compound = "".join(token.text for token in words[-2:-1]) + words[-1].text
    return last in LEXICON.described_nouns or compound in LEXICON.described_nouns


def _is_nominal(word: Token, following: Token) -> bool:
    """Says whether a word belongs to the noun phrase that goes on behind it."""
    if word.data[POS] == "助動詞":
        return word.text == "な"
    if word.text == "の":
        return following.data[POS] not in ("助詞", "助動詞")
    if word.data[POS] == "助詞":
        # アジアとの縁, 自治体や団体
        return following.text == "の" or (word.text == "や" and following.data[POS] == "名詞")
    return word.data[POS] in ("名詞", "接頭辞", "接尾辞", "形状詞", "形容詞", "連体詞")


def _ends_asking(words: Sequence[Token]) -> bool:
    rest = list(words)
    while len(rest) > 1 and rest[-1].text in _SOFTENERS and rest[-1].data[POS] == "助詞":
        rest.pop()
    last = rest[-1]
    if last.data[POS] != "助詞":
        return False
    if last.text in ("か", "っけ") or (last.text == "の" and last.data[DETAIL] == "終助詞"):
        return len(rest) > 1
    if last.text == "は" and len(rest) > _LEAST_BEFORE and rest[-2].text == "と":
        # その三つとは
        return True
    if last.text not in _TOPIC or len(rest) < 2:
        return False
    # 「2009年度からあるのは」 leaves the question open like 「賃金は」.
    return rest[-2].data[POS] not in ("助詞", "助動詞") or rest[-2].text == "の"


def _wonders_at(words: Sequence[Token]) -> bool:
    """Says whether a body is made the topic and something of it wondered at (MOBIOって府のなの).

    Who tells of his own company does so of うち, and what is quoted is no topic (来いって言う).
    """
    rest = list(words)
    while len(rest) > 1 and rest[-1].text in _WONDERING and rest[-1].data[DETAIL] != "準体助詞":
        rest.pop()
    if len(rest) <= _LEAST_BEFORE or rest[-1].data[DETAIL] != "準体助詞" or speaks_of_itself(words):
        return False
    return any(
        one.text == "って" and one.data[POS] == "助詞" and following.lemma not in _QUOTING
        for one, following in pairwise(words[1:])
    )


def _has_wh(words: Sequence[Token]) -> bool:
    for index, token in enumerate(words):
        if token.lemma not in LEXICON.interrogatives:
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        counted = following is not None and following.lemma in _COUNTERS
        if counted and index + 3 < len(words) and words[index + 2].text in ("か", "も"):
            # 「商談は何回かした」 counts and asks nothing.
            continue
        if following is None or following.text not in _INDEFINITE:
            return True
        # 何ですか and いくらか differ: a final か asks.
        if following.text == "か" and index + 2 >= len(words):
            return True
    return False


def _asks_to_be_told(words: Sequence[Token]) -> bool:
    for index, token in enumerate(words):
        if token.lemma not in LEXICON.telling_verbs:
            continue
        rest = words[index + 1 :]
        if not rest or any(item.lemma in LEXICON.requesting for item in rest):
            return True
        if all(item.data[POS] in ("助詞", "動詞") for item in rest) and rest[-1].text in (
            "て", "で", "てや", "ちょうだい", "や", "よ", "ね",
        ):  # fmt: skip
            return True
    return False


def asks_for_an_introduction(words: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Says whether to be shown to a door or a scheme is asked for (窓口をご紹介ください)."""
    doors = [mention for mention in mentions if mention.entity == "kind"]
    for index, token in enumerate(words):
        if token.lemma not in _INTRODUCING:
            continue
        near = words[max(0, index - _BEFORE_INTRODUCING) : index]
        named = any(m.start <= one.start < m.end for m in doors for one in near)
        if named and any(one.lemma in LEXICON.requesting for one in words[index + 1 :]):
            return True
    return False


def _is_name(words: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    return bool(mentions) and all(
        token.data[POS] in _GRAMMAR
        or any(item.start <= token.start and token.end <= item.end for item in mentions)
        for token in words
    )


def speaks_of_itself(tokens: Sequence[Token]) -> bool:
    """Says whether a clause speaks of the own company (うち, 弊社, わが社)."""
    return any(
        token.lemma in LEXICON.own_company or token.text in LEXICON.own_company for token in tokens
    )
