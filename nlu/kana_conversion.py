"""Rasa components: messages typed in kana only are read as their usual spelling.

「たいのちんぎんはいくらですか」 and 「タイノチンギンハ」 are understood as 「タイの賃金は…」:
the components between the two of this module see the usual spelling, and the second one brings
all offsets back to the message as typed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.analysis import Analyser, to_hiragana
from nlu import gazetteer
from nlu.folding import SOUND_MARKS
from nlu.intent_classifier import CLAUSES
from nlu.kana_lattice import KanaLattice, Piece, Word
from nlu.lexicon import LEXICON
from nlu.mentions import BLOCKED_ENTITY, Row
from nlu.variants import VARIANT

#: The message as typed, while the components between see the usual spelling; not in the output.
TYPED = "typed"
#: In the output: the usual spelling of a message typed in kana, for the search.
READ_AS = "read_as"
_LEAST_LETTERS, _MOST_LETTERS = 3, 400
#: With more letters of unknown words than this share the message stays as typed.
_MOST_UNKNOWN = 0.34
_KANA = "ぁ", "ゖ"
_LOOKS = "".join(LEXICON.lookalikes)
_LOOKALIKE = re.compile(
    f"(?<=[一-鿿])[{_LOOKS}](?![ァ-ヺー])|(?<![ァ-ヺー])[{_LOOKS}](?=[一-鿿])(?!.方|.所)"
)
_LONG_VOWELS = frozenset("ー〜~")
#: What names of the dictionary count beside words met in sentences.
_WEIGHTS = {"city": 0.02, "prefecture": 0.3, "country": 0.5, "record": 0.5}
_OTHER_WEIGHT = 0.3
_NAME = "名詞固有名詞"
#: Words of so few letters beside unknown ones are more likely part of the unknown word.
_SHORT = 3


class Typed(NamedTuple):
    """A message as typed, and where each character of its usual spelling comes from.

    Attributes:
        text: As typed.
        starts: For each character of the usual spelling, where its word begins.
        ends: For each character, where its word ends.
    """

    text: str
    starts: list[int]
    ends: list[int]


def is_kana(text: str) -> bool:
    """Says whether a message holds words in kana and no kanji."""
    letters = 0
    for character in text:
        if "一" <= character <= "鿿" or character == "々":
            return False
        letters += "ぁ" <= character <= "ヺ" or "ｦ" <= character <= "ﾝ"
    return _LEAST_LETTERS <= letters <= _MOST_LETTERS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class KanaConverter(GraphComponent):
    """Replaces the text of a message typed in kana only by its usual spelling.

    Words and what follows what are counted in the training examples and the dictionary of names,
    so there is nothing to annotate.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        # The linker's dictionary, relative to the project; null for data of another domain.
        return {"gazetteer": "data/generated/gazetteer.tsv"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        lattice: KanaLattice | None = None,
    ) -> None:
        """Wraps a lattice, or nothing before training."""
        self.validate_config(config)
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._lattice = lattice

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KanaConverter:
        """Creates the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KanaConverter:
        """Loads the counts the model was trained with."""
        with model_storage.read_from(resource) as directory:
            data = json.loads((directory / "kana.json").read_text("utf-8"))
        return cls(config, model_storage, resource, KanaLattice.restore(data))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the dictionary is no path, or is missing.
        """
        path = config["gazetteer"]
        if path is not None and not isinstance(path, str):
            raise InvalidConfigException("KanaConverter: gazetteer must be a path or null.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Makes a changed dictionary retrain the model."""
        return hashlib.sha256(cls._dictionary(config).encode()).hexdigest()

    @staticmethod
    def _dictionary(config: dict[str, Any]) -> str:
        if not config.get("gazetteer"):
            return ""
        path = Path(config["gazetteer"])
        path = path if path.is_absolute() else gazetteer.ROOT / path
        if not path.exists():
            raise InvalidConfigException(
                f"KanaConverter: {config['gazetteer']} is missing. "
                "Run `tsunagari nlu-eval --generate`."
            )
        return path.read_text("utf-8")

    def train(self, training_data: TrainingData) -> Resource:
        """Counts the words of the examples and of the dictionary."""
        analyser = Analyser()
        sentences = [
            list(_words(analyser, message.get(TEXT)))
            for message in training_data.training_examples
            if message.get(TEXT) and not message.get(VARIANT)
        ]
        rows = gazetteer.load_rows(self._dictionary(self._config))
        self._lattice = KanaLattice.count(sentences, _lexicon(analyser, rows))
        with self._model_storage.write_to(self._resource) as directory:
            (directory / "kana.json").write_text(
                json.dumps(self._lattice.dump(), ensure_ascii=False), "utf-8"
            )
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Converts the examples in kana, so that the classifier sees what it will see later."""
        self.process([m for m in training_data.training_examples if not m.get(ENTITIES)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Converts the messages in kana."""
        for message in messages:
            text = message.get(TEXT)
            converted = (self.convert(text) or _unlike(text)) if text else None
            if converted is not None:
                written, typed = converted
                message.set(TEXT, written)
                message.set(TYPED, typed)
        return messages

    def convert(self, text: str) -> tuple[str, Typed] | None:
        """Returns the usual spelling of a text in kana, or None where it stays as typed.

        Args:
            text: A message.
        """
        if self._lattice is None or not is_kana(text):
            return None
        typed, starts, ends = _letters(text)
        in_katakana = not any(_KANA[0] <= letter <= _KANA[1] for letter in typed)
        letters = to_hiragana(typed) if in_katakana else typed
        pieces = self._lattice.convert(letters, list(_fixed(letters)))
        kana = sum(_KANA[0] <= letter <= _KANA[1] for letter in letters)
        unknown = sum(piece.end - piece.start for piece in pieces if not piece.known)
        if unknown > _MOST_UNKNOWN * kana or (in_katakana and not _is_sentence(pieces)):
            return None
        return _joined(text, _trusted(typed, pieces), starts, ends)


def _unlike(text: str) -> tuple[str, Typed] | None:
    """Writes the kanji where katakana of the same look was typed (窓ロ, 協カ, エ場)."""
    written = _LOOKALIKE.sub(lambda match: LEXICON.lookalikes[match.group()], text)
    if written == text:
        return None
    places = range(len(text))
    return written, Typed(text, list(places), [place + 1 for place in places])


def _letters(text: str) -> tuple[str, list[int], list[int]]:
    """Folds widths, joins sound marks to their letters and leaves out long vowel marks.

    Returns:
        The letters, and where each begins and ends in the text.
    """
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", SOUND_MARKS.get(character, character)):
            both = unicodedata.normalize("NFC", letters[-1] + piece) if letters else piece
            long_vowel = piece in _LONG_VOWELS and letters and "ぁ" <= letters[-1] <= "ヺ"
            if long_vowel or (letters and len(both) == 1):
                letters[-1] = letters[-1] if long_vowel else both
                ends[-1] = place + 1
                continue
            letters.append(piece)
            starts.append(place)
            ends.append(place + 1)
    return "".join(letters), starts, ends


def _is_sentence(pieces: Sequence[Piece]) -> bool:
    """Tells ベトナムニシマス from a foreign word, which is written in katakana anyway."""
    if len(pieces) > 2 and any(piece.pos.startswith("助") for piece in pieces):
        return True
    return all(piece.known and piece.end - piece.start >= _SHORT for piece in pieces)


def _trusted(typed: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Leaves unknown words as typed, and short ones where they touch letters of such."""
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        beside = pieces[max(index - 1, 0) : index + 2]
        short = piece.end - piece.start <= _SHORT and not piece.pos.startswith("助")
        if not piece.known or (short and not all(other.known for other in beside)):
            piece = piece._replace(written=typed[piece.start : piece.end])
        kept.append(piece)
    return kept


def _fixed(letters: str) -> Iterator[tuple[int, int, str]]:
    """Yields the stretches that are no hiragana; each is taken as it is."""
    start = None
    for place, letter in enumerate(letters + "あ"):
        if "ぁ" <= letter <= "ゖ":
            if start is not None:
                yield start, place, letters[start:place]
                start = None
        elif start is None:
            start = place
        elif _is_word(letters[start]) != _is_word(letter):
            yield start, place, letters[start:place]
            start = place


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter in _LONG_VOWELS


def _joined(
    text: str, pieces: Sequence[Piece], starts: Sequence[int], ends: Sequence[int]
) -> tuple[str, Typed] | None:
    written: list[str] = []
    first: list[int] = []
    last: list[int] = []
    for piece in pieces:
        start, end = starts[piece.start], ends[piece.end - 1]
        written.append(piece.written)
        if len(piece.written) == piece.end - piece.start and not piece.known:
            first.extend(starts[piece.start : piece.end])
            last.extend(ends[piece.start : piece.end])
        else:
            first.extend([start] * len(piece.written))
            last.extend([end] * len(piece.written))
    joined = "".join(written)
    return None if joined == text else (joined, Typed(text, first, last))


def _words(analyser: Analyser, text: str) -> Iterator[Word]:
    for token in analyser.tokens(text):
        if not token.surface:
            continue
        reading = to_hiragana(token.reading).replace("ー", "")
        if reading and all(_KANA[0] <= letter <= _KANA[1] for letter in reading):
            yield Word(token.surface, token.pos + token.detail, reading)
        else:
            yield Word(token.surface, token.pos + token.detail, "")


def _lexicon(analyser: Analyser, rows: Sequence[Row]) -> Iterator[tuple[list[Word], float]]:
    """Yields the words of the names, each spelling once, and other readings of common words."""
    seen: set[str] = set()
    for row in rows:
        if row.form == "reading" or row.entity == BLOCKED_ENTITY or row.alias in seen:
            continue
        seen.add(row.alias)
        words = list(_words(analyser, row.alias))
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
class TypedText(GraphComponent):
    """Brings the text and all offsets of a converted message back to what was typed."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TypedText:
        """Creates the component."""
        return cls()

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
