"""Rasa component: short things people say to steer a conversation (へー, ちょっと待って, あと何問).

They are closed forms: a list knows them better than a classifier that learnt from sentences.
The list is ``moves.yml``; what a move means where it is said, the actions decide.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.component import Component
from nlu.intent_classifier import BAND, CLAUSES
from nlu.sudachi_tokenizer import POS

_FILE = Path(__file__).with_name("moves.yml")
_END = re.compile(r"[\s。．.…!?！？〜~ー、w笑]+$")
_ENTITY = "move"
#: Longest message that only steers the conversation, in characters.
_LONGEST = 60
#: The beginning of a group that remembers what it matched.
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
#: A key held down (ああああ).
_KEY_HELD = re.compile(r"(.)\1{2,}")
_OWN_PLACES = frozenset({"prefecture", "city", "region"})
_TRADES = frozenset({"industry", "business"})
#: What stands around a place and a trade (「うちは燕の洋食器です」).
_BESIDE_A_TRADE = re.compile(
    r"((うち|弊社|当社|わし|私)[はも]?|[でのは、,。・!！\s]|です|だ|や|屋|ですわ|でございます|だべ|ばい|じゃけど|やけど|ですが|ですけど)*"
)
#: Entities that describe a company by a name alone.
_NAMES = frozenset({"country", "prefecture", "city", "region"})
#: What may stand between and behind bare names (「ミャンマーとかカンボジアとか」「ケニアかな」).
_BETWEEN = re.compile(
    r"(とか|とか、|とかで|か|や|と|または|もしくは|あたり|へん|だったら|なら|かな|かも|など|じゃあ|では|なんか|です|だな|だね|方面"
    r"|えーと|えっと|うーん|まあ|たぶん|多分|あ|いや|[、。・,!！?？…\s])*"
)
#: 「タイは？」 asks of it; 「イタリアとか？」 tells it.
_ASKED = re.compile(r"(?<!とか)(?<!だったら)(?<!かな)[?？]\s*$")
#: What stands between words set apart, and how many of what length they are.
_APART = re.compile(r"[\s、,・/]+")
_LEAST_PARTS, _LONGEST_PART, _MANY = 2, 10, 3
#: Marks and endings of what is no list of nouns.
_NOT_LISTED = re.compile(
    r"[?？。]|(ます|です|たい|ない|した|って|いい|して|くれ|か|は|の|を|が|に|ね|よ|わ|と)$|は[\s、,]"
)
_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞", "補助記号", "空白"})
_BEHIND_NOUNS = frozenset({"で", "に", "の"})
_ASKED_OF = frozenset({"record", "kind", "topic", "move"})
#: What entities tell of a company.
_KIND = {
    "prefecture": "place",
    "city": "place",
    "country": "country",
    "industry": "trade",
    "business": "trade",
    "purpose": "purpose",
    "stage": "stage",
    "applicant": "applicant",
}
_CHANGES = re.compile(r"いや|やっぱ|じゃなく|違う|ちがう|間違")
#: Which of two countries a company rather takes (「ベトナムの方がいいかな」).
_RATHER = re.compile(
    r".{0,8}(の方|のほう)(が|で)(いい|良い|よい|よさそう|良さそう|まし|お願い)(かな|かも|です|します|わ|な|ね|か|なあ)*"
)


class Move(NamedTuple):
    """One line of the list: what a message does, which move it is, and what it names."""

    intent: str
    name: str | None
    names: tuple[tuple[str, str], ...] = ()


class _List(NamedTuple):
    """The list, compiled: what may stand before a move, and each form with its move.

    Attributes:
        lead: What may stand before a move.
        any: All forms in one: most messages are no move, and one look says so.
        forms: In the order of the file.
    """

    lead: re.Pattern[str]
    any: re.Pattern[str]
    forms: tuple[tuple[re.Pattern[str], Move], ...]


def move_of(text: str) -> Move | None:
    """Returns the move a whole message is; None for what tells or asks something.

    Args:
        text: As typed.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    stem = _END.sub("", said)
    if len(said) > _LONGEST or _KEY_HELD.fullmatch(stem):
        return None
    known = _list()
    places = [
        (whole, start)
        for whole in dict.fromkeys((stem, said))
        for start in _after_leads(whole, known.lead)
        if known.any.fullmatch(whole, start)
    ]
    if not places:
        return None
    for form, move in known.forms:
        for whole, start in places:
            if form.fullmatch(whole, start):
                return move
    return None


def _after_leads(said: str, lead: re.Pattern[str]) -> list[int]:
    """Returns every place at which a move may begin: the start, and after what leads up to it."""
    longest = lead.match(said)
    end = longest.end() if longest else 0
    return [0, *(place for place in range(1, end + 1) if lead.fullmatch(said, 0, place))]


@lru_cache(maxsize=1)
def _list() -> _List:
    lists = yaml.safe_load(_FILE.read_text("utf-8"))
    forms = []
    for one in lists["moves"]:
        move = Move(one["intent"], one.get("move"), tuple(one.get("names", {}).items()))
        for form in one["patterns"]:
            body = form.replace("{lead}", "").replace("{ordinal}", lists["ordinal"])
            forms.append((re.compile(body), move))
    # Each choice between forms keeps what every group holds, and no group is looked at.
    whole = "|".join(f"(?:{_GROUP.sub('(?:', form.pattern)})" for form, _ in forms)
    return _List(re.compile(lists["lead"]), re.compile(whole), tuple(forms))


def entities_of(move: Move, text: str) -> list[dict[str, Any]]:
    """Returns the entities by which the actions know a move, and what it names.

    Args:
        move: What the message is.
        text: The message.
    """
    named = [*move.names, *([(_ENTITY, move.name)] if move.name else [])]
    place = {"text": text, "start": 0, "end": len(text), "extractor": "ConversationalMoves"}
    return [{"entity": kind, "value": value, **place} for kind, value in named]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ConversationalMoves(Component, IntentClassifier):
    """Sets the intent, and the entity ``move``, of messages that steer the conversation.

    So it does with bare names: 「ケニアかな」 tells a country, however unlike any example it is.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {"description": "inform", "correction": "correct"}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a name is missing.
        """
        names = all(isinstance(value, str) and value for value in config.values())
        cls.require(names, "every setting must be a name.")

    def process(self, messages: list[Message]) -> list[Message]:
        """Recognises the move of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            if message.get(INTENT) is None or text.startswith("/"):
                continue
            move = move_of(text)
            if move is not None:
                _set(message, move.intent, entities_of(move, text))
            elif _is_listed(message):
                told = [one for one in message.get(ENTITIES) if one["entity"] != "attribute"]
                _set(message, self._config["description"], told)
            elif self._rather_takes(message):
                _set(message, self._config["correction"], message.get(ENTITIES) or [])
            elif _is_placed_trade(message):
                _set(message, self._config["description"], message.get(ENTITIES) or [])
            elif _is_bare(message):
                # 「ベトナム、いやインドネシアかな」 takes the last.
                named = message.get(ENTITIES) or []
                if _CHANGES.search(text):
                    last = named[-1]
                    before = [one for one in named if one["value"] != last["value"]]
                    _set(message, self._config["correction"], [*before, last])
                else:
                    _set(message, self._config["description"], named)
        return messages

    def _rather_takes(self, message: Message) -> bool:
        """True for 「ベトナムの方がいいかな」, which compares nothing."""
        entities = message.get(ENTITIES) or []
        if [one["entity"] for one in entities] != ["country"]:
            return False
        text = message.get(TEXT)
        left = text[: entities[0]["start"]] + text[entities[0]["end"] :]
        return bool(_RATHER.fullmatch(_END.sub("", unicodedata.normalize("NFKC", left))))


def _is_listed(message: Message) -> bool:
    """True for 「建設業 沖縄 ラオスで道路」: a company told in a few words set apart."""
    entities = message.get(ENTITIES) or []
    text = unicodedata.normalize("NFKC", message.get(TEXT)).strip()
    parts = [part for part in _APART.split(text) if part]
    if len(parts) < _LEAST_PARTS or any(len(part) > _LONGEST_PART for part in parts):
        return False
    if _NOT_LISTED.search(text) or {one["entity"] for one in entities} & _ASKED_OF:
        return False
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    if any(one.data[POS] not in _NOUNS and one.text not in _BEHIND_NOUNS for one in tokens):
        return False
    kinds = {_KIND.get(one["entity"]) for one in entities} - {None}
    attributes = any(one["entity"] == "attribute" for one in entities)
    return "place" in kinds and len(kinds) >= (_MANY if attributes else 1)


def _is_bare(message: Message) -> bool:
    """True where a message is names of places with nothing asked or told of them."""
    entities = message.get(ENTITIES) or []
    if not entities or not {one["entity"] for one in entities} <= _NAMES:
        return False
    if len(entities) == 1 and _CHANGES.search(message.get(TEXT) or ""):
        return False
    if any(one.get("role") for one in entities):
        return False
    text, left, end = message.get(TEXT), [], 0
    for one in sorted(entities, key=lambda entity: int(entity["start"])):
        left.append(text[end : max(end, one["start"])])
        end = max(end, one["end"])
    left.append(text[end:])
    asked = len(entities) == 1 and _ASKED.search(text)
    return not asked and all(_BETWEEN.fullmatch(part) for part in left)


def _is_placed_trade(message: Message) -> bool:
    """True for 「高知のカツオ」 and 「うちは燕の洋食器」: a place and a trade, nothing asked."""
    entities = message.get(ENTITIES) or []
    kinds = {one["entity"] for one in entities}
    if not (kinds & _OWN_PLACES and "industry" in kinds and kinds <= _OWN_PLACES | _TRADES):
        return False
    if any(one.get("role") for one in entities):
        return False
    left, end = [], 0
    text = message.get(TEXT)
    for one in sorted(entities, key=lambda entity: int(entity["start"])):
        left.append(text[end : max(end, one["start"])])
        end = max(end, one["end"])
    return all(map(_BESIDE_A_TRADE.fullmatch, (*left, text[end:])))


def _set(message: Message, intent: str, entities: list[dict[str, Any]]) -> None:
    told = {"name": intent, "confidence": 1.0}
    others = [one for one in message.get("intent_ranking") or [] if one["name"] != intent]
    message.set(INTENT, told, add_to_output=True)
    message.set("intent_ranking", [told, *others], add_to_output=True)
    message.set(ENTITIES, entities, add_to_output=True)
    message.set(CLAUSES, [], add_to_output=True)
    message.set(BAND, "answer", add_to_output=True)
