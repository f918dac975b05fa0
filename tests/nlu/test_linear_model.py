"""The quick encoding equals the plain one, channel by channel and word by word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlu.features import CHANNELS, GRAM_CHANNELS, Features
from nlu.grams import Grams
from tests.nlu import unseen

_EMPTY = Features(
    tuple(Grams("", 1) if channel in GRAM_CHANNELS else set() for channel in CHANNELS), []
)


def _plainly(model: Any, features: Features) -> tuple[dict[int, float], np.ndarray]:
    """Encodes as the formula reads: TF-IDF of unit length in each channel, mean word vector."""
    weights: dict[int, float] = {}
    offset = 0
    for names, vocabulary, weight in zip(
        features.sparse, model._vocabularies, model._channel_weights, strict=True
    ):
        columns = {name: column for column, name in enumerate(vocabulary, offset)}
        offset += len(columns)
        known = {
            columns[name]: float(model._idf[columns[name]]) for name in set(names) & set(columns)
        }
        length = sum(value * value for value in known.values()) ** 0.5
        weights.update({index: weight * value / length for index, value in known.items()})
    total = np.zeros(model._vectors.dimensions)
    for lemma in features.words:
        vector = model._vectors.vector(lemma)
        if vector is not None:
            index = model._vocabularies[0].get(lemma)
            idf = model._arrays["unseen_idf"][0] if index is None else model._idf[index]
            total += vector.astype(np.float64) * float(idf)
    length = float(np.sqrt(total @ total))
    return weights, total * (model._dense_weight / length) if length else total


def test_quick_and_plain_encoding_are_equal(pipeline: Any, monkeypatch: Any) -> None:
    classifier = next(c for c in pipeline.components if hasattr(c, "_model"))
    model = classifier._model
    if model._vectors is None:
        pytest.skip("no word vectors here")
    seen: list[Features] = []
    scores = model.scores
    monkeypatch.setattr(
        model, "scores", lambda item, *known: (seen.append(item), scores(item, *known))[1]
    )
    for case in unseen.read()[::3]:
        pipeline.parse(case.text)
    assert len(seen) > 100
    for features in [*seen, _EMPTY]:
        indices, values, dense = model.encode(features)
        weights, embedded = _plainly(model, features)
        assert dict(zip(indices.tolist(), values.tolist(), strict=True)) == pytest.approx(
            weights, rel=1e-4
        )
        np.testing.assert_allclose(dense, embedded, atol=1e-4)


def test_encoding_does_not_depend_on_the_order_of_sets(pipeline: Any) -> None:
    """A set comes in another order in every process; training must not depend on it."""
    model = next(c for c in pipeline.components if hasattr(c, "_model"))._model
    names = [sorted(vocabulary)[:40] for vocabulary in model._vocabularies]
    there, back = (
        model.encode(
            Features(
                tuple(
                    Grams("海外の工場", 1) if channel in GRAM_CHANNELS else order(some)
                    for channel, some in zip(CHANNELS, names, strict=True)
                ),
                ["海外", "工場"],
            )
        )
        for order in (list, lambda some: some[::-1])
    )
    for first, second in zip(there, back, strict=True):
        assert first.tobytes() == second.tobytes()
