"""Whether a hit of the dictionary means what the dictionary says, judged by the words around."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.lexicon import LEXICON
from nlu.matching import script
from nlu.mentions import BLOCKED_ENTITY, NAME_ENTITIES, Mention
from nlu.sudachi_tokenizer import DETAIL, POS

_FUNCTION_POS = frozenset({"助詞", "助動詞", "補助記号", "感動詞", "接続詞"})
#: Words an auxiliary or particle attaches to; behind them たい is no タイ and なら no 奈良.
_HOSTS = frozenset({"動詞", "助動詞", "形容詞", "名詞", "代名詞", "形状詞", "接尾辞"})
_GRAMMAR_POS = _FUNCTION_POS | {"動詞"}
_NOUN_POS = frozenset({"名詞", "接頭辞", "形状詞"})
#: Who is meant by a noun in front of these is somebody else (大学と組む, 銀行から勧められた).
_SELF_DESCRIBING = frozenset({"applicant", "industry"})
_SHORT_KANA = 3
#: Behind a word of which it is only said that there is such a thing.
_EXISTS = frozenset({"有る", "或る", "御座る"})
#: Behind a word for the thing one has half forgotten (ワンストップのとこ).
_VAGUE = frozenset({"とこ", "所", "奴", "やつ", "窓口", "方"})
#: Behind what something is only like (工業団地みたいなプロジェクト).
_LIKE = re.compile(r"みたい(?:な|に)|のよう(?:な|に)|っぽい|ふうの|風の")


def fits(mention: Mention, text: str, tokens: Sequence[Token]) -> bool:
    """Decides whether an exact hit is plausible where it stands.

    Args:
        mention: A hit of the dictionary.
        text: The message.
        tokens: Its tokens.

    Returns:
        False for grammar that looks like a name (知りたい, 行くなら) and for a property inside
        a longer word (デスクワーク).
    """
    if mention.entity == BLOCKED_ENTITY:
        return True
    index = next((i for i, token in enumerate(tokens) if token.end > mention.start), None)
    if index is None:
        return True
    first, before = tokens[index], tokens[index - 1] if index else None
    if (
        mention.end - mention.start <= _SHORT_KANA
        and first.data[POS] in ("助動詞", "助詞")
        and before is not None
        and before.end == mention.start
        and before.data[POS] in _HOSTS
        and script(text[mention.start]) == "hiragana"
    ):
        return False
    if mention.entity in ("city", "prefecture") and _is_grammar(mention, text, tokens[index:]):
        return False
    after = next((token for token in tokens[index:] if token.start >= mention.end), None)
    if mention.entity in NAME_ENTITIES:
        return mention.extractor != "phrase" or not _goes_on(mention, text, after)
    return mention.entity not in ("attribute", "kind") or not _inside_word(
        mention, text, before, after
    )


def _is_grammar(mention: Mention, text: str, tokens: Sequence[Token]) -> bool:
    """Says whether kana that sound like a place are verbs and particles (しまし|た, なら|ん)."""
    if not all(script(letter) == "hiragana" for letter in text[mention.start : mention.end]):
        return False
    inside = [token for token in tokens if token.start < mention.end]
    return mention.start > 0 and all(token.data[POS] in _GRAMMAR_POS for token in inside)


def _inside_word(mention: Mention, text: str, before: Token | None, after: Token | None) -> bool:
    """Says whether a property is part of a longer noun (デスク|ワーク, 新興|国)."""
    if _goes_on(mention, text, after):
        return True
    if before is None or before.end != mention.start or before.data[DETAIL] == "固有名詞":
        return False
    if mention.end - mention.start == 1:
        return before.data[POS] in _NOUN_POS
    first = script(text[mention.start])
    return first == "katakana" and script(text[mention.start - 1]) == "katakana"


def _goes_on(mention: Mention, text: str, after: Token | None) -> bool:
    """Says whether a katakana word runs on behind the hit (デスク|メーカー)."""
    return (
        after is not None
        and after.start == mention.end
        and script(text[mention.end - 1]) == script(text[mention.end]) == "katakana"
    )


def holds_together(tokens: Sequence[Token]) -> bool:
    """Says whether the words of a name stand as one name (愛知のデスク, not 愛知でデスク)."""
    return not any(
        token.data[POS] == "助詞" and token.text in LEXICON.separating for token in tokens
    )


def is_company_word(tokens: Sequence[Token]) -> bool:
    """Says whether a word goes on as a trade (水道|会社), so that it names no public body."""
    return (
        len(tokens) > 1 and tokens[0].end == tokens[1].start and tokens[1].lemma in LEXICON.trades
    )


def is_other_compound(tokens: Sequence[Token]) -> bool:
    """Says whether a word goes on as something else than a public body (工業|団地, 水道|料金)."""
    return (
        len(tokens) > 1
        and tokens[0].end == tokens[1].start
        and tokens[1].data[POS] == "名詞"
        and tokens[1].lemma not in LEXICON.bodies
    )


def is_at_home(mention: Mention, text: str, mentions: Sequence[Mention]) -> bool:
    """Says whether what looks like being abroad already is in Japan (東大阪に拠点がある)."""
    return mention.value == "operating" and any(
        item.entity in ("prefecture", "city", "region")
        and text[item.end : mention.start].strip() in ("に", "にも", "で")
        for item in mentions
    )


def is_manner(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Says whether a place is part of the name of a way to do things (北九州モデル)."""
    following = next((token for token in tokens if token.start >= mention.end), None)
    return (
        mention.entity in ("city", "prefecture")
        and following is not None
        and following.start == mention.end
        and following.lemma in LEXICON.manners
    )


def is_setting(mention: Mention, text: str, mentions: Sequence[Mention]) -> bool:
    """Says whether a purpose is only where another one happens (工場の従業員を育てたい)."""
    return (
        mention.entity == "purpose"
        and text[mention.end : mention.end + 1] in LEXICON.setting
        and any(item.entity == "purpose" and item.start > mention.end for item in mentions)
    )


def is_other_party(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Says whether a kind of body is somebody the company deals with (銀行から勧められた)."""
    if mention.entity not in _SELF_DESCRIBING:
        return False
    following = [token for token in tokens if token.start >= mention.end][:5]
    if following and following[0].text in LEXICON.honorifics:
        del following[0]
    if not following or following[0].data[POS] != "助詞":
        return False
    particle, rest = following[0].text, following[1:]
    if particle in LEXICON.parting_particles:
        return True
    wanted = LEXICON.other_party.get(particle, frozenset())
    return any(token.lemma in wanted for token in rest)


def is_explained(
    start: int, end: int, name: str, tokens: Sequence[Token], exact: Sequence[Mention]
) -> bool:
    """Says whether a stretch that resembles a name consists of words that mean themselves.

    「愛知です」 is 愛知 and です, no misspelt 愛知デスク: exact names, grammar and general words
    leave nothing that could be a slip. Nor is 横浜で水の会社 a slip for 横浜の水の会社.

    Args:
        start: First character of the stretch.
        end: One after its last.
        name: The name it resembles.
        tokens: Tokens of the message.
        exact: Exact mentions that overlap the stretch.
    """
    inside = [token for token in tokens if start < token.end and token.start < end]
    rest = [
        token
        for token in inside
        if token.data[POS] not in _FUNCTION_POS
        and token.lemma not in LEXICON.generic
        and not any(item.start <= token.start and token.end <= item.end for item in exact)
    ]
    if not rest:
        return True
    return all(token.text in name for token in rest) and not holds_together(inside)


def is_parted(between: Sequence[Token], behind: Sequence[Token]) -> bool:
    """True where a particle parts a place from a word, unless there is only said to be such.

    Args:
        between: What stands between them (神戸|に).
        behind: Two tokens behind the word (センター|が|ある); none where the place has several.
    """
    particle = between[0].text if between and between[0].data[POS] == "助詞" else ""
    if particle not in ("で", "に") or any(t.lemma not in LEXICON.supporting for t in between[1:]):
        return False
    if len(behind) < 2 or behind[0].data[POS] != "助詞":
        return True
    exists = particle == "に" and behind[1].lemma in _EXISTS
    return not exists and not (behind[0].text == "の" and behind[1].lemma in _VAGUE)


def is_only_like(mention: Mention, text: str) -> bool:
    """Says whether a property is named for what something is like (工業団地みたいな事業)."""
    return mention.entity == "attribute" and bool(_LIKE.match(text, mention.end))
