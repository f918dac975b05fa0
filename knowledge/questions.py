"""Questions people ask, filed under what answers them (``knowledge/questions/``).

One group holds the questions that the facts of one record about one attribute answer, by the
intent they have. They teach the understanding what people ask for and in which words, and the
search which facts they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, Extra, ValidationError, constr, root_validator

from knowledge.errors import Problem, field_path, in_japanese
from knowledge.schema import Record

#: Key of the questions that no intent fits: the search learns from them, the intents do not.
UNLABELLED = "unlabelled"
_KEYS = ("record", "attribute")


class QuestionGroup(BaseModel):
    """Questions that the facts of one record about one attribute answer.

    Attributes:
        record: Id of the record.
        attribute: Id of the attribute; the record has a fact about it.
        questions: Intent name (or :data:`UNLABELLED`) → questions as people type them. In the
            file the intents stand beside ``record`` and ``attribute``.
    """

    record: str
    attribute: str
    questions: dict[str, tuple[constr(min_length=1), ...]]  # type: ignore[valid-type]

    class Config:
        """pydantic settings."""

        extra = Extra.forbid
        allow_mutation = False

    @root_validator(pre=True)
    def _gather_intents(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        if "questions" in values:
            return dict(values)
        intents = {name: texts for name, texts in values.items() if name not in _KEYS}
        return {**{name: values[name] for name in _KEYS if name in values}, "questions": intents}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yields every question with its intent."""
        for intent, texts in self.questions.items():
            for text in texts:
                yield intent, text


def read_groups(file: str, entries: Any) -> tuple[list[QuestionGroup], list[Problem]]:
    """Checks the shape of one file.

    Args:
        file: Its name, for the problems.
        entries: What its YAML holds.

    Returns:
        The groups that are right, and what is wrong with the others.
    """
    if not isinstance(entries, list):
        return [], [Problem(file, "先頭が「- 」で始まる一覧にしてください")]
    groups: list[QuestionGroup] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        name = f"{number}件目"
        if not isinstance(entry, dict):
            problems.append(Problem(file, "record: と attribute: と質問を書いてください", name))
            continue
        if set(entry) <= set(_KEYS):
            problems.append(Problem(file, "質問がありません。意図ごとに書いてください", name))
        try:
            groups.append(QuestionGroup.parse_obj(entry))
        except ValidationError as error:
            problems.extend(
                Problem(
                    file,
                    in_japanese(item),
                    f"{name}（{entry.get('record')}）",
                    field_path(item["loc"]).removeprefix("questions."),
                )
                for item in error.errors()
            )
    return groups, problems


def question_problems(
    groups: Iterable[tuple[str, QuestionGroup]],
    records: Mapping[str, Record],
    unread: Collection[str] = (),
) -> list[Problem]:
    """Checks that every group has facts that answer it, and that no question stands twice.

    Args:
        groups: File name and group.
        records: All records by id.
        unread: Ids that are there, but could not be read.
    """
    problems: list[Problem] = []
    seen: dict[str, QuestionGroup] = {}
    for file, group in groups:
        record = records.get(group.record)
        if record is None and group.record not in unread:
            problems.append(
                Problem(
                    file,
                    f"「{group.record}」というレコードはありません。id を確かめてください",
                    group.record,
                    "record",
                )
            )
        elif record is not None and not record.facts_about(group.attribute):
            known = "、".join(dict.fromkeys(fact.attribute for fact in record.facts))
            problems.append(
                Problem(
                    file,
                    f"「{group.attribute}」の事実はこのレコードにありません（あるのは {known}）",
                    group.record,
                    "attribute",
                )
            )
        for intent, text in group.texts():
            if text in seen:
                place = f"{seen[text].record} の {seen[text].attribute}"
                problems.append(
                    Problem(
                        file,
                        f"「{text}」は {place} にもあります。一方だけにしてください",
                        group.record,
                        intent,
                    )
                )
            seen[text] = group
    return problems
