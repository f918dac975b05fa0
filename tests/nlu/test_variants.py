"""Training on other spellings: each is the example typed in another way, and only a share."""

from __future__ import annotations

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.analysis import Analyser
from nlu import variants
from nlu.lexicon import LEXICON

_TEXT = "資料の出典を教えてください"


def _component(share: float) -> variants.SpellingVariants:
    return variants.SpellingVariants({"share": share})


def test_spellings() -> None:
    analyser = Analyser()
    assert variants.in_hiragana(analyser, _TEXT, 0) == "しりょうのしゅってんをおしえてください"
    assert variants.in_katakana(analyser, _TEXT, 0) == "シリョウノシュッテンヲオシエテクダサイ"
    assert variants.hesitating(analyser, _TEXT, 1) == LEXICON.openings[1] + _TEXT
    assert variants.topic_last(analyser, "人口は何人ですか", 0) == "何人ですか、人口は"
    assert variants.topic_last(analyser, "何人ですか", 0) == "何人ですか"
    ending = LEXICON.endings["を教えて"][0]
    assert variants.ending_otherwise(analyser, "出典を教えて", 0) == "出典" + ending
    assert variants.ending_otherwise(analyser, "大阪", 0) == "大阪"
    assert variants.with_slip(analyser, "センターは", 0) == "センタは"
    assert variants.with_slip(analyser, "どうやって", 0) == "どうやつて"
    assert variants.with_slip(analyser, "タイ", 0) == "タイ"


def test_a_variant_stands_behind_its_example_and_has_its_intent() -> None:
    texts = [f"{number}番目の資料の出典を教えて" for number in range(200)]
    data = TrainingData([Message({"text": text, "intent": "ask_source"}) for text in texts])
    examples = _component(0.5).process_training_data(data).training_examples
    made = [m for m in examples if m.get(variants.VARIANT)]
    assert 60 <= len(made) <= 140
    assert {m.get("intent") for m in made} == {"ask_source"}
    assert [m.get("text") for m in examples if not m.get(variants.VARIANT)] == texts
    first = examples.index(made[0])
    analyser = Analyser()
    assert _component(1).variant(analyser, examples[first - 1].get("text")) == made[0].get("text")


def test_what_was_said_before_stays_and_annotations_go() -> None:
    entity = {"entity": "business", "start": 0, "end": 2, "value": "資料"}
    message = Message(
        {"text": _TEXT, "intent": "ask_source", "entities": [entity], "prev_system": "どうぞ"}
    )
    made = _component(1).process_training_data(TrainingData([message])).training_examples[1]
    assert made.get("prev_system") == "どうぞ"
    assert not made.get("entities")


def test_no_share_no_variants() -> None:
    data = TrainingData([Message({"text": _TEXT, "intent": "ask_source"})])
    assert len(_component(0).process_training_data(data).training_examples) == 1
    with pytest.raises(InvalidConfigException, match="share"):
        _component(1.5)
