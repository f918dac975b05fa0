"""The report of a period, from its figures and those of the period before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desk.learning.groups import Group
from desk.report import service, usage
from desk.report.figures import OUTCOMES, Figures
from desk.report.model import Labels, Report, texts
from desk.report.period import Period
from desk.report.values import handed_over, number, percent, share_of, speed, waits


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
        usage.daily(now),
        usage.funnel(now, before),
        *(usage.breakdown(name, now, before, labels) for name in texts()["breakdowns"]),
        service.answers(now, before),
        service.desk(now, before),
        service.waiting(now, before),
        service.ratings(now, before),
        service.questions(asked),
        service.gaps(asked),
        usage.records(now, before, labels),
    ]
    return Report(period, period.before, headline(now, before), tuple(sections))


def headline(now: Figures, before: Figures) -> tuple[tuple[str, str, str], ...]:
    """Word the figures at the top."""

    def both(name: str, read: Callable[[Figures], str]) -> tuple[str, str, str]:
        return name, read(now), read(before)

    return (
        both("相談", lambda one: number(one.consultations)),
        both("質問に答えた割合", lambda one: percent(share_of(one, OUTCOMES[0]))),
        both("分からなかった割合", lambda one: percent(share_of(one, OUTCOMES[-1]))),
        both("担当者を希望した割合", handed_over),
        both("待ち時間（中央値）", lambda one: waits(one)[0]),
        both("応答の速さ（中央値）", lambda one: speed(one)[0]),
    )
