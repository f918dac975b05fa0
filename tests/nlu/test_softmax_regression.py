"""The fast solver finds the optimum the textbook one finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu import softmax_regression
from nlu.softmax_regression import Examples, Weighted, solve

_RANDOM = np.random.default_rng(0)
_SPARSE = sparse.csr_matrix(
    _RANDOM.normal(size=(90, 200)) * (_RANDOM.uniform(size=(90, 200)) < 0.1)
)
_DENSE = _RANDOM.normal(size=(90, 3))
_TARGETS = _RANDOM.integers(0, 3, 90)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training stops early on purpose; these tests want the optimum."""
    monkeypatch.setattr(softmax_regression, "_ITERATIONS", 300)
    monkeypatch.setattr(softmax_regression, "_LEAST_GAIN", 1e-7)


def _centred(scores: np.ndarray) -> np.ndarray:
    return np.asarray(scores - scores.mean(axis=1, keepdims=True))


def _scores(examples: Examples, found: Weighted) -> np.ndarray:
    return _centred(examples.scores(found.sparse, found.dense) + found.bias)


@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_scikit_learn(weighted: bool) -> None:
    weights = np.where(_TARGETS == 0, 2.0, 0.5) if weighted else None
    examples = Examples(_SPARSE, _DENSE)
    found = solve(examples, _TARGETS, 3, 2.0, weights)
    matrix = sparse.hstack([_SPARSE, _DENSE], format="csr")
    reference = LogisticRegression(C=2.0, max_iter=2_000, tol=1e-8)
    reference.fit(matrix, _TARGETS, sample_weight=weights)
    expected = _centred(matrix @ reference.coef_.T + reference.intercept_)
    assert np.abs(_scores(examples, found) - expected).max() < 0.05


def test_a_start_near_the_end_ends_at_the_same_place() -> None:
    examples = Examples(_SPARSE, _DENSE)
    cold = solve(examples, _TARGETS, 3, 2.0)
    warm = solve(examples, _TARGETS, 3, 2.0, start=cold.coordinates)
    assert np.abs(_scores(examples, cold) - _scores(examples, warm)).max() < 0.02


def test_the_product_by_blocks_is_the_whole_product_to_the_last_digit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(softmax_regression, "_BLOCK", 7)
    random = np.random.default_rng(3)
    rows = sparse.random(40, 50, 0.2, "csr", np.float32, random)
    examples = Examples(rows, random.normal(size=(40, 6)))
    coordinates = random.normal(size=(40, 3)).astype(np.float32)
    whole = examples.scores(*examples.combine(coordinates))
    np.testing.assert_array_equal(examples.kernel(coordinates), whole)
