"""The report as sections: a sentence, a table, a chart each; small counts hidden throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from desk.learning.anonymity import K
from desk.learning.groups import Group
from desk.report.figures import FUNNEL, OUTCOMES, UNKNOWN, Figures
from desk.report.period import Period
from desk.report.small_cells import OTHERS, Cell, cell, safe_breakdown

MOST_BARS = 12
MOST_QUESTIONS = 15
MOST_RECORDS = 15
_NONE = "–"

#: Names of values: (part of the profile, or channel or record; value) → label.
Labels = Callable[[str, str], str]


@dataclass(frozen=True)
class Chart:
    """What a chart shows; drawing is another's task.

    Attributes:
        shape: `bars`, `line` or `shares`.
        rows: As the function of that name in `desk.report.charts` takes them.
    """

    shape: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        id: Its name in addresses and CSV.
        title: Heading.
        text: What the figures say, in a sentence or two.
        header: Columns of the table; the first names the row.
        rows: Rows of the table.
        chart: The same as a picture, where there is one.
        note: How it is counted.
    """

    id: str
    title: str
    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: Chart | None = None
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        period: What it is about.
        before: What it is compared with.
        headline: (name, now, before) of the figures at the top.
        sections: Its parts.
    """

    period: Period
    before: Period
    headline: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything in texts.yml."""
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return raw


def build(
    period: Period,
    now: Figures,
    before: Figures,
    asked: Sequence[Group],
    labels: Labels,
) -> Report:
    """Word the figures.

    Args:
        period: The period.
        now: Its figures.
        before: The figures of the period before.
        asked: Groups of like questions of the period, anonymised.
        labels: Names of values.
    """
    sections = [
        _daily(now),
        _funnel(now, before),
        *(_breakdown(name, now, before, labels) for name in texts()["breakdowns"]),
        _answers(now, before),
        _desk(now, before),
        _waiting(now, before),
        _ratings(now, before),
        _questions(asked),
        _gaps(asked),
        _records(now, before, labels),
    ]
    return Report(period, period.before, _headline(now, before), tuple(sections))


def _headline(now: Figures, before: Figures) -> tuple[tuple[str, str, str], ...]:
    def both(name: str, read: Callable[[Figures], str]) -> tuple[str, str, str]:
        return name, read(now), read(before)

    return (
        both("相談", lambda one: _count(one.consultations)),
        both("質問に答えた割合", lambda one: _share(one, OUTCOMES[0])),
        both("分からなかった割合", lambda one: _share(one, OUTCOMES[-1])),
        both("担当者を希望した割合", _handed_over),
        both("待ち時間（半分の会社）", lambda one: _wait(one)[0]),
        both("応答の速さ（半分の答え）", lambda one: _fast(one)[0]),
    )


def _daily(now: Figures) -> Section:
    rows = tuple((f"{day.month}/{day.day}", _count(value)) for day, value in now.daily.items())
    # A line through hidden points would tell them: they lie on the ground.
    points = tuple((name, cell(value).count or 0) for (name, _), value in
                   zip(rows, now.daily.values(), strict=True))  # fmt: skip
    busiest = max(now.daily.items(), key=lambda item: item[1], default=None)
    text = (
        f"この期間の相談は {_count(now.consultations)} 組、やりとりは {_count(now.turns)} 回です。"
    )
    if busiest and cell(busiest[1]).count:
        text += f"最も多い日は {busiest[0].month}月{busiest[0].day}日の {busiest[1]} 組です。"
    return Section(
        "daily", "日ごとの相談", text, ("日", "相談（組）"), rows, Chart("line", points),
        f"{K} 組より少ない日は「{K} 未満」とし、図では 0 の位置に置いています。",
    )  # fmt: skip


def _funnel(now: Figures, before: Figures) -> Section:
    names = texts()["funnel"]
    rows, bars = [], []
    for step in FUNNEL:
        here, there = now.funnel.get(step, 0), before.funnel.get(step, 0)
        total = now.consultations
        shown = cell(here).count
        share = f"{shown / total:.0%}" if total and shown is not None else _NONE
        rows.append((names[step], _count(here), share, _count(there)))
        bars.append((names[step], float(shown or 0), _plain(there)))
    text = (
        f"相談 {_count(now.consultations)} 組のうち、案内まで進んだのは "
        f"{rows[2][1]} 組（{rows[2][2]}）、"
        f"担当者を希望したのは {rows[3][1]} 組（{rows[3][2]}）です。"
    )
    return Section(
        "funnel", "相談から解決まで", text, ("段", "この期間", "相談に対する割合", "前の期間"),
        tuple(rows), Chart("bars", tuple(bars)),
        "会話を 1 組と数えます。「担当者」から下は、この期間に受け付けた希望の数です。",
    )  # fmt: skip


def _breakdown(name: str, now: Figures, before: Figures, labels: Labels) -> Section:
    title = texts()["breakdowns"][name]
    cells = safe_breakdown(now.by.get(name, {}))
    earlier = safe_breakdown(before.by.get(name, {}))
    rows, bars = [], []
    for value, shown in cells.items():
        label = _label(name, value, labels)
        there = earlier.get(value)
        share = _NONE
        if shown.count is not None and now.consultations:
            share = f"{shown.count / now.consultations:.0%}"
        rows.append((label, str(shown), share, str(there) if there else _NONE))
        bars.append((label, float(shown.count or 0), _number(there)))
    known = [row for row, value in zip(rows, cells, strict=True) if value not in (UNKNOWN, OTHERS)]
    if known:
        text = f"最も多いのは{known[0][0]}の {known[0][1]} 組です。"
    else:
        text = f"{K} 組以上の{title}はありません。"
    return Section(
        f"by_{name}", f"{title}別の相談", text, (title, "この期間（組）", "割合", "前の期間（組）"),
        tuple(rows), Chart("bars", tuple(bars[:MOST_BARS])) if bars else None,
        f"{K} 組より少ない{title}は、どれか分からないように一つにまとめています。",
    )  # fmt: skip


def _answers(now: Figures, before: Figures) -> Section:
    names = texts()["outcomes"]
    rows = tuple(
        (names[one], _count(now.outcomes[one]), _share(now, one), _share(before, one))
        for one in OUTCOMES
    )
    parts = [
        (label, [(names[one], _safe_share(figures, one) or 0.0) for one in OUTCOMES])
        for label, figures in (("この期間", now), ("前の期間", before))
        if figures.questions
    ]
    text = (
        f"質問 {_count(now.questions)} 件のうち、{_share(now, OUTCOMES[0])} に答えました"
        f"（前の期間は {_share(before, OUTCOMES[0])}）。"
        f"分からなかったのは {_share(now, OUTCOMES[-1])} です。"
        if now.questions
        else "この期間に質問はありません。"
    )
    return Section(
        "answers", "質問への答え", text, ("結果", "件数", "割合", "前の期間の割合"), rows,
        Chart("shares", tuple(parts)) if parts else None,
        "「ないと答えた」は、資料にないことを伝えて相談先を案内した質問です。",
    )  # fmt: skip


def _desk(now: Figures, before: Figures) -> Section:
    rows = [("希望の数", _count(now.requests), _count(before.requests))]
    rows += [
        (f"理由: {label}", _count(now.reasons[one]), _count(before.reasons[one]))
        for one, label in texts()["reasons"].items()
        if now.reasons[one] or before.reasons[one]
    ]
    rows += [
        (f"結果: {label}", _count(now.results[one]), _count(before.results[one]))
        for one, label in texts()["results"].items()
        if now.results[one] or before.results[one]
    ]
    text = (
        f"担当者への希望は {_count(now.requests)} 件"
        f"（前の期間は {_count(before.requests)} 件）です。"
    )
    return Section(
        "desk", "担当者への取り次ぎ", text, ("項目", "この期間", "前の期間"), tuple(rows)
    )


def _waiting(now: Figures, before: Figures) -> Section:
    here, there = _wait(now), _wait(before)
    fast, fast_before = _fast(now), _fast(before)
    rows = (
        ("半分の会社が待った時間", here[0], there[0]),
        ("10 社のうち 9 社が待った時間", here[1], there[1]),
        ("ボットの答え（半分）", fast[0], fast_before[0]),
        ("ボットの答え（20 回のうち 19 回）", fast[1], fast_before[1]),
    )
    text = (
        f"担当者が出るまで、半分の会社は {here[0]}以内、10 社のうち 9 社は {here[1]}以内でした。"
        if here[0] != _NONE
        else "待ち時間を言えるほどの対応は、この期間にありません。"
    )
    return Section(
        "waiting", "待ち時間", text, ("項目", "この期間", "前の期間"), rows,
        note=f"{K} 件より少ないときは出しません。",
    )  # fmt: skip


def _ratings(now: Figures, before: Figures) -> Section:
    rows = [
        (label, _count(now.ratings[one]), _count(before.ratings[one]))
        for one, label in texts()["ratings"].items()
    ]
    rows += [
        (f"👎 の理由: {label}", _count(now.complaints[one]), _count(before.complaints[one]))
        for one, label in texts()["complaints"].items()
        if now.complaints[one] or before.complaints[one]
    ]
    text = f"👍 は {rows[0][1]} 件、👎 は {rows[1][1]} 件です。"
    return Section("ratings", "答えへの評価", text, ("評価", "この期間", "前の期間"), tuple(rows))


def _questions(asked: Sequence[Group]) -> Section:
    shown = [one for one in asked if one.shared][:MOST_QUESTIONS]
    rows = tuple(
        (one.title, _count(one.conversations), f"{one.outcomes[OUTCOMES[0]] / one.count:.0%}")
        for one in shown
    )
    text = (
        f"最も多く尋ねられたのは「{shown[0].title}」で、{shown[0].conversations} 組です。"
        if shown
        else f"{K} 組以上が尋ねた質問は、この期間にありません。"
    )
    return Section(
        "questions", "よくある質問", text, ("質問（まとめたもの）", "相談（組）", "答えた割合"),
        rows, note=f"{K} 組以上が尋ねた質問だけを、だれのことか分からない形で出します。",
    )  # fmt: skip


def _gaps(asked: Sequence[Group]) -> Section:
    unanswered = [one for one in asked if one.outcomes[OUTCOMES[0]] * 2 < one.count]
    shown = [one for one in unanswered if one.shared][:MOST_QUESTIONS]
    rows = tuple(
        (one.title, _count(one.conversations),
         texts()["outcomes"][max(OUTCOMES[1:], key=lambda name: one.outcomes[name])])
        for one in shown
    )  # fmt: skip
    rest = sum(one.count for one in unanswered) - sum(one.count for one in shown)
    if rest:
        rows += (("そのほか（少数の質問）", f"{_count(rest)}（件）", _NONE),)
    text = (
        f"答えられなかった質問のうち、{K} 組以上が尋ねたものは {len(shown)} 種類です。"
        if unanswered
        else "答えられなかった質問は、この期間にありません。"
    )
    return Section(
        "gaps", "知識の足りないところ", text, ("質問", "相談（組）", "多かった結果"), rows,
        note="「会話から学ぶ」の画面で、知識に加えられます。",
    )  # fmt: skip


def _records(now: Figures, before: Figures, labels: Labels) -> Section:
    often = [(one, count) for one, count in now.records.most_common(MOST_RECORDS) if count >= K]
    rows = tuple(
        (labels("record", one), _count(count), _count(before.records[one])) for one, count in often
    )
    bars = tuple(
        (row[0], float(count), _plain(before.records[one]))
        for row, (one, count) in zip(rows, often, strict=True)
    )
    text = (
        f"答えに最も多く使われたのは「{rows[0][0]}」で、{rows[0][1]} 組の相談です。"
        if rows
        else f"{K} 組以上の相談で使われたレコードは、この期間にありません。"
    )
    return Section(
        "records", "よく使われた知識", text, ("レコード", "この期間（組）", "前の期間（組）"), rows,
        Chart("bars", bars[:MOST_BARS]) if bars else None,
    )  # fmt: skip


def csv_rows(report: Report) -> Iterable[Sequence[str]]:
    """Yield the report as rows: section, item, column, value."""
    yield ("区分", "項目", "列", "値")
    for name, here, there in report.headline:
        yield ("概要", name, report.period.label, here)
        yield ("概要", name, report.before.label, there)
    for section in report.sections:
        for row in section.rows:
            for column, value in zip(section.header[1:], row[1:], strict=True):
                yield (section.title, _not_a_formula(row[0]), column, value)


def _not_a_formula(text: str) -> str:
    """Keep a spreadsheet from computing what somebody typed."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _label(name: str, value: str, labels: Labels) -> str:
    special: Mapping[str, str] = {UNKNOWN: texts()["unknown"], OTHERS: texts()["others"]}
    return special.get(value) or labels(name, value)


def _count(value: int) -> str:
    return str(cell(value))


def _plain(value: int) -> float | None:
    shown = cell(value).count
    return None if shown is None else float(shown)


def _number(shown: Cell | None) -> float | None:
    return None if shown is None or shown.count is None else float(shown.count)


def _safe_share(figures: Figures, outcome: str) -> float | None:
    """Return a share unless the number behind it, or the total, is too small to be shown."""
    if cell(figures.outcomes[outcome]).count is None or not cell(figures.questions).count:
        return None
    return figures.share(outcome)


def _share(figures: Figures, outcome: str) -> str:
    share = _safe_share(figures, outcome)
    return _NONE if share is None else f"{share:.0%}"


def _handed_over(figures: Figures) -> str:
    share = figures.handed_over
    hidden = cell(figures.funnel.get("asked_desk", 0)).count is None
    return (
        _NONE
        if share is None or hidden or not cell(figures.consultations).count
        else (f"{share:.0%}")
    )


def _wait(figures: Figures) -> tuple[str, str]:
    if figures.wait is None or len(figures.waits) < K:
        return _NONE, _NONE
    return f"{figures.wait[0]:.0f} 分", f"{figures.wait[1]:.0f} 分"


def _fast(figures: Figures) -> tuple[str, str]:
    if figures.milliseconds is None:
        return _NONE, _NONE
    median, late = figures.milliseconds
    return f"{median / 1000:.2f} 秒", f"{late / 1000:.2f} 秒"
