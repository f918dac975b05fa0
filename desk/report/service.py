"""Sections about answers, people, ratings, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desk.learning.anonymity import K
from desk.learning.groups import Group
from desk.report import values
from desk.report.figures import OUTCOMES, Figures
from desk.report.model import Chart, Section, texts
from desk.report.small_cells import safe_cells
from desk.report.values import NONE, counted, number, percent, share_of, speed, waits

MOST_QUESTIONS = 15


def answers(now: Figures, before: Figures) -> Section:
    """How many questions were answered."""
    names = texts()["outcomes"]
    shown = values.answers(now)
    rows = tuple(
        (
            names[one],
            str(shown[one]),
            percent(share_of(now, one)),
            percent(share_of(before, one)),
        )
        for one in OUTCOMES
    )
    parts = [
        (label, [(names[one], share_of(figures, one) or 0.0) for one in OUTCOMES])
        for label, figures in (("この期間", now), ("前の期間", before))
        if figures.questions
    ]
    text = "この期間に質問はありません。"
    if now.questions:
        text = f"質問は {counted(number(now.questions), '件')}です。"
        answered, lost = share_of(now, OUTCOMES[0]), share_of(now, OUTCOMES[-1])
        if answered is not None:
            earlier = percent(share_of(before, OUTCOMES[0]))
            text += f"{percent(answered)} に答えました（前の期間は {earlier}）。"
        if lost is not None:
            text += f"分からなかったのは {percent(lost)} です。"
    return Section(
        "answers", "質問への答え", text, ("結果", "件数", "割合", "前の期間の割合"), rows,
        Chart("shares", tuple(parts)) if parts else None,
        "「ないと答えた」は、資料にないことを伝えて相談先を案内した質問です。",
    )  # fmt: skip


def desk(now: Figures, before: Figures) -> Section:
    """Wishes for a person, why, and what became of them."""
    rows = [
        ("希望の数", number(now.requests), number(before.requests)),
        *_pairs("理由: ", texts()["reasons"], now.reasons, before.reasons),
        *_pairs("結果: ", texts()["results"], now.results, before.results),
    ]
    text = (
        f"担当者への希望は {counted(number(now.requests), '件')}"
        f"（前の期間は {counted(number(before.requests), '件')}）です。"
    )
    return Section(
        "desk", "担当者への取り次ぎ", text, ("項目", "この期間", "前の期間"), tuple(rows)
    )


def waiting(now: Figures, before: Figures) -> Section:
    """How long companies waited for a person and for the bot."""
    here, there = waits(now), waits(before)
    fast, fast_before = speed(now), speed(before)
    rows = (
        ("半分の会社が、これより短く待った時間（中央値）", here[0], there[0]),
        ("10 社のうち 9 社が、これより短く待った時間", here[1], there[1]),
        ("ボットの答えの速さ（中央値）", fast[0], fast_before[0]),
        ("ボットの答えの速さ（20 回のうち 19 回は、これより速い）", fast[1], fast_before[1]),
    )
    text = (
        f"担当者が出るまで、半分の会社は {here[0]}以内、10 社のうち 9 社は {here[1]}以内でした。"
        if here[0] != NONE
        else "待ち時間を言えるほどの対応は、この期間にありません。"
    )
    return Section(
        "waiting", "待ち時間", text, ("項目", "この期間", "前の期間"), rows,
        note=f"{K} 件より少ないときは出しません。",
    )  # fmt: skip


def ratings(now: Figures, before: Figures) -> Section:
    """What companies thought of answers."""
    rows = [
        *_pairs("", texts()["ratings"], now.ratings, before.ratings, every=True),
        *_pairs("役に立たなかった理由: ", texts()["complaints"], now.complaints, before.complaints),
    ]
    liked, disliked = (counted(row[1], "件") for row in rows[:2])
    text = f"「役に立った」は {liked}、「役に立たなかった」は {disliked}です。"
    return Section("ratings", "答えへの評価", text, ("評価", "この期間", "前の期間"), tuple(rows))


def questions(asked: Sequence[Group]) -> Section:
    """What is asked most."""
    shown = [one for one in asked if one.shared][:MOST_QUESTIONS]
    rows = tuple(
        (one.title, number(one.conversations), f"{one.outcomes[OUTCOMES[0]] / one.count:.0%}")
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


def gaps(asked: Sequence[Group]) -> Section:
    """What is asked and mostly not answered."""
    unanswered = [one for one in asked if one.outcomes[OUTCOMES[0]] * 2 < one.count]
    shown = [one for one in unanswered if one.shared][:MOST_QUESTIONS]
    rows = tuple(
        (one.title, number(one.conversations),
         texts()["outcomes"][max(OUTCOMES[1:], key=lambda name: one.outcomes[name])])
        for one in shown
    )  # fmt: skip
    rest = sum(one.count for one in unanswered) - sum(one.count for one in shown)
    if rest:
        rows += (("そのほか（少数の質問）", f"{number(rest)}（件）", NONE),)
    text = (
        f"答えられなかった質問のうち、{K} 組以上が尋ねたものは {len(shown)} 種類です。"
        if unanswered
        else "答えられなかった質問は、この期間にありません。"
    )
    return Section(
        "gaps", "知識の足りないところ", text, ("質問", "相談（組）", "多かった結果"), rows,
        note="「会話から学ぶ」の画面で、知識に加えられます。",
    )  # fmt: skip


def _pairs(
    prefix: str,
    labels: Mapping[str, str],
    now: Mapping[str, int],
    before: Mapping[str, int],
    every: bool = False,
) -> list[tuple[str, str, str]]:
    """Word a count by its keys, now and before; what neither has is left out."""
    here = safe_cells({one: now.get(one, 0) for one in labels})
    there = safe_cells({one: before.get(one, 0) for one in labels})
    return [
        (prefix + label, str(here[one]), str(there[one]))
        for one, label in labels.items()
        if every or now.get(one) or before.get(one)
    ]
