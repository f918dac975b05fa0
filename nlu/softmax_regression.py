"""Fitting multinomial logistic regression fast when examples are few and features are many."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize

#: Up to this many examples the Gram matrix is factorised (float32: 4,000² = 64 MB).
LARGE = 4_000
_JITTER = 1e-4
_ITERATIONS = 80
_TOLERANCE = 1e-3


class Solver:
    """Minimises log loss + ‖W‖²/2C with L-BFGS.

    The optimum lies in the span of the examples (representer theorem), so with few examples
    the problem is solved in their coordinates: with K = XXᵀ = LLᵀ, training on the rows of L is
    the same problem with as many features as examples, and W = XᵀL⁻ᵀV. That turns sparse
    products over tens of thousands of features into small dense ones.
    """

    def __init__(self, matrix: sparse.csr_matrix) -> None:
        """Prepares the coordinates.

        Args:
            matrix: Examples × features.
        """
        self._matrix = matrix.astype(np.float32)
        self._gram: np.ndarray | None = None
        if matrix.shape[0] <= LARGE:
            self._gram = (self._matrix @ self._matrix.T).toarray()

    def solve(
        self, chosen: np.ndarray, targets: np.ndarray, classes: int, regularisation: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Fits on some of the examples.

        Args:
            chosen: Their row numbers.
            targets: Their classes.
            classes: Number of classes in all.
            regularisation: C, the inverse strength of the L2 penalty.

        Returns:
            Weights (features × classes) and bias (classes), float32.
        """
        rows = self._matrix[chosen]
        if self._gram is None:
            return _minimise(rows, targets, classes, 1 / regularisation)
        gram = self._gram[np.ix_(chosen, chosen)]
        factor = cholesky(
            gram + np.float32(_JITTER) * np.eye(len(gram), dtype=np.float32), lower=True
        )
        coordinates, bias = _minimise(factor, targets, classes, 1 / regularisation)
        weights = rows.T @ solve_triangular(factor, coordinates, lower=True, trans="T")
        return np.asarray(weights, np.float32), bias


def _minimise(
    examples: np.ndarray | sparse.csr_matrix, targets: np.ndarray, classes: int, penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    features = examples.shape[1]
    truth = np.zeros((len(targets), classes), np.float32)
    truth[np.arange(len(targets)), targets] = 1.0
    transposed: Any = sparse.csr_matrix(examples.T) if sparse.issparse(examples) else examples.T

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = flat.reshape(features + 1, classes)
        weights, bias = parameters[:-1].astype(np.float32), parameters[-1]
        scores = examples @ weights + bias.astype(np.float32)
        scores -= scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        totals = exponentials.sum(axis=1, keepdims=True)
        loss = float((np.log(totals[:, 0]) - (scores * truth).sum(axis=1)).sum())
        loss += 0.5 * penalty * float((parameters[:-1] ** 2).sum())
        errors = exponentials / totals - truth
        gradient = np.empty_like(parameters)
        gradient[:-1] = transposed @ errors + penalty * weights
        gradient[-1] = errors.sum(axis=0)
        return loss, gradient.ravel()

    found = minimize(
        objective,
        np.zeros((features + 1) * classes),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ITERATIONS, "gtol": _TOLERANCE, "ftol": 1e-6, "maxcor": 6},
    )
    parameters = found.x.reshape(features + 1, classes).astype(np.float32)
    return parameters[:-1], parameters[-1]
