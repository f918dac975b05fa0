"""Fitting multinomial logistic regression fast when features outnumber examples."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse._sparsetools import csr_matvecs

_MEMORY = 8
_ITERATIONS = 120
#: Stops when the objective falls by less than this share in one step; ten times as much and the
#: weights would hang on the last digits of the arithmetic.
_LEAST_GAIN = 5e-5
_SUFFICIENT = 1e-4
_HALVINGS = 20
#: Features taken together in the inner product: their weights stay in the processor's cache.
_BLOCK = 16_384


class Weighted(NamedTuple):
    """A fitted model.

    Attributes:
        sparse: Weights of the sparse features, shape (features, classes).
        dense: Weights of the dense features, shape (dimensions, classes).
        bias: Shape (classes,).
        coordinates: The solution in the span of the examples, to start another fit from.
    """

    sparse: np.ndarray
    dense: np.ndarray
    bias: np.ndarray
    coordinates: np.ndarray


class Examples:
    """Sparse and dense features of all examples, float32.

    Attributes:
        sparse: Shape (examples, features).
        dense: Shape (examples, dimensions); no columns where there are no dense features.
    """

    def __init__(self, sparse_rows: sparse.csr_matrix, dense_rows: np.ndarray) -> None:
        """Keeps the rows and, for speed, the columns of the sparse part."""
        self.sparse = sparse_rows.astype(np.float32)
        self.dense = np.ascontiguousarray(dense_rows, np.float32)
        self._columns: Any = sparse.csr_matrix(self.sparse.T)
        columns = self.sparse.tocsc()
        width = self.sparse.shape[1]
        self._blocks: list[tuple[Any, Any]] = []
        for start in range(0, width, _BLOCK):
            block = columns[:, start : start + _BLOCK]
            self._blocks.append((block.tocsr(), sparse.csr_matrix(block.T)))

    def __getitem__(self, chosen: np.ndarray) -> Examples:
        return Examples(self.sparse[chosen], self.dense[chosen])

    def __len__(self) -> int:
        return int(self.sparse.shape[0])

    def combine(self, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns Xᵀ·coordinates, sparse and dense part."""
        return self._columns @ coordinates, self.dense.T @ coordinates

    def scores(self, sparse_weights: np.ndarray, dense_weights: np.ndarray) -> np.ndarray:
        """Returns X·weights, shape (examples, classes)."""
        return np.asarray(self.sparse @ sparse_weights + self.dense @ dense_weights)

    def kernel(self, coordinates: np.ndarray) -> np.ndarray:
        """Returns XXᵀ·coordinates, to the last digit ``scores(*combine(coordinates))``."""
        classes = coordinates.shape[1]
        image = np.zeros((len(self), classes), np.float32)
        for rows, columns in self._blocks:
            weights = (columns @ coordinates).ravel()
            # Adds to the image in place: the sums run in the order of one product with all.
            csr_matvecs(*rows.shape, classes, rows.indptr, rows.indices, rows.data, weights, image)
        return np.asarray(image + self.dense @ (self.dense.T @ coordinates))


def solve(
    examples: Examples,
    targets: np.ndarray,
    classes: int,
    regularisation: float,
    example_weights: np.ndarray | None = None,
    start: np.ndarray | None = None,
) -> Weighted:
    """Minimises log loss + ‖W‖²/2C by L-BFGS in the span of the examples.

    The optimum is W = XᵀA (representer theorem). The search runs over A and the bias with the
    inner products of W, so that it takes the steps L-BFGS takes over W; every vector has as
    many rows as there are examples instead of features, and since the scores of A + t·P are
    linear in t, a step costs one product with XXᵀ however long the line search is.

    Args:
        examples: Their features.
        targets: Their classes, shape (examples,).
        classes: Number of classes in all.
        regularisation: C, the inverse strength of the L2 penalty.
        example_weights: Weight of each example in the loss; 1 where not given.
        start: ``coordinates`` of an earlier fit on these examples.

    Returns:
        The weights.
    """
    count = len(examples)
    rows = np.arange(count)
    weights = np.ones(count, np.float32) if example_weights is None else example_weights
    weights = weights.astype(np.float32)[:, None]
    penalty = np.float32(1 / regularisation)
    # The last row is the bias; it has no penalty.
    point = np.zeros((count + 1, classes), np.float32) if start is None else start.copy()
    image = _image(examples, point)

    def evaluate(point: np.ndarray, image: np.ndarray) -> tuple[float, np.ndarray]:
        scores = image[:-1] + image[-1]
        scores -= scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        totals = exponentials.sum(axis=1, keepdims=True)
        losses = np.log(totals[:, 0]) - scores[rows, targets]
        loss = float((losses * weights[:, 0]).sum(dtype=np.float64))
        loss += 0.5 * float(penalty) * _dot(point[:-1], image[:-1])
        gradient = np.empty_like(point)
        errors = exponentials / totals
        errors[rows, targets] -= 1
        errors *= weights
        gradient[:-1] = errors + penalty * point[:-1]
        gradient[-1] = errors.sum(axis=0)
        return loss, gradient

    loss, gradient = evaluate(point, image)
    gradient_image = _image(examples, gradient)
    steps: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]] = []
    for _ in range(_ITERATIONS):
        direction, direction_image = _direction(gradient, gradient_image, steps)
        slope = _dot(gradient, direction_image)
        length = 1.0 if steps else min(1.0, 1.0 / max(np.sqrt(-slope), 1e-12))
        for _ in range(_HALVINGS):
            moved = point + np.float32(length) * direction
            moved_image = image + np.float32(length) * direction_image
            new_loss, new_gradient = evaluate(moved, moved_image)
            if new_loss <= loss + _SUFFICIENT * length * slope:
                break
            length /= 2
        else:
            break
        new_image = _image(examples, new_gradient)
        change, change_image = new_gradient - gradient, new_image - gradient_image
        step, step_image = moved - point, moved_image - image
        curvature = _dot(step, change_image)
        if curvature > 0:
            steps = [*steps, (step, step_image, change, change_image, curvature)][-_MEMORY:]
        gained = loss - new_loss
        point, image, loss = moved, moved_image, new_loss
        gradient, gradient_image = new_gradient, new_image
        if gained <= _LEAST_GAIN * max(abs(loss), 1.0):
            break
    sparse_weights, dense_weights = examples.combine(point[:-1])
    return Weighted(sparse_weights, dense_weights, point[-1], point)


def _image(examples: Examples, vector: np.ndarray) -> np.ndarray:
    """Applies the inner product: XXᵀ on the examples, the identity on the bias."""
    return np.vstack([examples.kernel(vector[:-1]), vector[-1:]])


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.vdot(a, b))


def _direction(
    gradient: np.ndarray,
    gradient_image: np.ndarray,
    steps: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]],
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the L-BFGS direction (Nocedal & Wright, algorithm 7.4) and its image."""
    direction, image = -gradient, -gradient_image
    shares = []
    for step, _, change, change_image, curvature in reversed(steps):
        share = np.float32(_dot(step, image) / curvature)
        direction -= share * change
        image -= share * change_image
        shares.append(share)
    if steps:
        _, _, change, change_image, curvature = steps[-1]
        scale = np.float32(curvature / _dot(change, change_image))
        direction *= scale
        image *= scale
    for (step, step_image, change, _, curvature), share in zip(
        steps, reversed(shares), strict=True
    ):
        back = share - np.float32(_dot(change, image) / curvature)
        direction += back * step
        image += back * step_image
    return direction, image
