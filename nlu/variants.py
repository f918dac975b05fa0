"""Rasa component: trains on other ways to type the examples (kana, endings, order, slips)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.analysis import Analyser
from nlu.component import Component
from nlu.lexicon import LEXICON

#: Set on examples that were made here; they carry no annotations.
VARIANT = "variant"
_KANJI = re.compile(r"[一-鿿々]")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LARGE = str.maketrans("ゃゅょっャュョッ", "やゆよつヤユヨツ")

_TOPIC_PARTICLES = frozenset({"は", "って", "を"})

Spell = Callable[[Analyser, str, int], str]


def in_hiragana(analyser: Analyser, text: str, number: int) -> str:
    """Types the words with kanji by their sound."""
    pieces: list[str] = []
    end = 0
    for token in analyser.tokens(text):
        pieces.append(text[end : token.start])
        pieces.append(token.reading if _KANJI.search(token.surface) else token.surface)
        end = token.end
    return "".join(pieces) + text[end:]


def in_katakana(analyser: Analyser, text: str, number: int) -> str:
    """Types everything in katakana."""
    return in_hiragana(analyser, text, number).translate(_TO_KATAKANA)


def hesitating(analyser: Analyser, text: str, number: int) -> str:
    """Begins with a filler or an opening phrase."""
    openings = LEXICON.openings
    return openings[number % len(openings)] + text


def ending_otherwise(analyser: Analyser, text: str, number: int) -> str:
    """Ends a question as a wish, politely or plainly (教えて → 教えてもらえると助かります)."""
    body = text.rstrip("。？?！! ")
    for ending, others in LEXICON.endings.items():
        if body.endswith(ending):
            return body[: len(body) - len(ending)] + others[number % len(others)]
    return text


def topic_last(analyser: Analyser, text: str, number: int) -> str:
    """Says the topic or the object last, as in talk (人口は何人ですか → 何人ですか、人口は)."""
    body = text.rstrip("。？?！! ")
    if "、" in body or "。" in body:
        return text
    tokens = analyser.tokens(body)
    for token, following in pairwise(tokens):
        turning = token.pos == "助詞" and token.surface in _TOPIC_PARTICLES
        if turning and following.pos != "助詞" and token.start > 1:
            topic = body[: token.start] if number % 2 else body[: token.end]
            return f"{body[token.end :]}、{topic}"
    return text


def with_slip(analyser: Analyser, text: str, number: int) -> str:
    """Slips once: no long vowel, a small kana typed large, or a kana typed twice."""
    if "ー" in text:
        return text.replace("ー", "", 1)
    slipped = text.translate(_LARGE)
    if slipped != text:
        return slipped
    kana = [index for index, letter in enumerate(text) if "ぁ" <= letter <= "ん"]
    if not kana:
        return text
    place = kana[number % len(kana)]
    return text[:place] + text[place] + text[place:]


_SPELLINGS: tuple[Spell, ...] = (
    ending_otherwise,
    topic_last,
    in_hiragana,
    in_katakana,
    # Kana are read as their usual spelling before anything is classified; slips are not.
    *(hesitating, with_slip) * 2,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SpellingVariants(Component):
    """Adds to a share of the training examples one other way to type each.

    What an example is typed like depends on its text alone, so that training twice gives the
    same model. Messages to be understood pass unchanged.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        # Share of the examples that get a variant, 0 to 1.
        return {"share": 1.0}

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the share."""
        super().__init__(config)
        self._share = config["share"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the share is out of range.
        """
        cls.require(0 <= config["share"] <= 1, "share must lie between 0 and 1.")

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Puts the variant of an example right behind it."""
        analyser = Analyser()
        examples: list[Message] = []
        for message in training_data.training_examples:
            examples.append(message)
            text, intent = message.get(TEXT), message.get(INTENT)
            other = self.variant(analyser, text) if text and intent else None
            if other:
                data = {key: value for key, value in message.data.items() if key != ENTITIES}
                examples.append(Message({**data, TEXT: other, VARIANT: True}))
        return TrainingData(
            examples,
            training_data.entity_synonyms,
            training_data.regex_features,
            training_data.lookup_tables,
            training_data.responses,
        )

    def variant(self, analyser: Analyser, text: str) -> str | None:
        """Returns a text typed in one other way, or None where it is not one of the share."""
        number, kind = divmod(zlib.crc32(text.encode()), len(_SPELLINGS))
        if number % 100 >= self._share * 100:
            return None
        other = _SPELLINGS[kind](analyser, text, number)
        if other == text:
            # Not every example ends like a question or names its topic.
            other = with_slip(analyser, text, number)
        return other if other != text else None

    def process(self, messages: list[Message]) -> list[Message]:
        """Leaves messages as they are."""
        return messages
