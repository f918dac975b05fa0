"""Checks everything in the knowledge folder that names something defined elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from knowledge.errors import Problem
from knowledge.schema import Document, Fact, Match, Record

if TYPE_CHECKING:
    from knowledge.loader import Knowledge


def reference_problems(
    knowledge: Knowledge, files: Mapping[str, str], unread: Collection[str] = ()
) -> list[Problem]:
    """Returns what names a section, record, place, country or successor that is not there.

    Args:
        knowledge: Everything read so far.
        files: Record id → the file it stands in.
        unread: Ids that are there, but could not be read.
    """
    problems = []
    for document in knowledge.documents.values():
        what = _successor_problem(document.id, knowledge.documents)
        if what:
            problems.append(Problem("documents.yml", what, document.id, "superseded_by"))
    there = _There(knowledge, unread)
    for record in knowledge.records.values():
        for field, what in there.missing_of(record):
            problems.append(Problem(files[record.id], what, record.id, field))
    for topic in knowledge.slots["topic"]:
        for other in getattr(topic, "who_can_help", ()):
            if what := there.missing_record(other):
                problems.append(Problem("vocabulary/topics.yml", what, topic.id, "who_can_help"))
    return problems


class _There:
    """What may be named, and what a record names beyond it: pairs of a field and a sentence."""

    def __init__(self, knowledge: Knowledge, unread: Collection[str]) -> None:
        self._knowledge = knowledge
        self._unread = unread
        self._records = {*knowledge.records, *unread}
        self._attributes = {*knowledge.attributes, *unread}
        self._sections = {
            f"{document.id}#{section.id}"
            for document in knowledge.documents.values()
            for section in document.sections
        }
        self._prefectures = {value.id for value in knowledge.slots["prefecture"]}
        self._countries = {value.id for value in knowledge.slots["country"]}
        self._countries |= {name for name in self._records if name.startswith("country.")}

    def missing_record(self, name: str) -> str:
        """Says that there is no record of a name, if there is none."""
        there = name in self._records
        return "" if there else f"「{name}」というレコードはありません。id を確かめてください"

    def missing_of(self, record: Record) -> Iterator[tuple[str, str]]:
        """Finds everything a record names that is not there."""
        for number, fact in enumerate(record.facts, start=1):
            for field, what in self._missing_of_fact(record, fact):
                yield f"facts[{number}].{field}", what
        if record.superseded_by is not None and (
            what := _successor_problem(record.id, self._knowledge.records)
        ):
            yield "superseded_by", what
        for other in record.related:
            if what := self.missing_record(other):
                yield "related", what
        if record.match is not None:
            yield from self._missing_of_match(record.match)

    def _missing_of_fact(self, record: Record, fact: Fact) -> Iterator[tuple[str, str]]:
        if self._knowledge.attributes and fact.attribute not in self._attributes:
            yield (
                "attribute",
                f"「{fact.attribute}」は vocabulary/attributes.yml にありません。"
                "つづりを直すか、attributes.yml に足してください",
            )
        for reference in fact.cite:
            if reference not in self._sections:
                yield (
                    "cite",
                    f"「{reference}」という資料・節は documents.yml にありません。"
                    "「資料id#節id」を確かめてください",
                )
        if fact.superseded_by is not None and not any(
            fact.superseded_by in other.cite
            for other in record.facts_about(fact.attribute)
            if other is not fact
        ):
            yield (
                "superseded_by",
                f"「{fact.superseded_by}」を引用する同じ項目（{fact.attribute}）の事実が"
                "このレコードにありません。新しい事実の cite と同じものを書いてください",
            )

    def _missing_of_match(self, match: Match) -> Iterator[tuple[str, str]]:
        for name in match.prefectures:
            if self._prefectures and name not in self._prefectures:
                yield (
                    "match.prefectures",
                    f"「{name}」は都道府県の正式名ではありません（例 大阪府）",
                )
        municipalities = self._knowledge.municipalities
        for name in match.cities:
            if municipalities and name not in municipalities:
                yield "match.cities", f"「{name}」という市区町村はありません（例 東大阪市）"
        for name in match.countries:
            if name not in self._countries:
                yield (
                    "match.countries",
                    f"「{name}」は vocabulary/countries.yml にも records にもありません",
                )


def _successor_problem(name: str, things: Mapping[str, Record] | Mapping[str, Document]) -> str:
    """Says what is wrong with the successors of something: unknown ones, or a circle."""
    seen = {name}
    while (successor := things[name].superseded_by) is not None:
        if successor not in things:
            return f"「{successor}」はありません。後継の id を確かめてください"
        if successor in seen:
            return f"後継がもとに戻っています（{successor}）。どれが新しいかを確かめてください"
        seen.add(successor)
        name = successor
    return ""
