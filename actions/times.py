"""Whether a question asks for another time than a figure holds for."""

from __future__ import annotations

import re

from actions.phrases import phrase
from actions.turn import Clause
from knowledge.mentions import years
from knowledge.schema import Fact

_NOW = re.compile(
    r"今年|来年|去年|昨年|最新|直近|足元|現時点|いま現在|現在の|今現在|今の|いまの|最近の|この頃の"
)


#: Asks what will become of something.
_FUTURE = re.compile(
    r"[0-9０-９一二三四五六七八九十数]+年(?:後|先)|将来|この先|これから先|行く末|続きますか|続くと思"
)


#: Asks how a figure has changed, of which the material gives one value.
_CHANGE = re.compile(
    r"推移|移り変わり|伸び具合|増え方|減り方|(どれ(くらい|ぐらい|だけ|ほど)|どう|何(%|％|パーセント|倍|割|社|人|ポイント))[^。]{0,8}"
    r"(上が|下が|増え|減っ|減り|伸び|変わっ|変わり|変化)"
    r"|(この|ここ|過去|直近)[^。]{0,6}(年|か月|ヶ月)[^。]{0,16}(上が|下が|増え|減|伸び|変わ|変化)"
)
#: A rate of growth is itself such a change.
_GROWTH = "gdp_growth"


#: Asks whether a scheme takes applications at present.
_OPEN_NOW = re.compile(
    r"(今(?!まで|のところ)|いま|現在|来月|来年|次回?)(月|年|年度|度|週|日|から|すぐ|でも|も|は|の|って)*[^。、]{0,6}"
    r"(申し込|申込|申しこ|もうしこ|応募|申請|募集|公募|受付|受け付|エントリー)"
)


#: Asks for the papers of an application.
_PAPERS = re.compile(
    r"(応募|募集|公募|申請|申込|申し込み)の?(要領|要項|書類|書式|用紙|書|フォーム|様式|キット)"
)


def asked_of_application(text: str) -> str | None:
    """Returns the property an application is asked for: its deadline, or how it is made.

    Args:
        text: The question (「今月申し込めますか」「応募要領はどこで手に入る」).
    """
    if _PAPERS.search(text):
        return "how_to_apply"
    return "deadline" if _OPEN_NOW.search(text) else None


def asks_of_the_future(text: str) -> bool:
    """True where a question asks what nobody knows yet (「十年後も伸びてますか」)."""
    return bool(_FUTURE.search(text))


def time_outside(clause: Clause, fact: Fact) -> str | None:
    """Returns the time a question names, where the figure it gets is of another time.

    Args:
        clause: The question.
        fact: The fact that answers it.

    Returns:
        The time as typed (「2024年」「最新」), or that a change is asked; None where the
        times agree or none is named.
    """
    if fact.value is None or fact.as_of is None:
        return None
    told = years(f"{fact.as_of} {fact.text}")
    for year in sorted(years(clause.text)):
        if not any(year[:4] == one[:4] for one in told):
            return f"{year[:4]}年"
    now = _NOW.search(clause.text)
    if now:
        return now[0]
    return phrase("change") if fact.attribute != _GROWTH and _CHANGE.search(clause.text) else None
