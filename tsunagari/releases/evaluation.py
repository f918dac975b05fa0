"""Questions put to the live state and to a candidate: which answers change."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.errors import Problem
from knowledge.schema import Kind, Record
from knowledge.store import Store
from tsunagari.releases.bot import TrialBot, plain
from tsunagari.releases.model import Changed, Evaluation

FILE = "evaluation.yml"
FILED_PER_RECORD = 1
"""Questions of knowledge/questions taken for each record."""
_SAID = 0.7
LARGEST_LOSS = 0.05
"""Share of the right answers that a candidate may lose before it is blocked."""


@dataclass(frozen=True)
class Question:
    """One thing that is asked.

    Attributes:
        turns: What is typed, in order; the answer to the last counts.
        finds: Words of which the answer must hold each; empty where nothing is expected.
        any_of: Statements of which it must say at least one, not word by word.
        extra: Whether somebody handed it in.
    """

    turns: tuple[str, ...]
    finds: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    extra: bool = False

    @property
    def text(self) -> str:
        """How it is shown."""
        return " → ".join(self.turns)

    def right(self, answer: str) -> bool | None:
        """Tell whether an answer holds what is expected; None where nothing is."""
        if not self.finds and not self.any_of:
            return None
        folded = _fold(answer)
        every = all(_fold(word) in folded for word in self.finds)
        return every and (not self.any_of or any(_says(folded, text) for text in self.any_of))


def committed(directory: Path, problems: list[Problem]) -> Iterator[Question]:
    """Read the questions of ``evaluation.yml``.

    Args:
        directory: The knowledge directory; a missing file holds no questions.
        problems: Gets what is wrong with the file.
    """
    path = directory / FILE
    if not path.exists():
        return
    try:
        entries = yaml.safe_load(path.read_text("utf-8")) or []
        for entry in entries:
            yield Question(tuple(entry["turns"]), tuple(entry.get("finds", ())))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        problems.append(
            Problem(FILE, f"turns: と finds: の一覧にしてください（{str(error).splitlines()[0]}）")
        )


def filed(store: Store) -> Iterator[Question]:
    """Take questions the records are known to answer, one or more for each record."""
    taken: dict[str, int] = {}
    for question in store.questions():
        if taken.get(question.record_id, 0) >= FILED_PER_RECORD:
            continue
        if not store.has_record(question.record_id):
            continue
        facts = store.record(question.record_id).facts_about(question.attribute)
        if facts:
            taken[question.record_id] = taken.get(question.record_id, 0) + 1
            yield Question((question.text,), (), tuple(fact.text for fact in facts))


def about(records: Collection[Record]) -> Iterator[Question]:
    """Ask for records that were added or changed."""
    for record in records:
        yield Question((f"{record.short_name}とは何ですか",), (record.short_name,))
        if record.kind is Kind.HUB and record.match:
            for prefecture in record.match.prefectures[:2]:
                yield Question(
                    (f"{prefecture}の相談窓口はどこですか",),
                    (record.short_name,) if len(record.match.prefectures) <= 2 else (),
                )


def evaluate(
    questions: Sequence[Question],
    before: TrialBot,
    after: TrialBot,
    progress: Callable[[int, int], None],
) -> Evaluation:
    """Put every question to both."""
    changed: list[Changed] = []
    checked = right_before = right_after = 0
    unique = {(one.turns, one.extra): one for one in questions}
    for number, question in enumerate(unique.values()):
        if number % 10 == 0:
            progress(number, len(unique))
        old, new = plain(before.ask(question.turns)), plain(after.ask(question.turns))
        was, now = question.right(old), question.right(new)
        if now is not None:
            checked += 1
            right_before += bool(was)
            right_after += bool(now)
        if old != new or question.extra:
            changed.append(Changed(question.text, old, new, was, now, question.extra))
    changed.sort(key=lambda one: (not one.worse, not one.extra))
    return Evaluation(len(unique), checked, right_before, right_after, tuple(changed))


def losses(evaluation: Evaluation) -> list[Problem]:
    """Return why an evaluation forbids publishing."""
    worse = [one for one in evaluation.changed if one.worse]
    lost = evaluation.right_before - evaluation.right_after
    if lost > max(3, LARGEST_LOSS * evaluation.checked):
        shown = "、".join(f"「{one.question}」" for one in worse[:3])
        return [
            Problem(
                "evaluation.yml",
                f"これまで正しく答えていた質問のうち {len(worse)} 件に答えられなくなります"
                f"（{shown} ほか）。消した記録や名前が要らないものかを確かめてください",
            )
        ]
    return []


def _says(answer: str, statement: str) -> bool:
    """Tell whether an answer says a statement: most of its pairs of letters are there."""
    pairs = _pairs(_fold(statement))
    return not pairs or len(pairs & _pairs(answer)) >= _SAID * len(pairs)


def _pairs(text: str) -> set[str]:
    letters = "".join(letter for letter in text if letter.isalnum())
    return {letters[place : place + 2] for place in range(len(letters) - 1)}


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
