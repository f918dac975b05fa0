"""Rasa components: messages in kana, and words converted wrongly, are read as usually spelt.

「たいのちんぎんはいくらですか」 and 「タイノチンギンハ」 are understood as 「タイの賃金は…」:
the components between the two of this module see the usual spelling, and the second one brings
all offsets back to the message as typed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.analysis import Analyser, to_hiragana
from nlu import gazetteer
from nlu.component import Component, TrainedComponent
from nlu.intent_classifier import CLAUSES
from nlu.kana_lattice import KanaLattice, Word
from nlu.lexicon import LEXICON
from nlu.mentions import BLOCKED_ENTITY, CUE, Row
from nlu.respelling import Respeller, Typed, is_hiragana
from nlu.sudachi_tokenizer import DETAIL, POS, READING, SudachiTokenizer
from nlu.variants import VARIANT

#: The message as typed, while the components between see the usual spelling; not in the output.
TYPED = "typed"
#: In the output: the usual spelling of a message typed in kana, for the search.
READ_AS = "read_as"
#: What names of the dictionary count beside words met in sentences.
_WEIGHTS = {"city": 0.02, "prefecture": 0.3, "country": 0.5, "record": 0.5}
_OTHER_WEIGHT = 0.3
_NAME = "名詞固有名詞"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class UsualSpelling(TrainedComponent):
    """Replaces the text of a message typed in kana only by its usual spelling.

    In other messages it replaces words never met by words of the same sound that are met between
    the same neighbours (勤続加工, 新出していません), and katakana that look like kanji.

    Words and what follows what are counted in the training examples and the dictionary of names,
    so there is nothing to annotate.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        # The linker's dictionary, relative to the project; null for data of another domain.
        return {"gazetteer": "data/generated/gazetteer.tsv"}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Respells nothing before training."""
        super().__init__(config, model_storage, resource)
        self._respeller: Respeller | None = None
        self._tokenizer = SudachiTokenizer(SudachiTokenizer.get_default_config())

    def restore(self, directory: Path) -> None:
        """Takes up the counts the model was trained with."""
        data = json.loads((directory / "spellings.json").read_text("utf-8"))
        self._respeller = Respeller(KanaLattice.restore(data))

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [Tokenizer]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the dictionary is no path.
        """
        path = config["gazetteer"]
        cls.require(path is None or isinstance(path, str), "gazetteer must be a path or null.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Makes a changed dictionary retrain the model."""
        return hashlib.sha256(cls.read_generated(config, "gazetteer").encode()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Counts the words of the examples and of the dictionary."""
        analyser = Analyser()
        sentences = [
            [_word(t.text, t.data[POS] + t.data[DETAIL], t.data[READING]) for t in tokens]
            for message in training_data.training_examples
            if (tokens := message.get(TOKENS_NAMES[TEXT])) and not message.get(VARIANT)
        ]
        rows = gazetteer.load_rows(self.read_generated(self._config, "gazetteer"))
        lattice = KanaLattice.count(sentences, _lexicon(analyser, rows))
        with self._model_storage.write_to(self._resource) as directory:
            (directory / "spellings.json").write_text(
                json.dumps(lattice.dump(), ensure_ascii=False), "utf-8"
            )
        self._respeller = Respeller(lattice)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Converts the examples in kana, so that the classifier sees what it will see later.

        Variants stay in kana: a message with many unknown words will be left so too.
        """
        self.process(
            [
                message
                for message in training_data.training_examples
                if not message.get(ENTITIES) and not message.get(VARIANT)
            ]
        )
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Converts the messages in kana."""
        for message in messages:
            text = message.get(TEXT)
            if text and self._respeller is not None:
                self._respell(message, self._respeller, text)
        return messages

    def _respell(self, message: Message, respeller: Respeller, text: str) -> None:
        respelt = respeller.respell(text, message.get(TOKENS_NAMES[TEXT]) or [])
        if respelt is not None:
            written, typed = respelt
            message.set(TEXT, written)
            message.set(TYPED, typed)
            message.set(TOKENS_NAMES[TEXT], self._tokenizer.tokenize(message, TEXT))


def _words(analyser: Analyser, text: str) -> Iterator[Word]:
    for token in analyser.tokens(text):
        if token.surface:
            yield _word(token.surface, token.pos + token.detail, token.reading)


def _word(written: str, pos: str, reading: str) -> Word:
    sound = to_hiragana(reading).replace("ー", "")
    return Word(written, pos, sound if is_hiragana(sound) else "")


def _lexicon(analyser: Analyser, rows: Sequence[Row]) -> Iterator[tuple[list[Word], float]]:
    """Yields the words of the names, each spelling once, and other readings of common words."""
    seen: set[str] = set()
    # 「いらん」 refuses; only 「イラン」 is the country.
    blocked = {row.alias for row in rows if row.entity == BLOCKED_ENTITY}
    for row in rows:
        if row.form in ("reading", CUE) or row.entity == BLOCKED_ENTITY or row.alias in seen:
            continue
        seen.add(row.alias)
        words = list(_words(analyser, row.alias))
        if len(words) == 1 and words[0].reading in blocked:
            continue
        weight = _WEIGHTS.get(row.entity, _OTHER_WEIGHT)
        yield words, weight
        whole = "".join(word.reading for word in words)
        if len(words) > 1 and all(word.reading for word in words) and row.entity != "city":
            # A name as one word: nothing inside it is read in another way.
            yield [Word(row.alias, _NAME, whole)], weight
    for row in rows:
        if row.form == "reading" and row.entity == "record":
            yield [Word(row.alias, _NAME, row.alias.replace("ー", ""))], _OTHER_WEIGHT
    for written, readings in LEXICON.readings.items():
        pos = next(_words(analyser, written)).pos
        for reading in readings:
            yield [Word(written, pos, reading)], 1.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TypedText(Component):
    """Brings the text and all offsets of a converted message back to what was typed."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Restores each message that was converted."""
        for message in messages:
            typed = message.get(TYPED)
            if typed is not None:
                message.set(READ_AS, message.get(TEXT), add_to_output=True)
                self._restore(message, typed)
        return messages

    def _restore(self, message: Message, typed: Typed) -> None:
        written = message.get(TEXT)
        entities = [_moved(item, written, typed) for item in message.get(ENTITIES) or []]
        message.set(TEXT, typed.text)
        message.set(ENTITIES, entities, add_to_output=True)
        clauses = message.get(CLAUSES)
        if clauses:
            ends = [*(_place(clause["start"], typed) for clause in clauses[1:]), len(typed.text)]
            for clause, end in zip(clauses, ends, strict=True):
                start = _place(clause["start"], typed)
                clause.update(start=start, end=end, text=typed.text[start:end])
                clause["entities"] = [
                    _moved(item, written, typed) for item in clause.get("entities", ())
                ]
            message.set(CLAUSES, clauses, add_to_output=True)


def _place(offset: int, typed: Typed) -> int:
    return typed.starts[offset] if offset < len(typed.starts) else len(typed.text)


def _moved(entity: dict[str, Any], written: str, typed: Typed) -> dict[str, Any]:
    start, end = typed.starts[entity["start"]], typed.ends[entity["end"] - 1]
    moved = {**entity, "start": start, "end": end}
    said = typed.text[start:end]
    if entity["value"] == written[entity["start"] : entity["end"]] and "text" not in entity:
        # The company's own words stay its own.
        moved["value"] = said
    if "text" in entity:
        moved["text"] = said
    return moved
