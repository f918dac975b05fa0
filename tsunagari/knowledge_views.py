"""What the public knowledge pages show: views over the store, without HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from actions.rendering import figure, status_note
from actions.wording import Wording
from answers import StatusNote
from knowledge.schema import Fact, Kind, Record
from knowledge.store import Citation, Store, StoredFact
from tsunagari.record_finder import Numbered

#: Slot whose labels name the values of a matching condition.
_CONDITION_SLOTS = {"industries": "industry", "purposes": "purpose", "stages": "stage"}


class Group(NamedTuple):
    """The facts of a record about one attribute."""

    label: str
    facts: list[Numbered]


class Cell(NamedTuple):
    """One cell of a table."""

    text: str
    as_of: str | None
    number: bool


class Row(NamedTuple):
    """One row of a table."""

    label: str
    cells: list[Cell]
    source: str


@dataclass(frozen=True)
class Table:
    """A comparison of countries.

    Attributes:
        title: What is compared.
        columns: Names of the countries.
        rows: One an attribute.
        dated: Whether each row has a source of its own.
        citations: Where the table stands.
        source: The one source behind all rows, if it is one.
    """

    title: str
    columns: list[str]
    rows: list[Row]
    dated: bool
    citations: tuple[Citation, ...]
    source: str | None


class SectionView(NamedTuple):
    """A section of a document with everything that stands on it."""

    id: str
    heading: str
    page: int | None
    facts: list[StoredFact]
    statuses: list[tuple[Record, StatusNote]]


class KnowledgeViews:
    """Views over one store.

    Args:
        store: The knowledge base.
        wording: Phrases of the bot; the pages word a status as the bot does.
    """

    def __init__(self, store: Store, wording: Wording) -> None:
        self.store = store
        self._wording = wording

    @cached_property
    def kind_labels(self) -> dict[str, str]:
        """Label of each kind of record."""
        return {value.id: value.label for value in self.store.slot_values("kind")}

    def note(self, record: Record) -> StatusNote | None:
        """Return the present status of a record in the bot's words."""
        return status_note(record, self._wording, self.store)

    @property
    def not_researched(self) -> str:
        """What is said of a record without a status."""
        return self._wording.text("utter_status_not_researched")

    def listed(self, kind: str) -> list[Record]:
        """Return the records of a kind, those of the first documents first."""
        order = {document.id: place for place, document in enumerate(self.store.documents())}
        return sorted(
            self.store.records(kind),
            key=lambda record: order[record.facts[0].cite[0].split("#", 1)[0]],
        )

    def groups(self, record: Record) -> list[Group]:
        """Return the facts of a record by attribute, in the order of their first occurrence."""
        found: dict[str, Group] = {}
        for position, fact in enumerate(record.facts):
            label = self.store.attribute(fact.attribute).label
            found.setdefault(fact.attribute, Group(label, [])).facts.append(
                Numbered(position, fact)
            )
        return list(found.values())

    def related(self, record: Record) -> list[Record]:
        """Return the records a record names, then those that name it."""
        names = [*record.related, *self._naming.get(record.id, ())]
        return [self.store.record(name) for name in dict.fromkeys(names) if name != record.id]

    def conditions(self, record: Record) -> list[tuple[str, list[str]]]:
        """Return the conditions under which a record is recommended, as field and labels."""
        match = record.match
        if match is None:
            return []
        found: list[tuple[str, list[str]]] = [
            ("prefectures", list(match.prefectures)),
            ("cities", list(match.cities)),
            ("countries", [self._label("country", name) for name in match.countries]),
        ]
        for field, slot in _CONDITION_SLOTS.items():
            found.append((field, [self._label(slot, one.value) for one in getattr(match, field)]))
        found.append(("applicants", [one.value for one in match.applicants]))
        flags = ("developing_country_only", "excludes_own_sales")
        found.append(("remarks", [flag for flag in flags if getattr(match, flag)]))
        return [(field, values) for field, values in found if values]

    def tables(self, record: Record) -> list[Table]:
        """Return a country's indicators and investment climate beside its related countries."""
        if record.kind != Kind.COUNTRY:
            return []
        countries = [record] + [one for one in self.related(record) if one.kind == Kind.COUNTRY]
        figures = [fact.attribute for fact in record.facts if fact.value is not None]
        climate = [fact.attribute for fact in record.facts if fact.attribute.startswith("climate_")]
        tables = [
            self._table("indicators", countries, figures, dated=True),
            self._table("investment_climate", countries, climate, dated=False),
        ]
        return [table for table in tables if table.rows]

    def sections(self, document: str) -> list[SectionView]:
        """Return the sections of a document that something stands on.

        Raises:
            KeyError: When the document is not registered.
        """
        views = []
        for section in self.store.document(document).sections:
            reference = f"{document}#{section.id}"
            facts = [stored for stored in self.store.facts() if reference in stored.fact.cite]
            # The research on the present state has one section a record, named like it.
            researched = [] if facts else self._of_slug.get(section.id, [])
            notes = [(record, note) for record in researched if (note := self.note(record))]
            if facts or notes:
                views.append(SectionView(section.id, section.heading, section.page, facts, notes))
        return views

    def _table(
        self, attribute: str, countries: Sequence[Record], rows: Iterable[str], dated: bool
    ) -> Table:
        filled = []
        used: list[Fact] = []
        for name in rows:
            facts = [next(iter(country.facts_about(name)), None) for country in countries]
            given = [fact for fact in facts if fact]
            used += given
            cells = [
                Cell(figure(fact), fact.as_of if dated else None, fact.value is not None)
                if fact
                else Cell("－", None, False)
                for fact in facts
            ]
            sources = "、".join(dict.fromkeys(fact.source for fact in given if fact.source))
            filled.append(Row(self.store.attribute(name).label, cells, sources))
        cite = dict.fromkeys(reference for fact in used for reference in fact.cite)
        behind = {fact.source for fact in used}
        return Table(
            title=self.store.attribute(attribute).label,
            columns=[country.short_name for country in countries],
            rows=filled,
            dated=dated,
            citations=self.store.citations(cite),
            source=behind.pop() if len(behind) == 1 else None,
        )

    def _label(self, slot: str, value: str) -> str:
        known = self.store.slot_value(slot, value)
        return known.label if known else value

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        naming: dict[str, list[str]] = {}
        for record in self.store.records():
            for name in record.related:
                naming.setdefault(name, []).append(record.id)
        return naming

    @cached_property
    def _of_slug(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.store.records():
            found.setdefault(record.id.split(".", 1)[1], []).append(record)
        return found
