"""Recall and precision on labelled sentences; the floors are a little under what is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conversations.masking import PersonalDataMasker, kinds
from knowledge.store import open_store
from tsunagari.commands.privacy_eval import command
from tsunagari.privacy_figures import measure, read_sentences
from tsunagari.privacy_setup import masker_of

LABELLED = Path(__file__).parent / "labelled.jsonl"
SECOND = Path(__file__).parent / "labelled_second.jsonl"
THIRD = Path(__file__).parent / "labelled_third.jsonl"
HELD_OUT = Path(__file__).parent.parent / "heldout"
#: Numbers and addresses follow rules; names follow a dictionary and what is said of them.
NUMBERS = frozenset(kinds()) - {"person", "company", "address"}


@pytest.fixture(scope="module")
def masker() -> PersonalDataMasker:
    return masker_of(open_store())


@pytest.mark.parametrize(("labelled", "size"), [(LABELLED, 400), (SECOND, 250), (THIRD, 200)])
def test_the_set_is_what_it_says(labelled: Path, size: int) -> None:
    rows = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= size
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["split"] for row in rows} == {"dev", "unseen"}
    personal = sum(bool(row["spans"]) for row in rows)
    assert 0.4 <= personal / len(rows) <= 0.6
    for row in rows:
        ends = [0]
        for start, end, kind in row["spans"]:
            assert kind in kinds()
            assert ends[-1] <= start < end <= len(row["text"])
            ends.append(end)


@pytest.mark.parametrize(
    ("labelled", "split", "recall", "precision"),
    [
        (LABELLED, "dev", 0.98, 0.98),
        (LABELLED, "unseen", 0.92, 0.99),
        (SECOND, "dev", 0.98, 0.98),
        (SECOND, "unseen", 0.97, 0.98),
        (THIRD, "dev", 0.96, 0.96),
        (THIRD, "unseen", 0.88, 0.95),
    ],
)
def test_recall_and_precision(
    masker: PersonalDataMasker, labelled: Path, split: str, recall: float, precision: float
) -> None:
    result = measure(masker, read_sentences(labelled, split))
    assert result.total.recall >= recall
    assert result.total.precision >= precision
    assert result.touched <= 1
    for kind in NUMBERS & set(result.kinds):
        assert result.kinds[kind].recall == 1.0, kind
        assert result.kinds[kind].leaked == 0, kind


def test_questions_without_personal_data_stay_as_they_are(masker: PersonalDataMasker) -> None:
    texts = [
        json.loads(line)["question"]
        for line in (HELD_OUT / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [text for text in texts if masker.examine(text).found] == []


def test_a_message_costs_less_than_a_millisecond(masker: PersonalDataMasker) -> None:
    sentences = read_sentences(LABELLED)
    # A third of it on a quiet machine; a busy one gets room, and the best of several runs.
    assert min(measure(masker, sentences).milliseconds for _ in range(5)) < 1.0


def test_the_command_prints_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--split", "unseen"], standalone_mode=False)
    printed = capsys.readouterr().out
    for name in ("氏名", "会社名", "電話番号", "マイナンバー", "すべて", "ms"):
        assert name in printed
