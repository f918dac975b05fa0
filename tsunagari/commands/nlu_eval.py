"""`tsunagari nlu-eval`: train the pipeline on any data and score it beside a baseline."""

from __future__ import annotations

import time
from pathlib import Path

import click


@click.command()
@click.option(
    "--train",
    "train_file",
    type=click.Path(path_type=Path),
    help="学習データ（JSON Lines）。省くと data/ の例文すべて。",
)
@click.option(
    "--test", "test_file", type=click.Path(path_type=Path), help="評価データ（JSON Lines）。"
)
@click.option(
    "--baseline/--no-baseline", "with_baseline", default=True, help="文字 n-gram の基準も測る。"
)
@click.option("--confusions", default=10, show_default=True, help="取り違えを多い順に何組示すか。")
@click.option(
    "--generate",
    is_flag=True,
    help="data/generated/（辞書、質問の例文）を知識ベースから作り直して終わる。",
)
def command(
    train_file: Path | None,
    test_file: Path | None,
    with_baseline: bool,
    confusions: int,
    generate: bool,
) -> None:
    """config.yml の言語理解を学習し、評価データで測る。

    Trains the pipeline of config.yml and prints intent accuracy, macro F1, span F1 and
    milliseconds per parse, and the character n-gram logistic regression on the same split. A
    line of a data file is {"text", "intent", "entities": [{"start", "end", "entity", "value"}]}.
    """
    from tsunagari.light_imports import install

    install()
    if generate:
        from nlu import gazetteer, question_examples

        rows, partials = gazetteer.write()
        questions = question_examples.write()
        click.echo(f"data/generated/: 名前 {rows} 行、場所＋語 {partials} 件、質問 {questions} 件")
        return
    if test_file is None:
        raise click.UsageError("--test に評価データ（JSON Lines）を指定してください。")
    _measure(train_file, test_file, with_baseline, confusions)


def _measure(
    train_file: Path | None, test_file: Path, with_baseline: bool, confusions: int
) -> None:
    from rasa.shared.nlu.constants import INTENT, TEXT

    from nlu import evaluation
    from nlu.pipeline import Pipeline, own_training_data

    try:
        test = evaluation.read_examples(test_file)
        given = evaluation.read_examples(train_file) if train_file else None
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    data = evaluation.training_data(given) if given else own_training_data()
    # Names of our knowledge base mean nothing in another domain's data.
    overrides = {"EntityLinker": {"gazetteer": None, "partials": None}} if given else {}
    plain = given or [{"text": m.get(TEXT), "intent": m.get(INTENT)} for m in data.intent_examples]
    click.echo(f"学習 {len(plain)} 件、評価 {len(test)} 件")
    began = time.perf_counter()
    pipeline = Pipeline(data, overrides)
    result = evaluation.evaluate(pipeline, test, time.perf_counter() - began)
    spans = "–" if result.span_f1 is None else f"{result.span_f1:.3f}"
    click.echo("                     intent acc  macro-F1  span-F1  ms/parse (median / p95)")
    click.echo(
        f"tsunagari pipeline   {result.accuracy:10.3f}  {result.macro_f1:8.3f}  {spans:>7}  "
        f"{result.median_ms:.2f} / {result.p95_ms:.2f}"
    )
    if with_baseline:
        accuracy, macro_f1 = evaluation.baseline(plain, test)
        click.echo(f"char n-gram + LR     {accuracy:10.3f}  {macro_f1:8.3f}        –")
    bands = "、".join(f"{name} {count}" for name, count in sorted(result.bands.items()))
    click.echo(f"学習 {result.train_seconds:.1f} 秒、較正誤差 (ECE) {result.calibration_error:.3f}")
    click.echo(f"確信の帯 {bands}")
    for (truth, guess), count in result.confusions.most_common(confusions):
        click.echo(f"  {count:4d}  {truth} → {guess}")
