"""Bands keep their promise on the data they are chosen on."""

from __future__ import annotations

import numpy as np

from nlu.calibration import Bands, expected_calibration_error, find_bands


def test_bands_keep_the_promised_precision() -> None:
    random = np.random.default_rng(1)
    top = random.uniform(0.3, 1.0, 4_000)
    probabilities = np.column_stack([top, 1 - top, np.zeros_like(top)])
    targets = np.where(random.uniform(size=4_000) < top, 0, 2)
    best = probabilities.argmax(axis=1)
    bands = find_bands(probabilities, targets, 0.9, 0.5)
    chosen = probabilities.max(axis=1) >= bands.answer
    assert (best == targets)[chosen].mean() >= 0.9
    assert bands.maybe <= bands.answer


def test_band_names() -> None:
    bands = Bands(0.8, 0.4)
    assert [bands.of(value) for value in (0.9, 0.5, 0.1)] == ["answer", "maybe", "unknown"]


def test_calibration_error_of_perfect_and_bragging_confidence() -> None:
    right = np.asarray([True, False] * 50)
    assert expected_calibration_error(np.full(100, 0.5), right) < 1e-9
    assert expected_calibration_error(np.full(100, 1.0), right) > 0.49
