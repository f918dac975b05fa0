"""Confidence bands from held-out predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_STEPS = 99
#: A band needs this many held-out examples before its precision means anything.
_MIN_EXAMPLES = 10
#: A best guess below this is none, whatever few held-out examples say.
_NO_GUESS = 0.2


class Bands(NamedTuple):
    """Limits of calibrated confidence.

    Attributes:
        answer: From here on the bot answers.
        maybe: From here on it asks 「もしかして」; below, it does not know.
    """

    answer: float
    maybe: float

    def of(self, confidence: float) -> str:
        """Names the band of a confidence: answer, maybe or unknown."""
        if confidence >= self.answer:
            return "answer"
        return "maybe" if confidence >= self.maybe else "unknown"


def find_bands(
    probabilities: np.ndarray,
    targets: np.ndarray,
    answer_precision: float,
    unknown_precision: float,
    weights: np.ndarray | None = None,
) -> Bands:
    """Chooses the limits on held-out predictions.

    Args:
        probabilities: Calibrated, shape (examples, classes).
        targets: True classes, shape (examples,).
        answer_precision: Share that must be right among the predictions of the answer band.
        unknown_precision: Share of right ones below which predictions are worth nothing.
        weights: What each example counts; 1 where not given.

    Returns:
        The lowest limits that keep both promises.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == targets
    counts = np.ones(len(targets)) if weights is None else weights

    def precision(chosen: np.ndarray) -> float:
        """Returns the share of right ones, or -1 of too few examples."""
        if chosen.sum() < _MIN_EXAMPLES:
            return -1.0
        return float((right * counts)[chosen].sum() / counts[chosen].sum())

    grid = np.linspace(0.01, 0.99, _STEPS)
    answer = next(
        (float(limit) for limit in grid if precision(confidence >= limit) >= answer_precision),
        0.9,
    )
    worthless = [
        float(limit) for limit in grid if 0 <= precision(confidence < limit) <= unknown_precision
    ]
    return Bands(answer, min(max([*worthless, _NO_GUESS]), answer))


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Returns the mean gap between confidence and accuracy over equal-width bins.

    Args:
        confidence: Of each prediction, 0 to 1.
        right: Whether each was right.
        bins: Number of bins.
    """
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[index == i].mean() - right[index == i].mean()) * (index == i).mean()
        for i in range(bins)
        if (index == i).any()
    ]
    return float(sum(gaps))
