"""The product or trade a company names, found by grammar: what is made, sold or run."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.lexicon import LEXICON
from nlu.mentions import NAME_ENTITIES, Mention
from nlu.sudachi_tokenizer import DETAIL, POS

_NOUNS = frozenset({"名詞", "接頭辞", "接尾辞", "形状詞"})
#: Not parts of a product's name even where Sudachi calls them nouns.
_FOREIGN_DETAIL = frozenset({"数詞", "助動詞語幹"})
_OBJECT = frozenset({"を", "の"})
#: Behind one example of what is made (スプーンとか作ってる).
#: 「とか」 as the analyser cuts it.
_EXAMPLE_IN_TWO = ("と", "か")
_EXAMPLE = frozenset({"とか", "など", "なんか", "やら", "なんぞ", "等"})
#: What ends a clause that tells a product apart.
_TELLS_APART = frozenset({"動詞", "助動詞", "形容詞"})
#: So many words of it at most.
_LONGEST_CLAUSE = 8
_TOWARDS = frozenset({"に", "で", "へ"})
#: What stands between the object of such a verb and the verb (畳 を 海外 に 出せる).
_WAY = ("を", "海外", "に")
_MARKED = frozenset({"を", "は", "も", "って", "が", "、"})
#: Words between a verb and its object at most.
_REACH = 6
_PLACES = frozenset({"prefecture", "city", "region"})
_TRADES = frozenset({"industry", "business"})
#: What a bare word says of the wish rather than of the trade (「ODA」).
_WISHES = frozenset({"purpose", "stage", "kind"})
_NO_TRADE = NAME_ENTITIES | {"applicant"}
#: Last characters of words for a shop.
_SHOPS = frozenset({"屋", "店"})
_MARKS = frozenset({"補助記号", "空白"})
#: Behind the product of a short answer (かつお節です).
_COPULA = frozenset({"助動詞", "助詞", "補助記号"})


def trade_phrases(
    tokens: Sequence[Token], mentions: Sequence[Mention], *, bare: bool = False
) -> list[tuple[int, int]]:
    """Finds what a company makes, sells or runs.

    Args:
        tokens: Tokens of one clause.
        mentions: Its mentions.
        bare: Take a clause that is nothing but a noun phrase as well.

    Returns:
        ``(start, end)`` of each noun phrase, in order: the object of a verb of making
        (梅干しを作る, 手袋縫ってます), what stands before a word for a company
        (醤油屋, 線香のメーカー), or all of a short answer (かつお節です).
    """
    found: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        if _is_a_shop_to_sell_to(index, tokens):
            continue
        if token.lemma in LEXICON.making or token.lemma in LEXICON.trade_nouns:
            stop = index
            stop = _object_before(tokens, stop)
            span = _phrase(tokens, stop, mentions)
            if span and not any(a < span[1] and span[0] < b for a, b in found):
                found.append(span)
        elif token.lemma in LEXICON.sending:
            span = _phrase(tokens, _sent_abroad(tokens, index, mentions), mentions)
            if span:
                found.append(span)
        elif _is_shop(token) and not _overlaps(token.start, token.end, mentions):
            found.append((token.start, token.end - 1))
    if bare and not found and tokens:
        stop = len(tokens)
        while stop and _is_copula(tokens[stop - 1]):
            stop -= 1
        span = _phrase(tokens, stop, mentions)
        if span and any((m.start, m.end) == span and m.entity in _WISHES for m in mentions):
            return found
        if span and (span[0] == tokens[0].start or _stands_behind_a_place(span, tokens, mentions)):
            found.append(span)
    if bare and not found:
        found = _behind_places(tokens, mentions)
    return found


def _behind_places(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Finds 愛媛のタオル and 福岡でラーメン between the marks and blanks of a longer clause."""
    found, first = [], 0
    for index in range(len(tokens) + 1):
        ends = index == len(tokens) or tokens[index].data[POS] in _MARKS
        apart = 0 < index < len(tokens) and tokens[index].start > tokens[index - 1].end
        if not ends and not apart:
            continue
        part = tokens[first:index]
        stop = len(part)
        while stop and _is_copula(part[stop - 1]):
            stop -= 1
        span = _phrase(part, stop, mentions) if stop else None
        wished = span and any((m.start, m.end) == span and m.entity in _WISHES for m in mentions)
        if span and not wished and _stands_behind_a_place(span, part, mentions):
            found.append(span)
        first = index + 1 if ends else index
    return found


def _stands_behind_a_place(
    span: tuple[int, int], tokens: Sequence[Token], mentions: Sequence[Mention]
) -> bool:
    """True for 金沢で漆器: a noun that means nothing else, behind where the company is."""
    before = [token for token in tokens if token.end <= span[0]]
    places = [m for m in mentions if m.entity in _PLACES and m.end <= span[0]]
    inside = [m for m in mentions if m.start < span[1] and span[0] < m.end]
    return (
        bool(places)
        and all(m.entity in _TRADES for m in inside)
        and all(
            any(m.start <= token.start < m.end for m in places)
            or token.text in _OBJECT | _TOWARDS
            or token.lemma in LEXICON.own_company
            or token.text in LEXICON.own_company
            or token.data[POS] == "補助記号"
            for token in before
        )
    )


def _is_a_shop_to_sell_to(index: int, tokens: Sequence[Token]) -> bool:
    """True where a word for a shop stands that gets something (日本食|屋|に卸したい)."""
    shop, behind = tokens[index : index + 1], tokens[index + 1 : index + 2]
    return bool(shop and behind) and shop[0].text[-1] in _SHOPS and behind[0].text in ("に", "へ")


def _is_shop(token: Token) -> bool:
    """Says whether one word is a trade with its 屋 (靴屋, 豆腐屋; not 部屋)."""
    text = token.text
    return text in LEXICON.shops or (
        len(text) > 1
        and text.endswith("屋")
        and token.data[POS] == "名詞"
        and token.data[DETAIL] != "固有名詞"
        and text not in LEXICON.rooms
    )


def is_trade(start: int, end: int, tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Says whether a stretch is a noun phrase that can be a product, technology or trade."""
    inside = [token for token in tokens if start <= token.start and token.end <= end]
    first = next((i for i, token in enumerate(tokens) if token.start >= start), 0)
    return (
        _names_something(inside)
        and not is_of_others(first, tokens)
        and not _is_a_shop_to_sell_to(first + len(inside), tokens)
        and not any("".join(t.text for t in inside).startswith(word) for word in LEXICON.others)
        and inside[-1].text not in _EXAMPLE
        and inside[-1].text not in _OBJECT
        and not any(
            token.data[POS] == "助詞" and token.text in LEXICON.separating for token in inside
        )
        and not _overlaps(start, end, mentions)
    )


def widest(start: int, end: int, tokens: Sequence[Token], mentions: Sequence[Mention]) -> int:
    """Returns where the whole noun phrase begins of which a stretch is the end.

    配管工事 in 空調の配管工事 is only half of what the company does.
    """
    stop = next((i for i, token in enumerate(tokens) if token.start >= end), len(tokens))
    span = _phrase(tokens, stop, mentions)
    return min(start, span[0]) if span and span[1] == end else start


def _object_before(tokens: Sequence[Token], stop: int) -> int:
    """Returns where the object of the verb ends, also across where it goes (抹茶を海外に売る)."""
    if stop and tokens[stop - 1].text in _OBJECT:
        stop -= 1
        return stop - 1 if stop and tokens[stop - 1].text in _EXAMPLE else stop
    if stop and tokens[stop - 1].text in _EXAMPLE:
        return stop - 1
    if stop > 1 and (tokens[stop - 2].text, tokens[stop - 1].text) == _EXAMPLE_IN_TWO:
        return stop - 2
    if stop and tokens[stop - 1].text in _TOWARDS:
        for index in range(stop - 2, max(stop - _REACH, 0), -1):
            if tokens[index].text == "を":
                return index
    return stop


def _sent_abroad(tokens: Sequence[Token], index: int, mentions: Sequence[Mention]) -> int:
    """Returns where the object ends of what is sent abroad (畳を海外に出せる); 0 for none."""
    if index < len(_WAY) or tokens[index - 1].text not in _TOWARDS:
        return 0
    place = tokens[index - 2]
    countries = [m for m in mentions if m.entity == "country"]
    abroad = place.lemma in LEXICON.abroad or any(m.start <= place.start < m.end for m in countries)
    marked = tokens[index - len(_WAY)].text in _MARKED
    return index - len(_WAY) if abroad and marked else 0


def _phrase(
    tokens: Sequence[Token], stop: int, mentions: Sequence[Mention]
) -> tuple[int, int] | None:
    """Returns the longest noun phrase that ends before ``tokens[stop]``."""
    first = stop
    while first and _belongs(tokens, first - 1, stop, mentions):
        first -= 1
    while first < stop and tokens[first].data[POS] in ("助詞", "接尾辞"):
        first += 1
    # Neither 自社の nor 主力の is part of what is made.
    while (
        first + 1 < stop and tokens[first].lemma in LEXICON.vague and tokens[first + 1].text == "の"
    ):
        first += 2
    inside = tokens[first:stop]
    if not inside or is_of_others(first, tokens):
        return None
    told_apart = first
    if len(inside) == 1 and inside[0].lemma in LEXICON.devices:
        told_apart = _with_its_clause(tokens, first, mentions)
    if told_apart == first and not _names_something(inside):
        return None
    first = told_apart
    return tokens[first].start, inside[-1].end


def _with_its_clause(tokens: Sequence[Token], first: int, mentions: Sequence[Mention]) -> int:
    """Returns where what tells a product apart begins (水をきれいにする装置 for 装置)."""
    if not first or tokens[first - 1].data[POS] not in _TELLS_APART:
        return first
    start = first
    while start and first - start < _LONGEST_CLAUSE:
        token = tokens[start - 1]
        if token.data[POS] == "補助記号" or token.text in LEXICON.ending_particles:
            break
        if _overlaps(token.start, token.end, mentions) or token.lemma in LEXICON.own_company:
            break
        start -= 1
    while start < first and tokens[start].data[POS] not in _NOUNS:
        start += 1
    return start


def is_of_others(first: int, tokens: Sequence[Token]) -> bool:
    """Says whether what begins at ``tokens[first]`` is somebody else's (取引先のメッキ屋)."""
    if first < 2 or tokens[first - 1].text != "の":
        return False
    before = "".join(token.text for token in tokens[max(first - 4, 0) : first - 1])
    return any(before.endswith(word) for word in LEXICON.others)


def _belongs(tokens: Sequence[Token], index: int, stop: int, mentions: Sequence[Mention]) -> bool:
    token = tokens[index]
    if index + 1 < stop and token.end != tokens[index + 1].start:
        return False
    if _overlaps(token.start, token.end, mentions):
        return False
    if token.text == "の":
        return 0 < index < stop - 1 and tokens[index - 1].data[POS] in _NOUNS
    if token.lemma in LEXICON.own_company or token.text in LEXICON.own_company:
        return False
    if token.data[POS] == "動詞":
        # かき養殖 and 絞り加工 are one word, whatever かき means by itself.
        return index + 1 < stop and _is_work(tokens[index + 1])
    return token.data[POS] in _NOUNS and token.data[DETAIL] not in _FOREIGN_DETAIL


def _is_work(token: Token) -> bool:
    return token.data[POS] == "名詞" and token.lemma in LEXICON.making


def _is_copula(token: Token) -> bool:
    return token.data[POS] in _COPULA or token.text in LEXICON.copulas


def _names_something(tokens: Sequence[Token]) -> bool:
    if len(tokens) > 1 and tokens[-1].text in LEXICON.crafts:
        return True
    if len(tokens) > 1 and tokens[0].data[POS] == "動詞" and _is_work(tokens[-1]):
        return True
    return any(
        token.data[POS] == "名詞"
        and token.lemma not in LEXICON.vague
        and token.lemma not in LEXICON.trade_nouns
        and token.lemma not in LEXICON.making
        and token.data[DETAIL] != "固有名詞"
        for token in tokens
    )


def _overlaps(start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """True for a part of a name, of what the company is (大企業の子会社), or of what it is not."""
    return any(
        (item.entity in _NO_TRADE or item.role) and item.start < end and start < item.end
        for item in mentions
    )
