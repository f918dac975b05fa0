"""Fits how the signs of a fact are weighed, on questions whose answers are known.

Positive questions stand in ``knowledge/questions/``, each with the record and attribute that
answer it; ``data/outside.yml`` holds questions nothing answers. Each question is parsed by a
pipeline that did not learn from it, so that the classifier's doubts are those of new questions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml
from rasa_sdk import Tracker

from actions.fact_ranking import EVIDENCE, SIGNS, Weights, evidence, signs, softmax
from actions.resources import Knowledge, knowledge
from actions.subjects import subjects_of
from actions.turn import Turn, clauses_of
from actions.wording import Wording
from knowledge.analysis import Analyser
from knowledge.guide import Profile
from knowledge.mentions import years
from nlu.gazetteer import ROOT

FOLDS = 3
#: Facts looked at for one question while fitting: those any sign speaks for.
_CANDIDATES = 80
#: Every so many questions are also asked in kana.
_KANA_EVERY = 5
_STEPS = 200
_PENALTY = 1e-3
_SEED = 2014
_TOLD = 3

Array = npt.NDArray[np.float32]


class Question(NamedTuple):
    """A question with what answers it; ``record`` is None where nothing does."""

    text: str
    record: str | None
    attribute: str | None


@dataclass(frozen=True)
class Fit:
    """Fitted weights and how well they do on the questions themselves.

    Attributes:
        weights: To be written.
        first: Share of answered questions whose best fact is right.
        told: Share of those with a right fact among the first three.
        area: Area under the ROC curve of "the facts told answer the question".
    """

    weights: Weights
    first: float
    told: float
    area: float


def questions() -> list[Question]:
    """Reads the questions of both kinds."""
    found = []
    for path in sorted((ROOT / "knowledge" / "questions").glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8")):
            for key, texts in group.items():
                if key not in {"record", "attribute"}:
                    found += [Question(one, group["record"], group["attribute"]) for one in texts]
    outside = yaml.safe_load((ROOT / "data" / "outside.yml").read_text("utf-8"))
    for entry in outside["nlu"]:
        found += [Question(line[2:], None, None) for line in entry["examples"].splitlines()]
    return found


def parsed(
    asked: Sequence[Question],
) -> Iterator[tuple[Question, dict[str, Any], frozenset[str]]]:
    """Parses every question by a pipeline trained without it.

    Args:
        asked: The questions.

    Yields:
        A question, what Rasa would hand to the tracker, and the texts that were left out.
    """
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.pipeline import Pipeline, own_training_data

    order = list(asked)
    random.Random(_SEED).shuffle(order)
    for number in range(FOLDS):
        fold = order[number::FOLDS]
        left_out = frozenset(one.text for one in fold)
        examples = [m for m in own_training_data().training_examples if m.get(TEXT) not in left_out]
        pipeline = Pipeline(TrainingData(examples))
        for one in fold:
            yield one, {**pipeline.parse(one.text), "text": one.text}, left_out
        for one in fold[::_KANA_EVERY]:
            spelt = one._replace(text=_in_kana(one.text))
            yield spelt, {**pipeline.parse(spelt.text), "text": spelt.text}, left_out


def _in_kana(text: str) -> str:
    """Returns a text as it sounds: people type without converting."""
    return "".join(token.reading or token.surface for token in Analyser().tokens(text))


def fit(asked: Sequence[Question]) -> Fit:
    """Fits both sets of weights.

    Args:
        asked: The questions of :func:`questions`.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    cases = []
    unseen: dict[frozenset[str], Knowledge] = {}
    for question, message, left_out in parsed(asked):
        if left_out not in unseen:
            whole = knowledge()
            search = whole.search.without_questions(left_out)
            unseen[left_out] = replace(whole, search=search)
        cases.append(_case(question, message, unseen[left_out]))
    answered = [one for one in cases if one.right.any()]
    chosen = _fit_signs(answered)
    rows, labels = [], []
    for case in cases:
        scores = np.round(case.matrix @ chosen, 4)
        shares = softmax(scores)
        rows.append(
            evidence(case.turn.clauses[-1], case.matrix, case.covered, shares, scores, case.turn)
        )
        labels.append(bool(case.right[np.argsort(-scores, kind="stable")[:_TOLD]].any()))
    matrix, targets = np.asarray(rows), np.asarray(labels)
    spread = matrix.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000)
    judged = cross_val_predict(model, matrix / spread, targets, cv=5, method="predict_proba")[:, 1]
    model.fit(matrix / spread, targets)
    best = [case.right[int(np.argmax(np.round(case.matrix @ chosen, 4)))] for case in answered]
    told = [label for case, label in zip(cases, labels, strict=True) if case.right.any()]
    return Fit(
        Weights(
            _named(SIGNS, chosen.tolist()),
            _named(EVIDENCE, (model.coef_[0] / spread).tolist()),
            round(float(model.intercept_[0]), 4),
        ),
        float(np.mean(best)),
        float(np.mean(told)),
        float(roc_auc_score(targets, judged)),
    )


def write(weights: Weights, text_head: str) -> str:
    """Returns the weights as the YAML text of ``actions/fact_weights.yml``."""
    data = {"signs": weights.signs, "evidence": weights.evidence, "bias": weights.bias}
    return text_head + str(yaml.safe_dump(data, sort_keys=False))


class _Case(NamedTuple):
    turn: Turn
    matrix: Array
    covered: Array
    right: npt.NDArray[np.bool_]


def _case(question: Question, message: dict[str, Any], store: Knowledge) -> _Case:
    turn = Turn(
        tracker=Tracker("ranking-fit", {}, None, [], False, None, {}, None),
        clauses=clauses_of(message),
        profile=Profile(),
        wording=Wording({}),
        knowledge=store,
    )
    clause = turn.clauses[-1]
    matrix, covered = signs(clause, subjects_of(clause, turn), turn)
    right = np.zeros(len(store.facts), bool)
    if question.record is not None and question.attribute is not None:
        record = store.facts.of_records([question.record])
        right = (record * store.facts.of_attributes([question.attribute])).astype(bool)
        of_year = right & store.facts.of_years(years(question.text))[0].astype(bool)
        if of_year.any():
            # 「2013年度に始まった制度は」: of the facts of that attribute, the one of that year.
            right = of_year
    return _Case(turn, matrix, covered, right)


def _fit_signs(cases: Sequence[_Case]) -> Array:
    """Fits the conditional logit by Adam (Kingma and Ba 2015) on the likeliest candidates."""
    pairs = []
    for case in cases:
        rough = case.matrix[:, : SIGNS.index("other")].sum(axis=1)
        chosen = np.union1d(np.argsort(-rough)[:_CANDIDATES], np.flatnonzero(case.right))
        target = case.right[chosen].astype(np.float32)
        pairs.append((case.matrix[chosen], target))
    weights = np.zeros(len(SIGNS), np.float64)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        gradient = _PENALTY * weights
        for matrix, right in pairs:
            shares = softmax(matrix @ weights)
            # The facts of the asked attribute are right together: their joint share counts.
            wanted = shares * right
            wanted = wanted / max(float(wanted.sum()), 1e-9)
            gradient = gradient + matrix.T @ (shares - wanted) / len(pairs)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        scale = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = weights - 0.3 * scale
    return weights.astype(np.float32)


def _named(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
