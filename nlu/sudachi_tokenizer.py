"""Rasa tokenizer on SudachiPy, split mode A, with the normalised form as lemma."""

from __future__ import annotations

import hashlib
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from knowledge.analysis import Analyser
from knowledge.analysis import Token as AnalysedToken
from nlu.folding import respell

POS = "pos"
DETAIL = "detail"
READING = "reading"
CONTENT = "content"
#: Only on tokens of a message typed wholly in katakana: the word in hiragana.
SPELLING = "spelling"


class SudachiToken(Token):
    """A token whose fingerprint is quick: Rasa takes that of every token of the training data."""

    def fingerprint(self) -> str:
        """Returns a hash of what the analyser says of the token."""
        told = "\0".join((self.text, str(self.start), self.lemma, *map(str, self.data.values())))
        return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SudachiTokenizer(Tokenizer):
    """Splits Japanese text into short units with the product's one analyser.

    ``Token.text`` is the surface as typed and ``start``/``end`` point into it;
    ``Token.lemma`` is Sudachi's normalised form, which folds spelling variants
    (引っ越し/引越し, 附属/付属, ﾍﾞﾄﾅﾑ/ベトナム). Part of speech and reading go along in
    ``Token.data``.
    """

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Returns the languages this tokenizer is made for."""
        return ["ja"]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the packages that have to be installed."""
        return ["sudachipy", "sudachidict_core"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Opens the analyser.

        Args:
            config: The component's config.

        Raises:
            InvalidConfigException: If a token pattern is configured.
        """
        self.validate_config(config)
        super().__init__(config)
        self._analyser = Analyser()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SudachiTokenizer:
        """Creates the component (see parent class)."""
        return cls(config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a token pattern is configured.
        """
        if config.get("token_pattern"):
            raise InvalidConfigException(
                "SudachiTokenizer: token_pattern is not supported, because index, query and "
                "understanding must cut words alike. Remove it from config.yml."
            )

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenizes one attribute of a message.

        Args:
            message: The message.
            attribute: Name of its text attribute.

        Returns:
            Tokens in order; white space and the empty morphemes Sudachi makes of characters
            like "…" are left out.
        """
        text = message.get(attribute)
        respelt = respell(text)
        if respelt is None:
            return [
                SudachiToken(
                    token.surface, token.start, token.end, _data(token), token.normal.lower()
                )
                for token in self._analyser.tokens(text)
                if token.surface
            ]
        tokens = []
        for token in self._analyser.tokens(respelt.text):
            if token.surface:
                start, end = respelt.starts[token.start], respelt.ends[token.end - 1]
                data = {**_data(token), SPELLING: token.surface}
                lemma = token.normal.lower()
                tokens.append(SudachiToken(text[start:end], start, end, data, lemma))
        return tokens


def _data(token: AnalysedToken) -> dict[str, Any]:
    return {
        POS: token.pos,
        DETAIL: token.detail,
        READING: token.reading,
        CONTENT: token.content,
    }
