"""Rasa component: English words in a message are read as the Japanese ones they stand for.

People mix the two (「Vietnamのunemployment rateは？」). What comes after this component sees
「Vietnamの失業率は？」; the words are data (``knowledge/vocabulary/english.yml``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import gazetteer
from nlu.component import TrainedComponent
from nlu.folding import fold_key

#: The message as typed, where English words of it are read as Japanese ones; not in the output.
WRITTEN = "written"
#: File of the names in the model; a release exchanges it with that of the linker.
_DICTIONARY = "gazetteer.tsv"
#: Names of these are left as typed: the linker knows them.
_NAMED = frozenset({"record", "country", "prefecture", "city", "region", "applicant", "industry"})
_WORDS = re.compile(r"[A-Za-z][A-Za-z'’&/.\-]*(?:[ \u3000]+[A-Za-z][A-Za-z'’&/.\-]*)*")
_SPACE = re.compile(r"[ \u3000]+|(?=['’]s\b)")
#: Words beside these are a company's name.
_COMPANY = r"株式会社|有限会社|合同会社|㈱|㈲|[（(][株有][)）]"
_OF_COMPANY = re.compile(rf"(?:{_COMPANY})\s*$"), re.compile(rf"\s*(?:{_COMPANY})")
#: Addresses are no words.
_ADDRESS = re.compile(r"@|://|www\.")
#: What English puts behind a word without changing what is meant, and what it stands for.
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
_AROUND = ".'’-/&"
_LEAST_STEM = 3


class Glossary:
    """Reads English words as Japanese ones.

    Args:
        words: Lower case English word or phrase → Japanese; empty for what is left out.
        names: Names that stay as typed.
    """

    def __init__(self, words: Mapping[str, str], names: Collection[str]) -> None:
        self._words = dict(words)
        self._names = frozenset(map(fold_key, names))
        self._longest = max((phrase.count(" ") + 1 for phrase in (*words, *names)), default=1)

    def read(self, text: str) -> str:
        """Returns a message with its English words in Japanese.

        Args:
            text: As typed; one with an address in it is left alone.
        """
        if _ADDRESS.search(text):
            return text
        read = _WORDS.sub(self._of_match, text)
        return read if read.strip() else text

    def _of_match(self, match: re.Match[str]) -> str:
        before, after = _OF_COMPANY
        named = before.search(match.string[: match.start()]) or after.match(
            match.string, match.end()
        )
        return match.group() if named else self._run(match.group())

    def _run(self, run: str) -> str:
        """Reads words that follow each other; the space stays only between words left as typed."""
        read = ""
        typed = False
        words = _SPACE.split(run)
        for piece, known in self._pieces(words):
            if not piece and len(words) > 1:
                continue
            # 「A社」 begins with no article.
            piece = piece or run
            apart = read and (typed or not known) and read[-1].isascii() and piece[0].isascii()
            read += f" {piece}" if apart else piece
            typed = not known
        return read

    def _pieces(self, words: list[str]) -> Iterator[tuple[str, bool]]:
        """Yields the longest phrases there are, and whether each was read."""
        place = 0
        while place < len(words):
            for length in range(min(self._longest, len(words) - place), 0, -1):
                phrase = " ".join(words[place : place + length])
                japanese = phrase if fold_key(phrase) in self._names else self._look_up(phrase)
                if japanese is not None:
                    yield japanese, japanese != phrase
                    break
            else:
                yield words[place], False
            place += length

    def _look_up(self, phrase: str) -> str | None:
        word = phrase.lower()
        if word in self._words:
            return self._words[word]
        word = word.strip(_AROUND)
        if word in self._words:
            return self._words[word]
        for ending, base in _ENDINGS:
            stem = word.removesuffix(ending) + base
            if word.endswith(ending) and len(stem) >= _LEAST_STEM and stem in self._words:
                return self._words[stem]
        return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EnglishWords(TrainedComponent):
    """Reads the English words of a message as Japanese ones, before anything else looks at it.

    What was typed stays in the conversation; only the understanding and what is asked of the
    knowledge see the reading. The names that stay as typed go with the model, like those of the
    linker.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            "words": "knowledge/vocabulary/english.yml",
            # The linker's dictionary, relative to the project; null for data of another domain.
            "gazetteer": "data/generated/gazetteer.tsv",
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Reads the words; names are known after training."""
        super().__init__(config, model_storage, resource)
        self._words: dict[str, str] = yaml.load(
            (gazetteer.ROOT / config["words"]).read_text("utf-8"), yaml.CSafeLoader
        )
        self._glossary = Glossary(self._words, ())

    def restore(self, directory: Path) -> None:
        """Takes up the dictionary the model was trained with, or given since."""
        self._know((directory / _DICTIONARY).read_text("utf-8"))

    def _know(self, dictionary: str) -> None:
        rows = gazetteer.load_rows(dictionary)
        self._glossary = Glossary(
            self._words,
            {row.alias for row in rows if row.entity in _NAMED and row.alias.isascii()},
        )

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the words are missing.
        """
        words, path = config["words"], config["gazetteer"]
        found = isinstance(words, str) and (gazetteer.ROOT / words).is_file()
        cls.require(found, "words must be the path of a YAML file in the project.")
        cls.require(path is None or isinstance(path, str), "gazetteer must be a path or null.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Makes changed words, or a changed dictionary, retrain the model."""
        words = (gazetteer.ROOT / config["words"]).read_text("utf-8")
        text = words + cls.read_generated(config, "gazetteer")
        return hashlib.sha256(text.encode()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the dictionary with the model; there is nothing to learn."""
        dictionary = self.read_generated(self._config, "gazetteer")
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _DICTIONARY).write_text(dictionary, "utf-8")
        self._know(dictionary)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Reads the examples like messages, those with annotated places excepted."""
        examples = training_data.training_examples
        self.process([example for example in examples if not example.get(ENTITIES)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Reads the messages."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith(INTENT_MESSAGE_PREFIX):
                # The payload of a choice is read by Rasa.
                continue
            read = self._glossary.read(text)
            if read != text:
                message.set(TEXT, read)
                message.set(WRITTEN, text)
        return messages
