"""Rasa component: intents of whole messages and of their clauses, with calibrated confidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.word_vectors import open_word_vectors
from nlu.calibration import Bands, find_bands
from nlu.clauses import BACKGROUND, join_fragments, leading, split
from nlu.component import TrainedComponent
from nlu.entity_linker import MENTIONS
from nlu.features import CHANNELS, Features, extract
from nlu.judgement import Judgement
from nlu.linear_model import LinearModel

BAND = "band"
#: Probability that a stretch asks for something the knowledge base leaves out.
OUTSIDE = "outside"
CLAUSES = "clauses"
#: What the bot said before, where the caller sets it on the message.
PREVIOUS = "prev_system"
#: The whole message first, then its clauses; not part of the output.
JUDGEMENTS = "judgements"
_RANKING = 5
#: Where there were too few examples to measure.
_UNMEASURED = Bands(0.5, 0.2)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MaskedLinearClassifier(TrainedComponent, IntentClassifier):
    """Multinomial logistic regression over masked n-grams, linked entities and word vectors.

    Names found by the linker are masked by their class, so that what is learnt about one hub
    or country holds for all. A message of several clauses is understood clause by clause: the
    question counts, the background before it is kept as entities.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the packages that have to be installed."""
        return ["scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            # Weight of each sparse channel (features.CHANNELS) and of the word vectors (0: none).
            "channel_weights": {
                "words": 1.0,
                "characters": 1.0,
                "sounds": 1.0,
                "entities": 0.8,
                "previous": 1.0,
            },
            "vector_weight": 0.8,
            # Inverse strength of the L2 penalty; chosen beforehand by cross-validation.
            "regularisation": 16.0,
            # How far small classes count as much as large ones, 0 to 1.
            "class_balance": 0.7,
            # One of so many folds is held out for calibration.
            "calibration_folds": 5,
            # Least held-out precision of the band "answer", and below which "unknown" begins.
            "answer_precision": 0.95,
            "unknown_precision": 0.25,
            # Messages with a smaller share of known character n-grams are not understood.
            "least_coverage": 0.25,
            # Intents of questions beyond the knowledge base.
            "outside_intents": ["ask_outside", "out_of_scope", "chitchat"],
            # Intents that are only the background when a clause asks or wants something.
            "background_intents": list(BACKGROUND),
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Wraps nothing before training."""
        super().__init__(config, model_storage, resource)
        self._use(None, Bands(1.0, 0.0))
        self._background = frozenset(config["background_intents"])

    def restore(self, directory: Path) -> None:
        """Takes up the model, if there were intents to tell apart."""
        if (directory / "classifier.json").exists():
            bands = Bands(**json.loads((directory / "bands.json").read_text("utf-8")))
            self._use(LinearModel.load(directory), bands)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a channel is unknown or a number out of range.
        """
        unknown = set(config["channel_weights"]) ^ set(CHANNELS)
        cls.require(
            not unknown,
            f"channel_weights must name exactly {', '.join(CHANNELS)};"
            f" check {', '.join(sorted(unknown))}.",
        )
        cls.require(config["vector_weight"] >= 0, "vector_weight must be 0 or more.")
        cls.require(config["regularisation"] > 0, "regularisation must be above 0.")
        cls.require(0 <= config["class_balance"] <= 1, "class_balance must lie between 0 and 1.")
        cls.require(
            0 <= config["unknown_precision"] <= config["answer_precision"] <= 1,
            "0 ≤ unknown_precision ≤ answer_precision ≤ 1 must hold.",
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the classifier, its temperature and its bands; stores them with the model."""
        # SciPy takes a second to import; a server that only parses goes without.
        from nlu.linear_training import fit

        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        labels = [message.get(INTENT) for message in examples]
        with self._model_storage.write_to(self._resource) as directory:
            if len(set(labels)) < 2:
                (directory / "bands.json").write_text(json.dumps(Bands(1.0, 0.0)._asdict()))
                return self._resource
            fitted = fit(
                [self._features(message) for message in examples],
                labels,
                channel_weights=[self._config["channel_weights"][name] for name in CHANNELS],
                dense_weight=self._config["vector_weight"],
                regularisation=self._config["regularisation"],
                vectors=open_word_vectors() if self._config["vector_weight"] else None,
                folds=self._config["calibration_folds"],
                balance=self._config["class_balance"],
            )
            bands = _UNMEASURED
            if len(fitted.targets):
                bands = find_bands(
                    fitted.probabilities,
                    fitted.targets,
                    self._config["answer_precision"],
                    self._config["unknown_precision"],
                    fitted.weights,
                )
            model = fitted.model
            model.save(directory)
            (directory / "bands.json").write_text(json.dumps(bands._asdict()))
        self._use(model, bands)
        return self._resource

    def _use(self, model: LinearModel | None, bands: Bands) -> None:
        self._model, self._bands = model, bands
        outside, labels = self._config["outside_intents"], model.labels if model else []
        self._outside_places = [i for i, label in enumerate(labels) if label in outside]

    def _features(self, message: Message, span: tuple[int, int] | None = None) -> Features:
        text = message.get(TEXT)
        start, end = span or (0, len(text))
        return extract(
            text,
            message.get(TOKENS_NAMES[TEXT]) or [],
            message.get(MENTIONS) or [],
            start,
            end,
            message.get(PREVIOUS) or "",
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking, clauses and band of each message."""
        for message in messages:
            if message.get(TEXT):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        if self._model is None or not message.get(TOKENS_NAMES[TEXT]):
            message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(BAND, "unknown", add_to_output=True)
            return
        tokens = message.get(TOKENS_NAMES[TEXT])
        spans = split(message.get(TEXT), tokens)
        spans = join_fragments(spans, tokens, message.get(MENTIONS) or [])
        features = self._features(message)
        known = self._model.known(features)
        probabilities = self._model.probabilities(self._model.scores(features, known))
        # Gibberish may score high by chance; letters never seen together say it is none of ours.
        strange = (
            not spans or self._model.coverage(features, known) < self._config["least_coverage"]
        )
        judged = [probabilities]
        leader = None
        if len(spans) > 1 and self._background & set(self._model.labels):
            judged.extend(self._judge_clauses(message, spans))
            leader = leading(message.get(CLAUSES), self._background)
        places = [(0, len(message.get(TEXT))), *spans]
        message.set(
            JUDGEMENTS,
            [
                Judgement(
                    *place,
                    dict(zip(self._model.labels, found, strict=True)),
                    "unknown" if strange else self._bands.of(max(found)),
                )
                for place, found in zip(places, judged, strict=False)
            ],
        )
        if leader is not None:
            probabilities = judged[leader + 1]
        message.set(OUTSIDE, self._outside(probabilities), add_to_output=True)
        likeliest = sorted(zip(probabilities, self._model.labels, strict=True), reverse=True)
        ranking = [
            {"name": label, "confidence": confidence} for confidence, label in likeliest[:_RANKING]
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        band = "unknown" if strange else self._bands.of(likeliest[0][0])
        message.set(BAND, band, add_to_output=True)

    def _outside(self, probabilities: Sequence[float]) -> float:
        return sum(probabilities[place] for place in self._outside_places)

    def _judge_clauses(
        self, message: Message, spans: Sequence[tuple[int, int]]
    ) -> list[list[float]]:
        """Returns the probabilities of each clause, and stores the clauses."""
        assert self._model is not None
        text = message.get(TEXT)
        clauses: list[dict[str, Any]] = []
        judged: list[list[float]] = []
        for start, end in spans:
            scores = self._model.scores(self._features(message, (start, end)))
            probabilities = self._model.probabilities(scores)
            best = probabilities.index(max(probabilities))
            judged.append(probabilities)
            clauses.append(
                {
                    "text": text[start:end],
                    "start": start,
                    "end": end,
                    "intent": self._model.labels[best],
                    "confidence": probabilities[best],
                    "band": self._bands.of(probabilities[best]),
                    OUTSIDE: self._outside(probabilities),
                }
            )
        message.set(CLAUSES, clauses, add_to_output=True)
        return judged
