"""Questions that leave something out because it was just said: 「ベトナムでは？」「事務局は？」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.derived import asks_for_derived
from actions.fact_ranking import (
    VAGUE_ATTRIBUTES,
    RankedFact,
    Ranking,
    asked_attributes,
    rank_facts,
    residual,
)
from actions.in_context import named_in_full
from actions.patterns import pattern
from actions.shown_before import holds
from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

#: Longest question that leaves out what it is about, in characters.
_SHORT = 25
#: Confidence a question gone on with must have at least.
_LIKELY = 0.12
#: Up to this many words a question can hardly stand by itself; what was shown may then fit
#: worse than something else by this much.
_LITTLE = 2
_LEAD = 0.3
#: Share of the best fact from which its record, and not the one shown, is meant.
_CLEARLY_ANOTHER = 0.35
#: Normalised words that ask for nothing in particular.
_LIGHT = frozenset(
    {
        "所",
        "どう",
        "場合",
        "為る",
        "遣る",
        "有る",
        "居る",
        "事",
        "物",
        "奴",
        "方",
        "言う",
        "成る",
        "因みに",
        "逆",
        "全体",
        "全般",
    }
)
#: A figure is worked out of the values of two countries.
_COMPARED = 2
#: Entities that name what is asked about, and nothing asked of it.
_PLACES = frozenset({"reference", "prefecture", "city"})
_ONLY_NAMES = re.compile(
    r"(では|じゃ|は|なら|だと|だったら|やったら|(のほう|の方|のやつ|のん)(は|だと|なら|も)?|も|の場合は?)"
    r"(どう(です|でしょう|なん|や|なの)?(か|ろ|ん)?)?[?？。!！\s]*$"
)
#: Asks for nothing but more of the same.
_MORE = re.compile(
    r"(((そこ|それ|これ|ここ|あそこ|その[^の、。]{1,6}|この[^の、。]{1,6}))?(以外|いがい)|他|ほか|その他|そのほか|あと)"
    r"(に|には|にも|は|の)?(窓口|相談先|制度|デスク|ところ|とこ|所|機関|支援|候補|選択肢)?(に|には|にも|は|も)?(もっと)?"
    r"(ある|あります|ありません|何か|なにか|なんか|例|どこ|もの)?"
    r"(か|は|が|と|を)?(ある|あります|教えて|ください|下さい|知りたい|ない|おまへん)?(か|の|ん|かな)?[?？。!！、\s]*"
    r"|((それ|これ)だけ(しか)?|ほかには?)(ない|です|なの|かい|かよ)?(の|ん|か|ですか)*[?？。!！\s]*"
    r"|もっと(ある|ない|教えて|知りたい)?[?？。!！\s]*|続き(は|を)?[?？。\s]*"
)
#: Asks for others of the kind rather than for more of the same.
_OTHERS = re.compile(r"以外|いがい|(他|ほか)の(窓口|相談先|制度|デスク|機関|選択肢|候補)")
#: Attributes by which the time or the source of a figure is asked.
_OF_A_FIGURE = frozenset({"date", "source_of_table", "start_year", "report", "operator"})
#: Asks of what time or from what source the figure just told is.
_OF_WHAT_WAS_TOLD = re.compile(
    r"いつの|いつ(現在|時点)|(その|この)(時点|とき|時|数字|値|データ)(って|は|とは)?いつ|時点(って|は|とは)?\s*いつ|^何年(度|何月)?(です|だ|や|なの|っすか|か|[?？\s])*$|何年(何月|度)?の|何月の|何年(度)?時点|いつごろの|(どこ|誰|だれ)(の|が)[^。]{0,4}"
    r"(データ|調査|調べ|数字|統計|出し|資料)|出所|出どころ|でどころ"
)

#: More records than this have a property that says nothing without a name.
_MANY = 8


def goes_on_from_focus(clause: Clause, alone: Ranking, turn: Turn) -> bool:
    """True where a short question fits what was shown last better than anything else.

    Args:
        clause: A question that names nothing.
        alone: The ranking of facts for it by itself.
        turn: The turn it belongs to.
    """
    shown = [turn.knowledge.store.record(one) for one in turn.focus[:1]]
    if not shown or len(clause.text) > _SHORT or means_another(clause, alone, shown[0], turn):
        return False
    kinds = clause.values("kind")
    of_another = bool(kinds) and shown[0].kind.value not in kinds
    if of_another and (clause.values("applicant") or shown[0].kind is Kind.COUNTRY):
        # 「組合でも使える制度ある？」 after a hub asks for schemes, and so does 「使える制度は」
        # after a country.
        return False
    gone_on = rank_facts(named_in_full(clause, shown[0]), shown, turn)
    content = _content(clause.text, turn)
    if not content and gone_on.facts[0].belongs:
        # 「いつやるの」 says nothing by which anything else could be meant.
        return True
    says_little = len(content) <= _LITTLE
    least = max(_LIKELY, alone.confidence - (_LEAD if says_little else 0.0))
    return gone_on.confidence >= least and bool(gone_on.facts[0].belongs)


def means_another(clause: Clause, alone: Ranking, shown: Record, turn: Turn) -> bool:
    """True where a question has a word of the name of another record of the kind shown.

    「第2回は？」 after the first meeting is about the second; 「事務局は？」 goes on.
    """
    best = alone.facts[0]
    if best.record.kind is not shown.kind or best.record.id == shown.id:
        return False
    words = turn.knowledge.analyser.words
    own = {*words(best.record.name)} - {*words(shown.name)}
    return best.share >= _CLEARLY_ANOTHER and bool(own & {*words(clause.text)})


def going_on(clause: Clause, subjects: Sequence[Record], turn: Turn) -> Clause:
    """Adds the property asked before to a clause that only names a record (「愛知では？」)."""
    before = asked_attributes(clause.goes_on_from) if clause.goes_on_from else ()
    if asked_attributes(clause) or not _ONLY_NAMES.search(clause.text):
        return clause
    if asks_more_than_names(clause, turn):
        return clause
    kept = [one for one in before or turn.asked if holds(subjects[0], [one])]
    if not kept:
        return _of_the_one_shown(clause, subjects[0], turn)
    added = tuple({"entity": "attribute", "value": one} for one in kept)
    return replace(clause, entities=(*clause.entities, *added))


def _of_the_one_shown(clause: Clause, named: Record, turn: Turn) -> Clause:
    """Turns 「JETROのほうは」 after the limits of a subsidy, which names JETRO's, back to them."""
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    told = [fact for one in shown for asked in turn.asked for fact in one.facts_about(asked)]
    names = (named.short_name, *named.aliases)
    if named in shown or not any(name in fact.text for fact in told for name in names):
        return clause
    of_it = [{"entity": "record", "value": shown[0].id}]
    of_it += [{"entity": "attribute", "value": one} for one in turn.asked]
    return replace(clause, entities=(*of_it, *clause.entities))


def asks_more_than_names(clause: Clause, turn: Turn) -> bool:
    """True where words of content are left beside the names, e.g. 「の人材教育」."""
    left = residual(clause)
    for one in clause.entities:
        vague = one["entity"] == "attribute" and one["value"] in VAGUE_ATTRIBUTES
        if (vague or one["entity"] in _PLACES) and one.get("text"):
            left = left.replace(one["text"], " ", 1)
    return bool(_content(left, turn))


def asks_attribute_only(clause: Clause, turn: Turn) -> bool:
    """True where nothing of content is left beside the asked attribute, e.g. 「上限額は？」."""
    left = clause.text
    for one in clause.entities:
        if one["entity"] == "attribute" and one.get("text"):
            left = left.replace(one["text"], " ", 1)
    return not turn.knowledge.analyser.words(left)


def asks_nothing_else(clause: Clause, turn: Turn) -> bool:
    """True where nothing of content is left beside the names and the asked property."""
    left = residual(clause)
    for one in clause.entities:
        if one["entity"] == "attribute" and one.get("text"):
            left = left.replace(one["text"], " ", 1)
    return not _content(left, turn)


def _content(text: str, turn: Turn) -> list[str]:
    """The words of a text that say what is asked, without 所, 為る, 奴 and the like."""
    return [word for word in turn.knowledge.analyser.words(text) if word not in _LIGHT]


def counting_on(clause: Clause, turn: Turn) -> Clause:
    """Adds what was just told to a question that compares with it (「何倍？」「差はいくら」).

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    if not asks_for_derived(clause.text) or not turn.asked or clause.values("record"):
        return clause
    named = clause.values("country")
    shown = [one for one in turn.focus if one.startswith("country.") and one not in named]
    missing = shown[: _COMPARED - len(named)]
    if not missing or len(clause.text) > _SHORT:
        return clause
    added = [{"entity": "country", "value": one} for one in missing]
    if not asked_attributes(clause):
        added += [{"entity": "attribute", "value": one} for one in turn.asked]
    return replace(clause, entities=(*added, *clause.entities))


def asks_for_more(clause: Clause, turn: Turn) -> bool:
    """True for 「他には？」 after something was shown."""
    focus = [one for one in turn.focus if turn.knowledge.store.has_record(one)]
    more = _MORE.fullmatch(clause.text.strip()) or asks_for_the_like(clause)
    return bool(focus) and bool(more)


def refers_to_nothing(clause: Clause, turn: Turn) -> bool:
    """True for 「それの期間は？」 where nothing was shown that it could mean.

    So is a bare property that many records have (「場所は」): whose is asked for.
    """
    alone = clause.goes_on_from is None and not turn.focus and len(clause.text) <= _SHORT
    if not alone or not asks_attribute_only(_without_pronoun(clause), turn):
        return False
    if any(one["entity"] == "reference" for one in clause.entities):
        return True
    asked = asked_attributes(clause)
    return bool(asked) and all(_is_had_by_many(one, turn) for one in asked)


def _is_had_by_many(attribute: str, turn: Turn) -> bool:
    holders = (one for one in turn.knowledge.store.records() if one.facts_about(attribute))
    return sum(1 for _ in holders) > _MANY


def _without_pronoun(clause: Clause) -> Clause:
    text = clause.text
    for one in clause.entities:
        if one["entity"] == "reference" and one.get("text"):
            text = text.replace(one["text"], " ", 1)
    return replace(clause, text=text)


def asks_for_others(clause: Clause) -> bool:
    """True for 「そこ以外は？」, which asks for others of the kind."""
    return bool(_OTHERS.search(clause.text)) or asks_for_the_like(clause)


def asks_for_the_like(clause: Clause) -> bool:
    """True for 「ほかの市にも同じようなのある？」, which names nothing itself."""
    places = () if pattern("set_aside").search(clause.text) else ("prefecture", "city")
    named = any(map(clause.values, ("record", "country", *places)))
    short = len(clause.text) <= _SHORT
    return short and not named and bool(pattern("others_alike").search(clause.text))


def asks_how_it_differs(clause: Clause, subjects: Sequence[Record], turn: Turn) -> Record | None:
    """Returns what was shown last where 「KITAとはどう違う」 compares another one with it.

    Args:
        clause: The question.
        subjects: What it names.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    if "difference" not in asked_attributes(clause) or len(subjects) != 1 or not shown:
        return None
    named = clause.values("record") == (subjects[0].id,)
    alike = shown[0].kind is subjects[0].kind and shown[0].id != subjects[0].id
    has_own = subjects[0].facts_about("difference")
    return shown[0] if named and alike and not has_own else None


def asks_of_what_was_told(clause: Clause, turn: Turn) -> list[RankedFact]:
    """Returns the facts just told, where a short question asks of their time or source.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    if not turn.asked or len(clause.text) > _SHORT or not _OF_WHAT_WAS_TOLD.search(clause.text):
        return []
    named = any(clause.values(one) for one in ("record", "country"))
    if named or not set(asked_attributes(clause)) <= _OF_A_FIGURE:
        return []
    return [
        RankedFact(record, fact, 0.0, 1.0, True)
        for record in map(store.record, turn.focus)
        for attribute in turn.asked
        for fact in record.facts_about(attribute)
        if fact.as_of or fact.source
    ]
