"""Rasa component: values no dictionary holds, found by a conditional random field."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.component import TrainedComponent
from nlu.entity_linker import MENTIONS
from nlu.intent_classifier import CLAUSES
from nlu.matching import script
from nlu.mentions import Mention
from nlu.sudachi_tokenizer import DETAIL, POS
from nlu.variants import VARIANT

_LIKELY = 0.08
#: Features that name the word itself.
_OWN_WORDS = frozenset({"w", "s", "h", "t", "t2", "-w|w", "w|+w"})
_EDGE = ("<s>", "", "", "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ValueExtractor(TrainedComponent, EntityExtractorMixin):
    """Learns annotated spans (金属プレス, 水処理の技術) from the words around and inside them.

    A linear-chain CRF (Lafferty et al. 2001; CRFsuite) over Sudachi tokens in BIO labels. It
    runs only on messages whose likely intents ever carried annotations in training.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the packages that have to be installed."""
        return ["sklearn_crfsuite"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {"c1": 0.05, "c2": 0.05, "max_iterations": 80, "min_frequency": 1}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Wraps nothing before training."""
        super().__init__(config, model_storage, resource)
        self._intents: frozenset[str] = frozenset()
        self._tagger: Any = None

    def restore(self, directory: Path) -> None:
        """Takes up the random field, if there were annotations to train it on."""
        self._intents = frozenset(json.loads((directory / "intents.json").read_text("utf-8")))
        path = directory / "values.crfsuite"
        if path.exists():
            # The tagger reads from this buffer without keeping it alive.
            self._model = path.read_bytes()
            self._tagger = pycrfsuite.Tagger()
            self._tagger.open_inmemory(self._model)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a number is negative.
        """
        for key in ("c1", "c2", "max_iterations", "min_frequency"):
            number = isinstance(config[key], (int, float)) and config[key] >= 0
            cls.require(number, f"{key} must be 0 or more.")

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on all annotated examples; without annotations nothing is stored or run."""
        annotated = [m for m in training_data.nlu_examples if m.get(TEXT) and m.get(ENTITIES)]
        intents = sorted({m.get(INTENT) for m in annotated if m.get(INTENT)})
        with self._model_storage.write_to(self._resource) as directory:
            (directory / "intents.json").write_text(json.dumps(intents, ensure_ascii=False))
            if annotated:
                self._fit(training_data, frozenset(intents), str(directory / "values.crfsuite"))
        return self._resource

    def _fit(self, training_data: TrainingData, intents: frozenset[str], path: str) -> None:
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(
            {
                "c1": self._config["c1"],
                "c2": self._config["c2"],
                "max_iterations": int(self._config["max_iterations"]),
                "feature.minfreq": self._config["min_frequency"],
                "feature.possible_transitions": True,
            }
        )
        for message in training_data.nlu_examples:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if message.get(VARIANT):
                continue
            if tokens and (message.get(INTENT) in intents or message.get(ENTITIES)):
                features = token_features(tokens, message.get(MENTIONS) or [])
                labels = bio_labels(tokens, message.get(ENTITIES) or [])
                trainer.append(features, labels)
                if any(label != "O" for label in labels):
                    trainer.append(without_inner_words(features, labels), labels)
        trainer.train(path)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the extracted values to the entities of each message."""
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if self._tagger is None or not tokens or not self._worth_it(message):
                continue
            features = token_features(tokens, message.get(MENTIONS) or [])
            labels = self._tagger.tag(features)
            values = spans(message.get(TEXT), tokens, labels)
            if values:
                values = self.add_extractor_name(values)
                message.set(ENTITIES, [*(message.get(ENTITIES) or []), *values], add_to_output=True)
        return messages

    def _worth_it(self, message: Message) -> bool:
        likely = {
            item["name"]
            for item in message.get("intent_ranking") or []
            if item["confidence"] > _LIKELY
        }
        likely.update(clause["intent"] for clause in message.get(CLAUSES) or [])
        return not likely or bool(likely & self._intents)


def token_features(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[list[str]]:
    """Returns the feature names of every token: itself, its neighbours and linked mentions."""
    linked: dict[int, str] = {}
    for mention in mentions:
        for token in tokens:
            if mention.start <= token.start < mention.end:
                linked[token.start] = mention.entity
    cells = [
        (token.lemma, token.data[POS], token.data[DETAIL], linked.get(token.start, ""))
        for token in tokens
    ]
    padded = [_EDGE, _EDGE, *cells, _EDGE, _EDGE]
    features = []
    for index, token in enumerate(tokens):
        before2, before, here, after, after2 = padded[index : index + 5]
        text = token.text
        features.append(
            [
                "b",
                "w=" + here[0],
                "s=" + text,
                "p=" + here[1] + here[2],
                "l=" + here[3],
                "h=" + text[0],
                "t=" + text[-1],
                "t2=" + text[-2:],
                "k=" + script(text[0]) + script(text[-1]) + str(min(len(text), 4)),
                "-w=" + before[0],
                "-p=" + before[1] + before[2],
                "-l=" + before[3],
                "+w=" + after[0],
                "+p=" + after[1] + after[2],
                "+l=" + after[3],
                "--w=" + before2[0],
                "--p=" + before2[1],
                "++w=" + after2[0],
                "++p=" + after2[1],
                "-w|w=" + before[0] + "|" + here[0],
                "w|+w=" + here[0] + "|" + after[0],
                "p3=" + before[1] + here[1] + after[1],
                "+w2=" + after[0] + "|" + after2[0],
                "-w2=" + before2[0] + "|" + before[0],
            ]
        )
    return features


def without_inner_words(features: list[list[str]], labels: list[str]) -> list[list[str]]:
    """Returns the features without the words inside the values.

    Training on this copy too makes the model read a value off its surroundings and shape, as
    it must with words it has never seen.
    """
    result = []
    for index, names in enumerate(features):
        hidden = {
            prefix
            for prefix, place in (("", index), ("-", index - 1), ("+", index + 1))
            if 0 <= place < len(labels) and labels[place] != "O"
        }
        result.append([name for name in names if not _is_word_of(name, hidden)])
    return result


def _is_word_of(name: str, hidden: set[str]) -> bool:
    key = name.partition("=")[0]
    if "" in hidden and key in _OWN_WORDS:
        return True
    if "-" in hidden and key in ("-w", "-w|w", "-w2"):
        return True
    return "+" in hidden and key in ("+w", "w|+w", "+w2")


def bio_labels(tokens: Sequence[Token], entities: Sequence[dict[str, Any]]) -> list[str]:
    """Returns one BIO label for each token; a token belongs to the value it overlaps."""
    labels = ["O"] * len(tokens)
    for entity in entities:
        inside = [
            index
            for index, token in enumerate(tokens)
            if token.start < entity["end"] and entity["start"] < token.end
        ]
        for order, index in enumerate(inside):
            labels[index] = ("I-" if order else "B-") + entity["entity"]
    return labels


def spans(text: str, tokens: Sequence[Token], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Turns BIO labels back into entities with character offsets."""
    found: list[dict[str, Any]] = []
    for token, label in zip(tokens, labels, strict=True):
        if label == "O":
            continue
        prefix, _, name = label.partition("-")
        last = found[-1] if found else None
        if prefix == "I" and last and last["entity"] == name and last["_open"] == token.start:
            last["end"] = last["_open"] = token.end
        else:
            found.append(
                {"entity": name, "start": token.start, "end": token.end, "_open": token.end}
            )
        following = found[-1]["end"]
        # White space inside a value ends no value.
        while following < len(text) and text[following].isspace():
            following += 1
        found[-1]["_open"] = following
    for entity in found:
        del entity["_open"]
        entity["value"] = text[entity["start"] : entity["end"]]
        entity["confidence_entity"] = 0.9
    return found
