"""The fast solver finds the optimum the textbook one finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu import softmax_regression


@pytest.mark.parametrize("limit", [0, 4_000])
def test_agrees_with_scikit_learn(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(softmax_regression, "LARGE", limit)
    random = np.random.default_rng(0)
    matrix = sparse.csr_matrix(
        random.normal(size=(90, 200)) * (random.uniform(size=(90, 200)) < 0.1)
    )
    targets = random.integers(0, 3, 90)
    weights, bias = softmax_regression.Solver(matrix).solve(np.arange(90), targets, 3, 2.0)
    reference = LogisticRegression(C=2.0, max_iter=2_000, tol=1e-8).fit(matrix, targets)
    scores = matrix @ weights + bias
    expected = matrix @ reference.coef_.T + reference.intercept_
    scores -= scores.mean(axis=1, keepdims=True)
    expected -= expected.mean(axis=1, keepdims=True)
    assert np.abs(scores - expected).max() < 0.05
