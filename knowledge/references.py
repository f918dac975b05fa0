"""Checks everything in the knowledge folder that names something defined elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from knowledge.errors import Problem
from knowledge.schema import Document, Record

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
    named = {*knowledge.records, *unread}
    sections = {
        f"{document.id}#{section.id}"
        for document in knowledge.documents.values()
        for section in document.sections
    }
    prefectures = {value.id for value in knowledge.slots["prefecture"]}
    countries = {value.id for value in knowledge.slots["country"]}
    countries |= {name for name in named if name.startswith("country.")}
    problems = []
    for document in knowledge.documents.values():
        what = _successor_problem(document.id, knowledge.documents)
        if what:
            problems.append(Problem("documents.yml", what, document.id, "superseded_by"))
    for record in knowledge.records.values():
        file = files[record.id]

        def report(field_name: str, what: str, file: str = file, name: str = record.id) -> None:
            problems.append(Problem(file, what, name, field_name))

        for number, fact in enumerate(record.facts, start=1):
            if knowledge.attributes and fact.attribute not in {*knowledge.attributes, *unread}:
                report(
                    f"facts[{number}].attribute",
                    f"「{fact.attribute}」は vocabulary/attributes.yml にありません。"
                    "つづりを直すか、attributes.yml に足してください",
                )
            for reference in fact.cite:
                if reference not in sections:
                    report(
                        f"facts[{number}].cite",
                        f"「{reference}」という資料・節は documents.yml にありません。"
                        "「資料id#節id」を確かめてください",
                    )
            if fact.superseded_by is not None and not any(
                fact.superseded_by in other.cite
                for other in record.facts_about(fact.attribute)
                if other is not fact
            ):
                report(
                    f"facts[{number}].superseded_by",
                    f"「{fact.superseded_by}」を引用する同じ項目（{fact.attribute}）の事実が"
                    "このレコードにありません。新しい事実の cite と同じものを書いてください",
                )
        if record.superseded_by is not None:
            what = _successor_problem(record.id, knowledge.records)
            if what:
                report("superseded_by", what)
        for other in record.related:
            if other not in named:
                report("related", f"「{other}」というレコードはありません。id を確かめてください")
        if record.match is None:
            continue
        for name in record.match.prefectures:
            if prefectures and name not in prefectures:
                report(
                    "match.prefectures", f"「{name}」は都道府県の正式名ではありません（例 大阪府）"
                )
        for name in record.match.cities:
            if knowledge.municipalities and name not in knowledge.municipalities:
                report("match.cities", f"「{name}」という市区町村はありません（例 東大阪市）")
        for name in record.match.countries:
            if name not in countries:
                report(
                    "match.countries",
                    f"「{name}」は vocabulary/countries.yml にも records にもありません",
                )
    for topic in knowledge.slots["topic"]:
        for other in getattr(topic, "who_can_help", ()):
            if other not in named:
                problems.append(
                    Problem(
                        "vocabulary/topics.yml",
                        f"「{other}」というレコードはありません。id を確かめてください",
                        topic.id,
                        "who_can_help",
                    )
                )
    return problems


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
