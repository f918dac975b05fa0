"""What is not guessed: sentences of another language, and intents with tiresome consequences."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.fallback import FOREIGN, CalibratedFallback, is_foreign

DEFAULTS = CalibratedFallback.get_default_config()


def judged(text: str, intent: str, confidence: float, band: str = "maybe") -> Message:
    best = {"name": intent, "confidence": confidence}
    message = Message({TEXT: text, INTENT: best, "intent_ranking": [best], "band": band})
    return CalibratedFallback(DEFAULTS).process([message])[0]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("tell me about support for exporting", True),
        ("Nous cherchons un partenaire au Vietnam", True),
        ("Мы хотим открыть завод во Вьетнаме", True),
        ("MOBIO Osaka", False),
        ("JICA Biz ODA F/S", False),
        ("Vietnamにfactoryを出したい we are in Kyoto", False),
        ("１２３ ４５６ 789 000 111", False),
    ],
)
def test_sentences_of_another_language(text: str, foreign: bool) -> None:
    assert is_foreign(text, DEFAULTS["foreign_words"]) is foreign


def test_another_language_is_not_understood_and_names_nothing() -> None:
    message = judged("we are making sake in Kyoto", "inform", 0.9, band="answer")
    assert message.get(INTENT)["name"] == "nlu_fallback"
    assert message.get(FOREIGN) and message.get("band") == "unknown"
    assert message.get("entities") == []


def test_a_hand_off_is_not_guessed() -> None:
    assert judged("人が辞めて困ってる", "request_human", 0.21).get(INTENT)["name"] == "nlu_fallback"
    assert judged("人と話したい", "request_human", 0.6).get(INTENT)["name"] == "request_human"
    told = judged("ベトナムのほうで考えております", "inform", 0.21)
    assert told.get(INTENT)["name"] == "inform"


def test_a_short_word_nobody_knows_is_not_guessed() -> None:
    assert judged("ゴワンダ", "inform", 0.21).get(INTENT)["name"] == "nlu_fallback"


@pytest.mark.parametrize(
    "wrong", [{"intent": ""}, {"least_confidence": {"request_human": 2}}, {"foreign_words": 1}]
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException):
        CalibratedFallback({**DEFAULTS, **wrong})
