"""Messages that mix English words into Japanese."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.english_words import EnglishWords, Glossary
from nlu.pipeline import Pipeline

GLOSSARY = Glossary(
    {
        "company": "企業",
        "country": "国",
        "rate": "率",
        "local procurement rate": "現地調達率",
        "study": "調査",
        "start": "開始",
        "the": "",
        "a": "",
        "'s": "の",
        "water": "水",
        "desk": "デスク",
    },
    ["Aichi Support Desk", "Vietnam"],
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("local procurement rateは", "現地調達率は"),
        ("Local  Procurement Rateは", "現地調達率は"),
        ("companiesやcountriesのstudies", "企業や国の調査"),
        ("いつstartしたの", "いつ開始したの"),
        ("the companyのrate", "企業の率"),
        ("Vietnam's rate", "Vietnamの率"),
        ("Aichi Support Deskのrate", "Aichi Support Deskの率"),
        ("unknown wordの company", "unknown wordの 企業"),
        ("日本語だけ", "日本語だけ"),
        ("A社とB社", "A社とB社"),
        ("Water Tech株式会社です", "Water Tech株式会社です"),
        ("㈱Waterです", "㈱Waterです"),
        ("water@example.jpへ", "water@example.jpへ"),
        ("a", "a"),
    ],
)
def test_english_words_are_read_as_japanese(typed: str, read: str) -> None:
    assert GLOSSARY.read(typed) == read


@pytest.mark.parametrize(
    ("typed", "entity", "value"),
    [
        ("Thaiのunemployment rateおしえて", "attribute", "unemployment"),
        ("F/Sのsubsidy rateはhow much?", "attribute", "subsidy_rate"),
        ("AmagasakiのsecretariatはどのBank？", "attribute", "secretariat"),
        ("うちはKobeでfood processingやってます", "city", "神戸市"),
    ],
)
def test_the_pipeline_understands_them(
    pipeline: Pipeline, typed: str, entity: str, value: str
) -> None:
    found = pipeline.parse(typed)["entities"]

    assert (entity, value) in {(one["entity"], one["value"]) for one in found}


def test_payloads_of_choices_stay_as_they_are() -> None:
    message = Message({TEXT: '/inform{"purpose": "production"}'})

    _component().process([message])

    assert message.get(TEXT) == '/inform{"purpose": "production"}'


def test_missing_words_are_a_clear_error() -> None:
    with pytest.raises(InvalidConfigException, match="words must be"):
        _component(words="knowledge/vocabulary/none.yml")


def _component(**config: str) -> EnglishWords:
    storage = LocalModelStorage(Path())
    settings = {**EnglishWords.get_default_config(), **config}
    return EnglishWords(settings, storage, Resource("english_words"))
