"""Measures the search on a collection with graded queries."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.analysis import Analyser
from knowledge.errors import KnowledgeError, Problem
from knowledge.search.bm25 import BM25

DEPTH = 10
_RESAMPLES = 10_000

#: Finds the positions of the best texts for a query, best first.
Finder = Callable[[str], Sequence[int]]


class Query(NamedTuple):
    """A query with the grade of each relevant text: 2 contains the answer, 1 is related."""

    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Result:
    """Figures per query, each of shape (queries,)."""

    mrr: npt.NDArray[np.float64]
    hit: npt.NDArray[np.float64]
    recall: npt.NDArray[np.float64]
    ndcg: npt.NDArray[np.float64]
    milliseconds: float


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Reads a JSON-lines file.

    Raises:
        KnowledgeError: When a line is not JSON, naming it.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                raise KnowledgeError(
                    [Problem(path.name, f"{number}行目が JSON ではありません。直してください")]
                ) from None
    return found


def read_queries(path: Path) -> list[Query]:
    """Reads queries ``{id, text, relevant: [ids], grades?: {id: 1|2}}``."""
    return [
        Query(
            str(line["text"]),
            {str(name): int(grade) for name, grade in line["grades"].items()}
            if line.get("grades")
            else {str(name): 1 for name in line["relevant"]},
        )
        for line in read_lines(path)
    ]


def plain_bm25(texts: Sequence[str]) -> Finder:
    """The reference: BM25 over Sudachi-A normalised content words, every text one field."""
    analyser = Analyser()
    index = BM25([analyser.words(text) for text in texts], k1=1.2, b=0.75)

    def find(query: str) -> Sequence[int]:
        scores = index.scores(analyser.words(query))
        order: Sequence[int] = np.argsort(-scores, kind="stable")[:DEPTH].tolist()
        return order

    return find


def evaluate(find: Finder, ids: Sequence[str], queries: Sequence[Query]) -> Result:
    """Runs every query and scores the first ten results."""
    rows, times = [], []
    for query in queries:
        start = time.perf_counter()
        found = find(query.text)
        times.append(time.perf_counter() - start)
        gains = [query.grades.get(ids[number], 0) for number in found[:DEPTH]]
        ranks = [rank for rank, gain in enumerate(gains, start=1) if gain]
        ideal = sorted(query.grades.values(), reverse=True)[:DEPTH]
        rows.append(
            (
                1 / ranks[0] if ranks else 0.0,
                float(bool(ranks) and ranks[0] == 1),
                len(ranks) / max(len(query.grades), 1),
                _dcg(gains) / max(_dcg(ideal), 1e-9),
            )
        )
    table = np.asarray(rows, np.float64).reshape(-1, 4)
    median = statistics.median(times) * 1000 if times else 0.0
    return Result(table[:, 0], table[:, 1], table[:, 2], table[:, 3], median)


def bootstrap(
    ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64], seed: int = 0
) -> tuple[float, float, float]:
    """Paired bootstrap of the mean difference: 2.5 %, mean, 97.5 %."""
    difference = ours - theirs
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(difference), (_RESAMPLES, len(difference)))
    means = difference[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(difference.mean()), float(high)


def _dcg(gains: Sequence[int]) -> float:
    return float(sum((2**gain - 1) / np.log2(rank + 1) for rank, gain in enumerate(gains, start=1)))
