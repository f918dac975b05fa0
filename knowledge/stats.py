"""What the knowledge base holds and how far it covers its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.loader import Knowledge
from knowledge.schema import Kind

#: The list in ``knowledge/README.md`` between these lines is the output of :func:`by_section`.
README_BEGIN = "<!-- stats --by-section -->"
README_END = "<!-- /stats -->"


@dataclass(frozen=True)
class Stats:
    """Counts over the knowledge base.

    Attributes:
        records: Number of records by kind.
        facts: Number of facts by kind of their record.
        cited: Number of facts with a citation (the loader admits no other).
        sections: Document id → (sections cited by a fact, all sections).
        uncovered: ``<document>#<section>`` no fact cites.
        with_status: Number of records with a present status.
    """

    records: Mapping[Kind, int]
    facts: Mapping[Kind, int]
    cited: int
    sections: Mapping[str, tuple[int, int]]
    uncovered: tuple[str, ...]
    with_status: int

    @property
    def all_facts(self) -> int:
        """Number of facts."""
        return sum(self.facts.values())


def stats(knowledge: Knowledge) -> Stats:
    """Counts records, facts, citations and covered sections."""
    records: Counter[Kind] = Counter()
    facts: Counter[Kind] = Counter()
    cited = with_status = 0
    used: set[str] = set()
    for record in knowledge.records.values():
        records[record.kind] += 1
        facts[record.kind] += len(record.facts)
        with_status += record.status is not None
        for fact in record.facts:
            cited += bool(fact.cite)
            used.update(fact.cite)
    sections, uncovered = {}, []
    for document in knowledge.documents.values():
        references = [f"{document.id}#{section.id}" for section in document.sections]
        missing = [reference for reference in references if reference not in used]
        sections[document.id] = (len(references) - len(missing), len(references))
        uncovered += missing
    return Stats(records, facts, cited, sections, tuple(uncovered), with_status)


def by_section(knowledge: Knowledge, document_id: str) -> str:
    """Returns a Markdown table: section, heading, records with a fact from it."""
    found: dict[str, dict[str, None]] = {}
    for record in knowledge.records.values():
        for fact in record.facts:
            for reference in fact.cite:
                found.setdefault(reference, {})[record.id] = None
    lines = ["| 節 | 見出し | レコード |", "| --- | --- | --- |"]
    for section in knowledge.documents[document_id].sections:
        names = found.get(f"{document_id}#{section.id}", {})
        listed = "、".join(f"`{name}`" for name in sorted(names)) or "（なし）"
        lines.append(f"| {section.id} | {section.heading} | {listed} |")
    return "\n".join(lines) + "\n"
