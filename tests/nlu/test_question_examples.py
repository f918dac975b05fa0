"""The committed question examples are what the knowledge base asks today."""

from __future__ import annotations

from knowledge.loader import load_knowledge
from knowledge.questions import UNLABELLED, QuestionGroup
from nlu import question_examples
from nlu.pipeline import own_training_data


def test_committed_questions_are_fresh() -> None:
    fresh = question_examples.dump(load_knowledge().questions)
    hint = "run `tsunagari nlu-eval --generate` and commit data/generated/"
    assert question_examples.QUESTIONS.read_text("utf-8") == fresh, hint


def test_unlabelled_questions_are_left_out() -> None:
    group = QuestionGroup(
        record="hub.x",
        attribute="location",
        questions={"ask_attribute": ("どこですか",), UNLABELLED: ("地図",)},
    )
    dumped = question_examples.dump([group])
    assert "- どこですか" in dumped and "地図" not in dumped


def test_training_reads_every_file() -> None:
    trained = {(m.get("text"), m.get("intent")) for m in own_training_data().intent_examples}
    labelled = [
        (text, intent)
        for group in load_knowledge().questions
        for intent, text in group.texts()
        if intent != UNLABELLED
    ]
    assert set(labelled) <= trained
