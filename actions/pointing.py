"""Pointing at one of several records shown: 「2番目は何で」「もうひとつの方」「一番上の制度」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.schema import Kind
from knowledge.store import Store

_NUMBERS = {"一": 1, "ひと": 1, "二": 2, "ふた": 2, "三": 3, "みっ": 3, "四": 4, "五": 5}
_NUMBER = re.compile(r"(?P<number>[1-9]|一|二|三|四|五|ひと|ふた|みっ)(?:番目|つ目|個目)")
#: A meeting by its number, after another one: 「4回目は」.
_ROUND = re.compile(
    r"第?(?P<number>[1-9]|一|二|三|四|五)回(?:目|会議|会合)?(?=は|って|の|が|も|だと|なら|[?？\s]|$)"
)
_FIRST = re.compile(
    r"(?:一番|いちばん|すぐ)上の?|(?<![以])上の(?:やつ|もの|ほう|方)|トップの|前者|最初の(?=やつ|もの|ほう|方|窓口|制度|ところ|とこ)"
)
_LAST = re.compile(r"(?:一番|いちばん)下の?|下の(?:やつ|もの|ほう|方)|最後の(?:やつ|もの)|後者")
_OTHER = re.compile(
    r"もう(?:一つ|ひとつ|1つ|一個|いっこ|1個|片方|片っぽ|片一方|片側|一方|いっぽう|一国|1か国|一か国)の?"
    r"|あと(?:一つ|ひとつ|1つ)の|^(?:じゃあ?|で|では|ほな)*(?:反対|逆|他方)の(?=国)"
)
#: What may follow: the thing pointed at, or what is said of it; not 「2つ目の柱」.
_THING = re.compile(
    r"の?(?:に(?:出て|書いて)(?:い)?(?:た|る))?(?P<thing>やつ|もの|ん|ところ|とこ|所|方|ほう|窓口|相談先|制度|支援|デスク|国|会社|企業)?"
    r"(?:は|が|って|を|に|で|も|と|について|だけ|から|だと|なら|[、。?？!！\s]|くわし|詳し|何|なん|なぜ|$"
    r"|の(?:現地|デスク|窓口|事務局|運営|特徴|特色|構成|メンバー|現状|担い手|上限|金額|費用|補助率|連絡先|電話|住所|場所|対象|期間|理由|現況|詳細|説明|話|名前|中身|内容|締))"
)
_KINDS = {
    "窓口": Kind.HUB,
    "相談先": Kind.HUB,
    "制度": Kind.SCHEME,
    "支援": Kind.SCHEME,
    "デスク": Kind.DESK,
    "国": Kind.COUNTRY,
}
#: Longest message that points at something, in characters.
_LONGEST = 24
_SEVERAL = 2


def with_name(
    text: str, shown: Sequence[str], told: str | None, store: Store
) -> tuple[str, str] | None:
    """Puts the name of a record where a short message points at it by its place.

    Args:
        text: The message.
        shown: Record ids in the order they were shown last, or those of the plan.
        told: The one told of since, which 「もうひとつ」 leaves out.
        store: Knows their kinds.

    Returns:
        The message with the name in it, and the record's id; None where nothing is pointed at.
    """
    if not shown or len(text) > _LONGEST or text.startswith("/"):
        return None
    known = _with_its_counterpart([one for one in shown if store.has_record(one)], told, store)
    meeting = _meeting(text, told, store)
    if meeting is not None:
        return meeting
    for form in (_NUMBER, _FIRST, _LAST, _OTHER):
        found = form.search(text)
        thing = _THING.match(text, found.end()) if found else None
        if found and (thing or found[0].endswith("の")):
            among = _of_kind(thing, known, store)
            if form is _OTHER and len(among) == 1 and thing and thing["thing"] == "国":
                # One of the two countries that are compared was told of.
                told = among[0]
                among = _with_its_counterpart(among, told, store)
            if len(known) < _SEVERAL and form is not _FIRST:
                return None
            record = _meant(form, found, among, told, store)
            if record is None:
                return None
            end = thing.end("thing") if thing and thing["thing"] else found.end()
            name = store.record(record).short_name
            return text[: found.start()] + name + text[end:], record
    return None


def _meeting(text: str, told: str | None, store: Store) -> tuple[str, str] | None:
    """Names the meeting that 「4回目は」 means after another one of the same row."""
    found = _ROUND.search(text)
    if found is None or told is None or store.record(told).kind is not Kind.EVENT:
        return None
    number = _NUMBERS.get(found["number"]) or int(found["number"])
    row = {*store.record(told).related}
    for one in store.records(Kind.EVENT):
        if f"第{number}回" in one.name and row & {*one.related}:
            return text[: found.start()] + one.short_name + text[found.end() :], one.id
    return None


def _with_its_counterpart(known: list[str], told: str | None, store: Store) -> list[str]:
    """Adds the other country where one of the two that the material compares was told of."""
    countries = [one.id for one in store.records(Kind.COUNTRY)]
    if told not in countries or known != [told]:
        return known
    return [told, *(one for one in countries if one != told)]


def _of_kind(thing: re.Match[str] | None, known: Sequence[str], store: Store) -> list[str]:
    kind = _KINDS.get(thing["thing"] or "") if thing else None
    return [one for one in known if kind is None or store.record(one).kind is kind]


def _meant(
    form: re.Pattern[str],
    found: re.Match[str],
    among: Sequence[str],
    told: str | None,
    store: Store,
) -> str | None:
    if form is _OTHER and told is not None and told in among:
        kind = store.record(told).kind
        others = (one for one in among if one != told and store.record(one).kind is kind)
        return next(others, None)
    place = {_FIRST: 0, _LAST: len(among) - 1, _OTHER: 1}.get(form)
    if place is None:
        said = found["number"]
        place = (_NUMBERS.get(said) or int(said)) - 1
    return among[place] if 0 <= place < len(among) else None
