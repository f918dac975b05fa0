"""Section `search`: a query against collections of 300, 10,000 and 100,000 passages.

`python -m bench.search SIZE…` measures in this process and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.options import Options
from bench.passages import Writer
from bench.processes import run_json
from bench.report import Table, median, number, percentile, ratio
from knowledge.search.evaluation import plain_bm25
from knowledge.search.hybrid import HybridIndex
from knowledge.word_vectors import open_word_vectors

SIZES = (300, 10_000, 100_000)
QUICK_SIZES = (300, 3_000)
QUESTIONS = 200
_LIMIT = 5
_ROUNDS = 3
_LIMIT_SECONDS = 1800


Finder = Callable[[str], Any]


@dataclass(frozen=True)
class Speed:
    """One collection.

    Attributes:
        size: Passages.
        ours: Milliseconds per query, the product's search.
        plain: The same by plain BM25 over the same words.
        build: Seconds to index.
    """

    size: int
    ours: list[float]
    plain: list[float]
    build: float


def run(options: Options) -> list[Table]:
    """Measure every size, all in one process."""
    sizes = QUICK_SIZES if options.quick else SIZES
    command = ["python", "-m", "bench.search", *map(str, sizes)]
    # One thread, as in the server (tsunagari/quiet.py).
    measured = run_json(command, "search", _LIMIT_SECONDS, {"OMP_NUM_THREADS": "1"})
    return [table([Speed(**one) for one in measured["speeds"]])]


def measure(sizes: Sequence[int], questions: int = QUESTIONS) -> list[Speed]:
    """Index synthetic passages of every size, then ask both searches of each.

    They take turns by rounds of all questions: what else the machine does meets all alike,
    and no full scan between two questions leaves another search a cold processor cache.
    """
    built = [_build(size, questions) for size in sizes]
    for _ in range(_ROUNDS):
        for speed, asked, ours, plain in built:
            speed.ours.extend(timed(asked, ours))
            speed.plain.extend(timed(asked, plain))
    return [speed for speed, *_ in built]


def _build(size: int, questions: int) -> tuple[Speed, list[str], Finder, Finder]:
    writer = Writer()
    texts, asked = writer.passages(size), writer.questions(questions)
    start = time.perf_counter()
    index = HybridIndex(texts, open_word_vectors())
    speed = Speed(size, [], [], time.perf_counter() - start)
    plain = plain_bm25([f"{text.title}\n{text.body}" for text in texts])
    return speed, asked, lambda query: index.search(query, _LIMIT), plain


def timed(asked: Sequence[str], find: Finder) -> list[float]:
    """Ask every question once, after one that does not count; milliseconds."""
    times: list[float] = []
    find(asked[0])
    for query in asked:
        start = time.perf_counter()
        find(query)
        times.append((time.perf_counter() - start) * 1000)
    return times


def table(speeds: list[Speed]) -> Table:
    """Show growth with size, and plain BM25 beside."""
    first = speeds[0]
    shown = Table(
        "Search",
        (
            "passages",
            "median ms",
            "p95 ms",
            f"against {first.size}",
            "plain BM25, median ms",
            f"against {first.size}",
            "index, s",
        ),
        notes=[
            f"{len(first.ours) // _ROUNDS} questions, {_ROUNDS} rounds, on synthetic passages "
            "(bench/passages.py). Analysing the question with Sudachi is part of every figure. "
            "Default path: words and word vectors. Plain BM25: every passage is scored and sorted."
        ],
    )
    for speed in speeds:
        mine, plain = median(speed.ours), median(speed.plain)
        shown.add(
            f"{speed.size:,}",
            number(mine),
            number(percentile(speed.ours, 95)),
            ratio(median(first.ours), mine),
            number(plain),
            ratio(median(first.plain), plain),
            number(speed.build),
        )
    return shown


if __name__ == "__main__":
    measured = measure([int(size) for size in sys.argv[1:]])
    print(json.dumps({"speeds": [asdict(one) for one in measured]}))
