"""The knowledge base at run time: immutable objects in memory, read from the built file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from knowledge.build import DEFAULT_PATH, build, built_hash
from knowledge.loader import ROOT
from knowledge.schema import Attribute, Document, Fact, Kind, Record, SlotValue
from knowledge.vocabularies import SLOT_FILES, SLOT_MODELS, Municipality, Region, Topic

#: Record that lists the countries which may receive ODA (its ``match.countries``).
ODA_COUNTRIES_RECORD = "policy_point.oda_countries"

_Model = TypeVar("_Model", bound=BaseModel)


class Citation(NamedTuple):
    """Where a fact stands, ready to be named to a reader.

    Attributes:
        document: Document id.
        section: Section id.
        title: How the document is named to a reader, with its date.
        heading: Heading of the section.
        source: The section's own source (出所) behind the fact.
        url: Link, if the document is on the web.
    """

    document: str
    section: str
    title: str
    heading: str
    source: str | None
    url: str | None


class StoredFact(NamedTuple):
    """One fact with the record it belongs to and its place in it."""

    record_id: str
    position: int
    fact: Fact


class StoredQuestion(NamedTuple):
    """A question people ask, with the record and the attribute that answer it."""

    text: str
    record_id: str
    attribute: str


@dataclass(frozen=True)
class Store:
    """Everything the built knowledge file holds. Look-ups are dictionary accesses.

    Attributes:
        version: Content hash of the build.
    """

    version: str
    _records: dict[str, Record]
    _documents: dict[str, Document]
    _attributes: dict[str, Attribute]
    _slots: dict[str, tuple[SlotValue, ...]]
    _municipalities: dict[str, Municipality]
    _questions: tuple[StoredQuestion, ...] = ()

    def record(self, record_id: str) -> Record:
        """Returns one record.

        Raises:
            KeyError: When there is none of this id.
        """
        return self._records[record_id]

    def has_record(self, record_id: str) -> bool:
        """Says whether there is a record of this id."""
        return record_id in self._records

    def records(self, kind: Kind | str | None = None) -> tuple[Record, ...]:
        """Returns all records, or those of one kind, in file order."""
        if kind is None:
            return tuple(self._records.values())
        return self._by_kind.get(Kind(kind), ())

    def facts(self) -> tuple[StoredFact, ...]:
        """Returns every fact with its record, in file order."""
        return self._facts

    def questions(self) -> tuple[StoredQuestion, ...]:
        """Returns every question filed under what answers it, in file order."""
        return self._questions

    def document(self, document_id: str) -> Document:
        """Returns one document; KeyError when it is not registered."""
        return self._documents[document_id]

    def documents(self) -> tuple[Document, ...]:
        """Returns all registered documents."""
        return tuple(self._documents.values())

    def attribute(self, attribute_id: str) -> Attribute:
        """Returns one attribute; KeyError when it is not declared."""
        return self._attributes[attribute_id]

    def attributes(self) -> tuple[Attribute, ...]:
        """Returns all declared attributes."""
        return tuple(self._attributes.values())

    def citation(self, fact: Fact) -> tuple[Citation, ...]:
        """Returns the citations of a fact in the order the record gives them."""
        return self.citations(fact.cite, fact.source)

    def citations(
        self, references: Iterable[str], source: str | None = None
    ) -> tuple[Citation, ...]:
        """Returns what ``<document>#<section>`` references stand for.

        Raises:
            KeyError: When a reference names no registered section.
        """
        found = []
        for reference in references:
            document, title, heading = self._sections[reference]
            found.append(
                Citation(
                    document.id,
                    reference.split("#", 1)[1],
                    title,
                    heading,
                    source,
                    document.url,
                )
            )
        return tuple(found)

    def slot_values(self, slot: str) -> tuple[SlotValue, ...]:
        """Returns the values a slot can take.

        Slots are the keys of :data:`knowledge.vocabularies.SLOT_FILES`; KeyError for any other.
        """
        return self._slots[slot]

    def slot_value(self, slot: str, value_id: str) -> SlotValue | None:
        """Returns one value of a slot, or None."""
        return self._slot_index.get((slot, value_id))

    def topics(self) -> tuple[Topic, ...]:
        """Returns the practical topics the documents do not treat."""
        return tuple(value for value in self._slots["topic"] if isinstance(value, Topic))

    def regions(self) -> tuple[Region, ...]:
        """Returns the region words with their prefectures."""
        return tuple(value for value in self._slots["region"] if isinstance(value, Region))

    def municipality(self, name: str) -> Municipality | None:
        """Returns a municipality by its name (東大阪市, 神戸市中央区) or its name without 市."""
        found = self._municipalities.get(name) or self._municipalities.get(f"{name}市")
        if found is None and "市" in name[1:-1]:
            found = self._municipalities.get(name[: name.index("市", 1) + 1])
        return found

    def municipalities(self) -> tuple[Municipality, ...]:
        """Returns all municipalities."""
        return tuple(self._municipalities.values())

    def prefecture_of(self, city: str) -> tuple[str, ...]:
        """Returns the prefectures that have a municipality of this name; several for 府中市."""
        found = self.municipality(city)
        return found.prefectures if found else ()

    def block_of(self, prefecture: str) -> str | None:
        """Returns the record id of the 経済産業局 block a prefecture belongs to."""
        return self._blocks.get(prefecture)

    def is_oda_country(self, country_id: str) -> bool | None:
        """Says whether a country may receive ODA; None where the sources do not tell."""
        if country_id in self._oda_countries:
            return True
        known = self._oda_countries and self.slot_value("country", country_id) is not None
        return False if known else None

    @cached_property
    def _by_kind(self) -> dict[Kind, tuple[Record, ...]]:
        return {
            kind: tuple(record for record in self._records.values() if record.kind == kind)
            for kind in Kind
        }

    @cached_property
    def _facts(self) -> tuple[StoredFact, ...]:
        return tuple(
            StoredFact(record.id, position, fact)
            for record in self._records.values()
            for position, fact in enumerate(record.facts)
        )

    @cached_property
    def _sections(self) -> dict[str, tuple[Document, str, str]]:
        """Returns document, its title with the place as a citation names it, and heading."""
        return {
            f"{document.id}#{section.id}": (
                document,
                " ".join(filter(None, (document.citation, section.place))),
                section.heading,
            )
            for document in self._documents.values()
            for section in document.sections
        }

    @cached_property
    def _slot_index(self) -> dict[tuple[str, str], SlotValue]:
        return {(slot, value.id): value for slot, values in self._slots.items() for value in values}

    @cached_property
    def _blocks(self) -> dict[str, str]:
        return {
            prefecture: record.id
            for record in self.records(Kind.HUB)
            if record.id.startswith("hub.bureau_") and record.match
            for prefecture in record.match.prefectures
        }

    @cached_property
    def _oda_countries(self) -> frozenset[str]:
        record = self._records.get(ODA_COUNTRIES_RECORD)
        return frozenset(record.match.countries) if record and record.match else frozenset()


def open_store(path: Path = DEFAULT_PATH, root: Path = ROOT, *, strict: bool = True) -> Store:
    """Opens the knowledge base, building it first when it is missing or out of date.

    Args:
        path: The built file.
        root: The knowledge folder it is built from.
        strict: False leaves broken records out (drafting); True refuses to open with any.

    Raises:
        KnowledgeError: When the folder has to be built and is wrong.
    """
    build(path, root, strict=strict)
    return read_store(path)


def read_store(path: Path) -> Store:
    """Opens a built file as it is, for example that of an earlier state of the records."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        records = _read(connection, "record", Record)
        documents = _read(connection, "document", Document)
        attributes = _read(connection, "attribute", Attribute)
        questions = tuple(
            StoredQuestion(*row)
            for row in connection.execute(
                "SELECT text, record_id, attribute_id FROM question ORDER BY rowid"
            )
        )
        slots: dict[str, list[SlotValue]] = {slot: [] for slot in SLOT_FILES}
        for slot, text in connection.execute("SELECT slot, json FROM slot_value ORDER BY rowid"):
            slots[slot].append(SLOT_MODELS.get(slot, SlotValue).parse_raw(text))
        municipalities = {
            name: Municipality(name, reading, tuple(prefectures.split()), tuple(parents.split()))
            for name, reading, prefectures, parents in connection.execute(
                "SELECT name, reading, prefectures, parents FROM municipality ORDER BY rowid"
            )
        }
    return Store(
        version=built_hash(path) or "",
        _records=records,
        _documents=documents,
        _attributes=attributes,
        _slots={slot: tuple(values) for slot, values in slots.items()},
        _municipalities=municipalities,
        _questions=questions,
    )


def _read(connection: sqlite3.Connection, table: str, model: type[_Model]) -> dict[str, _Model]:
    rows = connection.execute(f"SELECT id, json FROM {table} ORDER BY rowid")
    return {key: model.parse_raw(text) for key, text in rows}
