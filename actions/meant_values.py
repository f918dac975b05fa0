"""Which of the values named in a clause are meant of the company, and which only sound so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from actions.patterns import pattern
from actions.plain_telling import tells_plainly
from actions.told_values import OPTIONS, PRODUCTION
from actions.turn import Clause, speaks_of_itself
from knowledge.analysis import tokens_of
from knowledge.guide import Profile

#: Purpose of who helps others out of their trouble.
_OF_OTHERS = "problem_solving"
_WANTED = OPTIONS - {"applicant"}
#: What is told of a body one has heard of.
_OF_A_BODY = frozenset({"prefecture", "city", "region", "applicant", "industry", "business"})
_WORRIES = re.compile(
    r"が(?:課題|悩み|心配|不安|ネック|問題)(?:です|だ|や|で|$|。|かな)"
    # 「人足らんからそれも」 and 「人手も足らん」 want something more.
    r"|^(?!.*それも)[^。、]*(?:人|手)[^。、も]{0,4}(?:足り|足ら|育た|育って|集まら|おら|い)(?:ない|ん|へん|ねえ|ね|ません|くれ)"
)
_WHETHER_ALL_RIGHT = re.compile(
    r"(けど|けれど|ですが|んですが)[、\s]*(大丈夫|だいじょうぶ|平気|問題な|いけ(る|ます|ん))"
)
#: Making something that is no product (「支援する仕組みを作りたい」).
_MAKES_NO_PRODUCT = re.compile(
    r"(仕組み|しくみ|体制|制度|関係|つながり|ネットワーク|きっかけ|計画|資料|(?<![工市職])場|機会|学校|教室|塾|寺子屋|図書館|診療所|病院|保育園|組合|基金)(を|も|が)?(作|つく|築|設け)"
)


def meant_values(
    named: dict[str, str | None],
    chosen: dict[str, str | None],
    stated: bool,
    clause: Clause,
    profile: Profile,
    requested: str | None,
) -> dict[str, str | None]:
    """Returns what is named without the words that only sound like a trade."""
    named = dict(named)
    if named.get("city") and _is_a_turn_of_phrase(clause):
        named = {slot: one for slot, one in named.items() if slot not in ("city", "prefecture")}
    if pattern("heard_of").search(clause.text) and not speaks_of_itself(clause.text):
        # 「諏訪にNPOがあると聞いたけど」 tells neither where the company is nor what it is.
        named = {slot: one for slot, one in named.items() if slot not in _OF_A_BODY}
    if pattern("own_trouble").search(clause.text):
        if named.get("purpose") == _OF_OTHERS:
            named.pop("purpose")
        if profile.business or profile.industry:
            # 「人の教育で困ってます」 tells no trade.
            named.pop("industry", None)
    if pattern("for_a_client").search(clause.text):
        # 「顧問税理士です」 tells the trade of who asks, not of the company.
        named = {slot: one for slot, one in named.items() if slot not in ("business", "industry")}
    answered = chosen or (requested in OPTIONS and requested in named)
    if answered and (profile.business or profile.industry):
        # The words of another answer are no new trade (「国際協力」).
        named.pop("business", None)
    if chosen and (profile.business or profile.industry):
        # Nor does 「製造」, said of what it wants to do, change the trade of a company.
        named.pop("industry", None)
    if not stated:
        named = {slot: one for slot, one in named.items() if getattr(profile, slot) is None}
    if requested and profile.industry and tells_plainly(clause) and "business" not in named:
        # 「農業省とは話した」 tells of others.
        named.pop("industry", None)
    return named


def _is_a_turn_of_phrase(clause: Clause) -> bool:
    """True where the town a clause names is only what そう and じゃ sound like together."""
    typed = next((one.get("text") or "" for one in clause.entities if one["entity"] == "city"), "")
    words = tokens_of(typed)
    return len(words) > 1 and words[0].pos == "副詞" and words[-1].pos == "助動詞"


def sends_goods(clause: Clause, known: Mapping[str, str | None]) -> bool:
    """True where a company with a trade wants its goods in a country (「台湾に出したい」).

    Args:
        clause: What was said.
        known: What is known of the company, the clause included, by slot.
    """
    if known.get("purpose") or not (known.get("business") or known.get("industry")):
        return False
    return bool(clause.values("country") and pattern("sends_goods").search(clause.text))


def wanted_values(
    named: dict[str, str | None], clause: Clause, following: Clause | None, wanting: bool
) -> dict[str, str | None]:
    """Returns what is named without purposes that are none: worries, and what is lacking.

    Args:
        named: Slot to value.
        clause: Where it is named.
        following: The clause behind.
        wanting: Whether it is known what the company wants.
    """
    named = dict(named)
    if _MAKES_NO_PRODUCT.search(clause.text) and named.get("purpose") == PRODUCTION:
        named.pop("purpose")
    if _WORRIES.search(clause.text) and wanting:
        # What the company wants outranks what it worries about (「人材確保が課題です」).
        named.pop("purpose", None)
    if _WHETHER_ALL_RIGHT.search(clause.text + (following.text if following else "")):
        # 「英語できる人いないけど大丈夫？」 tells what is lacking, not what is wanted.
        named = {slot: one for slot, one in named.items() if slot not in _WANTED}
    return named
