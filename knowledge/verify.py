"""Checks every fact against the digest of the section it cites.

Every figure, year, unit and proper name of a fact must occur in one of its sections. What this
cannot see (two values swapped within one section) the golden tables in the tests see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from knowledge.analysis import Analyser
from knowledge.digest import SectionDigest
from knowledge.errors import Problem
from knowledge.loader import Knowledge
from knowledge.mentions import fold, mentions, quantity
from knowledge.schema import Fact, Record

#: How far a value may be from a fraction of the document (2/3 is kept as 0.667).
_ROUNDING = Fraction(1, 100)
#: Words a fact may use to speak of the document itself.
_ABOUT_THE_DOCUMENT = frozenset({"スライド", "ページ"})


@dataclass
class Verification:
    """Outcome of a run.

    Attributes:
        checked: Number of facts compared with a digest.
        skipped: Number of facts whose documents have no digest, by document id.
        problems: What does not stand in the cited section.
    """

    checked: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Verifier:
    """Compares facts with digests.

    Args:
        knowledge: The loaded records and vocabularies.
        digests: Document id → section id → digest.
    """

    def __init__(
        self, knowledge: Knowledge, digests: Mapping[str, Mapping[str, SectionDigest]]
    ) -> None:
        self._knowledge = knowledge
        self._digests = digests
        self._analyser = Analyser()
        # A body may be named by any of its names where the section uses another of them.
        self._same = [self._names_of(record) for record in knowledge.records.values()]

    def run(self) -> Verification:
        """Verifies every fact of every record."""
        result = Verification()
        for record in self._knowledge.records.values():
            for number, fact in enumerate(record.facts, start=1):
                missing = self._missing_documents(fact)
                if missing:
                    for document in missing:
                        result.skipped[document] = result.skipped.get(document, 0) + 1
                    continue
                result.checked += 1
                result.problems.extend(self._check(record, number, fact))
        return result

    def _missing_documents(self, fact: Fact) -> list[str]:
        documents = dict.fromkeys(reference.split("#", 1)[0] for reference in fact.cite)
        return [document for document in documents if document not in self._digests]

    def _check(self, record: Record, number: int, fact: Fact) -> Iterable[Problem]:
        sections = [
            self._digests[document][section]
            for document, section in (reference.split("#", 1) for reference in fact.cite)
        ]
        figures = {figure for section in sections for figure in section.figures}
        years = {year for section in sections for year in section.years}
        years |= self._document_years(fact)
        names = {name for section in sections for name in section.names}
        text = " ".join(section.text for section in sections)
        own = self._names_of(record)
        where = "、".join(fact.cite)

        def problem(field_name: str, kind: str, what: str) -> Problem:
            return Problem(
                "records",
                f"{kind}「{what}」が出典 {where} にありません。資料を確かめて直してください",
                record.id,
                f"facts[{number}].{field_name}",
            )

        for field_name in ("text", "as_of", "source"):
            found = mentions(getattr(fact, field_name) or "", self._analyser)
            for figure in sorted(found.figures):
                if not _has_figure(figure, figures):
                    yield problem(field_name, "数値", _show(figure))
            for year in sorted(found.years):
                if not _has_year(year, years):
                    yield problem(field_name, "年", year)
            for name in sorted(found.names - _ABOUT_THE_DOCUMENT):
                if not (_has_name(name, names, text) or name in own or self._alias(name, names)):
                    yield problem(field_name, "固有名", name)
        if fact.value is not None:
            stated = quantity(fact.value, fact.unit)
            if isinstance(stated, str):
                if not _has_year(stated, years):
                    yield problem("value", "年", stated)
            elif not _has_figure(stated, figures):
                yield problem("value", "数値", _show(stated))

    def _document_years(self, fact: Fact) -> set[str]:
        """Returns the years of the cited documents' own dates: a fact may say as of when it is."""
        dates = [
            self._knowledge.documents[reference.split("#", 1)[0]].date or ""
            for reference in fact.cite
        ]
        return mentions(" ".join(dates), self._analyser).years

    def _names_of(self, record: Record) -> frozenset[str]:
        own = mentions("。".join([record.name, record.short_name, *record.aliases]), self._analyser)
        return frozenset(own.names)

    def _alias(self, name: str, names: set[str]) -> bool:
        return any(name in same and same & names for same in self._same)


def _has_figure(figure: tuple[Fraction, str], figures: set[tuple[Fraction, str]]) -> bool:
    number, unit = figure
    for other, other_unit in figures:
        if unit and other_unit and unit != other_unit:
            continue
        if number == other:
            return True
        if other.denominator > 1 and not other_unit and abs(number - other) < _ROUNDING:
            return True
    return False


def _has_year(year: str, years: set[str]) -> bool:
    return year in years or (len(year) == 4 and any(other.startswith(year) for other in years))


def _has_name(name: str, names: set[str], text: str) -> bool:
    return name in names or name in fold(text).lower() or any(name in other for other in names)


def _show(figure: tuple[Fraction, str]) -> str:
    number, unit = figure
    shown = str(number) if number.denominator == 1 else f"{float(number):.6g}"
    return f"{shown}{unit}"
