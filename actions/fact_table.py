"""The facts of the knowledge base as columns, for ranking all of them at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from knowledge.mentions import years
from knowledge.schema import Fact, Kind, Record
from knowledge.store import Store

Column = npt.NDArray[np.float32]
#: Commas in a text that lists three things.
_LISTED = 2
#: Words of a fact that says only that the material does not tell something.
_ABSENT = "記載がありません"
#: Beginning of the ids of the bureaus: they serve every prefecture, and are meant by name only.
_BUREAU = "hub.bureau_"
#: Kinds of records that do something in a country.
_ACTING = frozenset({Kind.CASE, Kind.DESK, Kind.HUB, Kind.ORGANISATION, Kind.SCHEME})


class FactTable:
    """One row for each fact, in the order of ``Store.facts``.

    Args:
        store: The knowledge base.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        stored = store.facts()
        self.facts: tuple[Fact, ...] = tuple(one.fact for one in stored)
        self.record_ids: tuple[str, ...] = tuple(one.record_id for one in stored)
        #: Marks the facts that list three things or more.
        self.lists: Column = np.asarray(
            [fact.text.count("、") >= _LISTED for fact in self.facts], np.float32
        )
        #: Marks the facts that only say what the material leaves out.
        self.absent: Column = np.asarray(
            [float(_ABSENT in fact.text and not fact.value) for fact in self.facts], np.float32
        )
        self._years = [frozenset(one[:4] for one in years(fact.text)) for fact in self.facts]
        self._texts = [fold(fact.text) for fact in self.facts]
        self._record = _numbered(self.record_ids)
        self._attribute = _numbered(fact.attribute for fact in self.facts)
        self._kind = _numbered(store.record(one).kind.value for one in self.record_ids)
        self._is_country = self.of_records([one.id for one in store.records(Kind.COUNTRY)])
        self._cities = {
            record.id: frozenset(record.match.cities)
            for record in store.records()
            if record.match and record.match.cities
        }

        self._prefectures = {
            record.id: _prefectures(record, store)
            for record in store.records()
            if record.kind in _ACTING and not record.id.startswith(_BUREAU)
        }
        self._countries = {
            record.id: frozenset(
                (*(record.match.countries if record.match else ()), *record.related)
            )
            for record in store.records()
            if record.kind in _ACTING
        }

    def __len__(self) -> int:
        return len(self.facts)

    def record(self, number: int) -> Record:
        """Returns the record a fact belongs to."""
        return self._store.record(self.record_ids[number])

    def family(self, number: int) -> npt.NDArray[np.bool_]:
        """Marks the facts of the same record and attribute."""
        return np.asarray(
            (self._record[0] == self._record[0][number])
            & (self._attribute[0] == self._attribute[0][number])
        )

    def of_records(self, record_ids: Collection[str]) -> Column:
        """Marks the facts of some records."""
        return _marked(self._record, record_ids)

    def of_attributes(self, attributes: Collection[str]) -> Column:
        """Marks the facts of some attributes."""
        return _marked(self._attribute, attributes)

    def of_kinds(self, kinds: Collection[str]) -> Column:
        """Marks the facts of records of some kinds."""
        return _marked(self._kind, kinds)

    def of_cities(self, cities: Collection[str]) -> Column:
        """Marks the facts of records centred on one of some municipalities."""
        wanted = set(cities)
        return self.of_records([one for one, own in self._cities.items() if own & wanted])

    def of_prefectures(self, prefectures: Collection[str]) -> Column:
        """Marks the facts of records that serve one of some prefectures, bureaus left out."""
        wanted = set(prefectures)
        return self.of_records([one for one, own in self._prefectures.items() if own & wanted])

    def acting_in(self, countries: Collection[str]) -> Column:
        """Marks the facts of bodies, desks and schemes tied to one of some countries."""
        wanted = set(countries)
        return self.of_records([one for one, own in self._countries.items() if own & wanted])

    def of_years(self, named: Collection[str]) -> tuple[Column, Column]:
        """Marks the facts that tell one of some years, and those that tell only others."""
        wanted = frozenset(one[:4] for one in named)
        told = np.asarray([bool(own & wanted) for own in self._years], np.float32)
        dated = np.asarray([bool(own) for own in self._years], np.float32)
        return told, dated * (1 - told)

    def of_other_countries(self, countries: Sequence[Record]) -> Column:
        """Marks the facts of countries other than the named ones."""
        return np.asarray(self._is_country * (1 - self.of_records([one.id for one in countries])))

    def mentioning(self, record: Record) -> Column:
        """Marks the facts whose text names a record."""
        return self._mentioning(names_of(record))

    @lru_cache(maxsize=1024)  # noqa: B019  (one table lives as long as the process)
    def _mentioning(self, names: tuple[str, ...]) -> Column:
        return np.asarray([any(name in text for name in names) for text in self._texts], np.float32)


def _prefectures(record: Record, store: Store) -> frozenset[str]:
    """The prefectures a record serves, else those it is said to be in."""
    if record.match and record.match.prefectures:
        return frozenset(record.match.prefectures)
    texts = " ".join(fact.text for fact in record.facts_about("location"))
    return frozenset(one.id for one in store.slot_values("prefecture") if one.id in texts)


def names_of(record: Record) -> tuple[str, ...]:
    """Returns the folded names of a record that are long enough to look for."""
    names = (record.name, record.short_name, *record.aliases)
    return tuple(fold(name) for name in names if len(name) > 1)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Folds width and case for comparing names."""
    return unicodedata.normalize("NFKC", text).casefold()


_Numbered = tuple[npt.NDArray[np.int64], dict[str, int]]


def _numbered(values: Iterable[str]) -> _Numbered:
    numbers: dict[str, int] = {}
    column = [numbers.setdefault(one, len(numbers)) for one in values]
    return np.asarray(column, np.int64), numbers


def _marked(column: _Numbered, values: Collection[str]) -> Column:
    numbers = [column[1][one] for one in values if one in column[1]]
    return np.isin(column[0], numbers).astype(np.float32)
