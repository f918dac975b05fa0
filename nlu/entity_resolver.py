"""Rasa component: mentions become entities, in the meaning that fits the intent."""

from __future__ import annotations

import unicodedata
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.component import Component
from nlu.entity_linker import MENTIONS
from nlu.intent_classifier import CLAUSES
from nlu.mentions import Mention, Row
from nlu.overlap import CONCEPTS

_SLOTS = frozenset({"purpose", "stage", "industry", "applicant"})
_MAX_CANDIDATES = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityResolver(Component):
    """Decides between the meanings of a mention by the intent of its clause.

    「人材育成」 is a row of the country table in a question and a purpose in a statement. A
    mention that may mean several values of one entity keeps them as ``candidates``.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            # Intents that ask about something: properties count before the company's own slots.
            "asking_intents": [
                "ask_record", "ask_attribute", "list_records", "find_record", "compare",
                "ask_status", "ask_source", "ask_document", "ask_outside", "out_of_scope",
            ],
            # Intents that state something: what looks like a property there is none.
            "stating_intents": [
                "inform", "correct", "skip", "affirm", "deny", "greet", "thank", "goodbye",
                "start_over", "resume",
            ],
        }  # fmt: skip

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the classes of intents."""
        super().__init__(config)
        self._asking = frozenset(config["asking_intents"])
        self._stating = frozenset(config["stating_intents"])

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the intents are no list.
        """
        cls.require_lists(config, "asking_intents", "stating_intents")

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the entities of each message, in order of appearance."""
        for message in messages:
            mentions = message.get(MENTIONS)
            if mentions:
                self._resolve(message, mentions)
        return messages

    def _resolve(self, message: Message, mentions: list[Mention]) -> None:
        text = message.get(TEXT)
        clauses = message.get(CLAUSES) or []
        intent = (message.get(INTENT) or {}).get("name")
        kinds = {item.value.partition(".")[0] for item in mentions if item.entity == "record"}
        if any(item.entity == "country" for item in mentions):
            kinds.add("country")
        prefectures = {item.value for item in mentions if item.entity == "prefecture"}
        entities = list(message.get(ENTITIES) or [])
        for mention in mentions:
            own = next(
                (c["intent"] for c in clauses if c["start"] <= mention.start < c["end"]), intent
            )
            if own in self._stating and _is_only_asked_for(mention):
                continue
            if _is_part_of_a_name(text, mention, prefectures):
                continue
            for rows in _meanings(mention, asking=own in self._asking):
                entities.append(_entity(text, mention, rows, kinds, prefectures))
        entities.sort(key=lambda item: (item["start"], item["end"]))
        message.set(ENTITIES, entities, add_to_output=True)
        for clause in clauses:
            clause["entities"] = [
                item for item in entities if clause["start"] <= item["start"] < clause["end"]
            ]


def _is_part_of_a_name(text: str, mention: Mention, prefectures: set[str]) -> bool:
    """Says whether a city is but the beginning of a company's name.

    「大阪の髙﨑金型製作所」 is not of 高崎: kanji follow, and the prefecture named is another.
    """
    row = mention.rows[0]
    if row.entity != "city" or not prefectures or prefectures & set(row.detail.split()):
        return False
    rest = unicodedata.normalize("NFKC", text[mention.end : mention.end + 1])
    return bool(rest) and unicodedata.name(rest, "").startswith("CJK")


def _is_only_asked_for(mention: Mention) -> bool:
    """Says whether a mention makes sense in questions only: properties, kinds, concepts."""
    return all(
        row.entity in ("attribute", "kind") or row.value.startswith(CONCEPTS)
        for row in mention.rows
    )


def _meanings(mention: Mention, *, asking: bool) -> list[list[Row]]:
    """Groups the rows by entity and keeps the groups that fit."""
    groups: dict[str, list[Row]] = {}
    for row in mention.rows:
        groups.setdefault(row.entity, []).append(row)
    slots = [name for name in groups if name in _SLOTS]
    others = [name for name in groups if name not in _SLOTS]
    if asking and others:
        chosen = others[:1]
    elif slots:
        chosen = slots
    else:
        chosen = others[:1]
    return [groups[name] for name in chosen]


def _entity(
    text: str, mention: Mention, rows: list[Row], kinds: set[str], prefectures: set[str]
) -> dict[str, Any]:
    if rows[0].entity == "attribute" and kinds:
        fitting = [row for row in rows if not row.detail or kinds & set(row.detail.split())]
        rows = fitting + [row for row in rows if row not in fitting]
    row = rows[0]
    entity: dict[str, Any] = {
        "entity": row.entity,
        "value": row.value,
        "start": mention.start,
        "end": mention.end,
        "text": text[mention.start : mention.end],
        "confidence_entity": round(mention.score, 3),
        "extractor": f"EntityLinker:{mention.extractor}",
    }
    values = list(dict.fromkeys(item.value for item in rows))
    if len(values) > 1:
        entity["candidates"] = values[:_MAX_CANDIDATES]
    if row.entity == "city":
        possible = row.detail.split()
        named = [name for name in possible if name in prefectures]
        entity["prefecture"] = (named or possible or [""])[0]
        if len(possible) > 1 and not named:
            entity["prefectures"] = possible
    if mention.role:
        entity["role"] = mention.role
    return entity
