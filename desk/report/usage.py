"""Sections about who consults, how far they come, and which knowledge they get."""

from __future__ import annotations

from desk.learning.anonymity import K
from desk.report.figures import FUNNEL, UNKNOWN, Figures
from desk.report.model import Chart, Labels, Section, texts
from desk.report.small_cells import OTHERS, cell, safe_breakdown, safe_cells
from desk.report.values import NONE, bar, counted, label_of, number

MOST_BARS = 12
MOST_RECORDS = 15
MOST_DAYS = 62
"""A longer period is told by month."""


def daily(now: Figures) -> Section:
    """Consultations by day, or by month of a long period."""
    monthly = len(now.daily) > MOST_DAYS
    counts: dict[str, int] = {}
    for day, value in (now.monthly if monthly else now.daily).items():
        counts[f"{day.year}/{day.month}" if monthly else f"{day.month}/{day.day}"] = value
    cells = safe_cells(counts)
    unit = "月" if monthly else "日"
    told = (number(now.consultations), number(now.turns))
    text = f"この期間の相談は {counted(told[0], '組')}、やりとりは {counted(told[1], '回')}です。"
    busiest = max(counts, key=counts.__getitem__, default=None)
    if busiest and cells[busiest].count:
        text += f"最も多い{unit}は {busiest} の {cells[busiest]} 組です。"
    return Section(
        "daily", f"{unit}ごとの相談", text, (unit, "相談（組）"),
        tuple((name, str(shown)) for name, shown in cells.items()),
        # A line through hidden points would tell them: they lie on the ground.
        Chart("line", tuple((name, shown.count or 0) for name, shown in cells.items())),
        f"{K} 組より少ない{unit}は「{K} 未満」とし、図では 0 の位置に置いています。",
    )  # fmt: skip


def funnel(now: Figures, before: Figures) -> Section:
    """How far consultations come, from the first message to a settled matter."""
    names = texts()["funnel"]
    rows, bars = [], []
    for step in FUNNEL:
        here, there = now.funnel.get(step, 0), before.funnel.get(step, 0)
        total = now.consultations
        shown = cell(here).count
        share = f"{shown / total:.0%}" if total and shown is not None else NONE
        rows.append((names[step], number(here), share, number(there)))
        bars.append((names[step], float(shown or 0), bar(cell(there))))
    text = (
        f"相談 {counted(number(now.consultations), '組')}のうち、案内まで進んだのは "
        f"{counted(rows[2][1], '組')}（{rows[2][2]}）、"
        f"担当者を希望したのは {counted(rows[3][1], '組')}（{rows[3][2]}）です。"
    )
    return Section(
        "funnel", "相談から解決まで", text, ("段", "この期間", "相談に対する割合", "前の期間"),
        tuple(rows), Chart("bars", tuple(bars)),
        "会話を 1 組と数えます。「担当者」から下は、この期間に受け付けた希望の数です。",
    )  # fmt: skip


def breakdown(name: str, now: Figures, before: Figures, labels: Labels) -> Section:
    """Consultations by a part of the profile, or by channel."""
    title = texts()["breakdowns"][name]
    cells = safe_breakdown(now.by.get(name, {}))
    earlier = safe_breakdown(before.by.get(name, {}))
    rows, bars = [], []
    for value, shown in cells.items():
        label = label_of(name, value, labels)
        there = earlier.get(value)
        share = NONE
        if shown.count is not None and now.consultations:
            share = f"{shown.count / now.consultations:.0%}"
        rows.append((label, str(shown), share, str(there) if there else NONE))
        bars.append((label, float(shown.count or 0), bar(there)))
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


def records(now: Figures, before: Figures, labels: Labels) -> Section:
    """Records that answers stood on."""
    often = [(one, count) for one, count in now.records.most_common(MOST_RECORDS) if count >= K]
    rows = tuple(
        (labels("record", one), number(count), number(before.records[one])) for one, count in often
    )
    bars = tuple(
        (row[0], float(count), bar(cell(before.records[one])))
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
