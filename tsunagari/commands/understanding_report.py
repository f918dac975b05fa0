"""`tsunagari understanding-report`: the measured parts and figures of docs/understanding.md."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tsunagari.settings import UserError, load_settings

if TYPE_CHECKING:
    from tsunagari.understanding import Prediction

_BAND_MEANING = {
    "answer": "そのまま答える",
    "maybe": "「もしかして」と候補を出す",
    "unknown": "資料にないと言い、人につなぐ",
}


@click.command()
@click.option("--write/--no-write", default=True, help="docs/ を書き換える（既定）か、表示だけか。")
@click.option("--broken", default=0, help="書き換えで変わった例を現象ごとに何件示すか。")
def command(write: bool, broken: int) -> None:
    """言語理解を評価用の発話で測り、docs/understanding.md の表と図を作り直す。

    Measures the newest model on the held-out utterances (calibration, bands, confusions,
    invariance under rewrites) and renews the generated parts of docs/understanding.md.
    """
    root = load_settings().root
    page = root / "docs" / "understanding.md"
    held_out = root / "tests" / "heldout" / "nlu.jsonl"
    if not held_out.exists():
        raise UserError(
            "評価用の発話 tests/heldout/nlu.jsonl がありません。ソース一式の中で実行してください"
        )
    # Before the assembly puts a stand-in in place of matplotlib.
    from tests.metamorphic import invariance
    from tsunagari import understanding
    from tsunagari import understanding_figures as figures

    with understanding.trained_parser(load_settings()) as parse:
        predictions = understanding.predict(parse, understanding.read_held_out(held_out))
        outcomes = invariance.measure(parse, invariance.seeds())
    rows = [
        (name, one.pairs, one.intent / one.pairs, one.entities / one.pairs)
        for name, one in outcomes.items()
    ]
    parts = {
        "accuracy": _accuracy(predictions),
        "bands": _bands(predictions),
        "confusions": _confusions(predictions),
        "invariance": _invariance(rows),
    }
    for text in parts.values():
        click.echo(text + "\n")
    for name, one in outcomes.items():
        for seed, rewritten, before, after in one.broken[:broken]:
            click.echo(f"{name}: {seed} ⇒ {rewritten}\n    {before} ⇒ {after}")
    if not write:
        return
    images = page.parent / "images"
    figures.draw_reliability(
        images / "calibration.svg",
        understanding.reliability(predictions),
        understanding.bands(predictions),
        understanding.calibration_error(predictions),
    )
    figures.draw_confusions(
        images / "confusions.svg",
        understanding.confusions(predictions),
        Counter(one.truth for one in predictions),
    )
    figures.draw_invariance(images / "invariance.svg", rows)
    page.write_text(renew(page.read_text("utf-8"), parts), encoding="utf-8")
    click.echo("docs/understanding.md と docs/images/ を書き換えました。")


def renew(page: str, parts: dict[str, str]) -> str:
    """Puts new text between the markers of each generated part of a page.

    Raises:
        UserError: A marker is missing.
    """
    for name, text in parts.items():
        pattern = re.compile(
            f"(<!-- generated: {name} -->\n).*?(<!-- /generated -->)", flags=re.DOTALL
        )
        found = pattern.search(page)
        if not found:
            raise UserError(f"docs/understanding.md に「generated: {name}」の印がありません")
        before, rest = page[: found.end(1)], page[found.start(2) :]
        page = f"{before}\n{text}\n\n{rest}"
    return page


def _accuracy(predictions: list[Prediction]) -> str:
    from tsunagari import understanding

    return _table(
        ("評価用の発話", "意図の正解率", "較正誤差 (ECE)"),
        [
            (
                len(predictions),
                f"{understanding.accuracy(predictions):.1%}",
                f"{understanding.calibration_error(predictions):.3f}",
            )
        ],
    )


def _bands(predictions: list[Prediction]) -> str:
    from tsunagari import understanding

    rows = [
        (
            f"{band.name}（{_BAND_MEANING[band.name]}）",
            band.size,
            f"{band.size / len(predictions):.1%}",
            f"{band.right / band.size:.1%}" if band.size else "–",
        )
        for band in understanding.bands(predictions)
    ]
    return _table(("帯", "件数", "全体に占める割合", "一番の候補の正解率"), rows)


def _confusions(predictions: list[Prediction]) -> str:
    from tsunagari import understanding

    top = understanding.confusions(predictions).most_common(10)
    rows = [(f"`{truth}`", f"`{guess}`", count) for (truth, guess), count in top]
    return _table(("正しい意図", "理解した意図", "件数"), rows)


def _invariance(rows: list[tuple[str, int, float, float]]) -> str:
    shown = [(name, pairs, f"{a:.1%}", f"{b:.1%}") for name, pairs, a, b in rows]
    return _table(("現象", "組", "意図が同じ", "値が同じ"), shown)


def _table(heading: tuple[str, ...], rows: list[Any]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
