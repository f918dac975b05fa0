"""Plugging masking together: the names the knowledge base says openly, one dictionary for all."""

from __future__ import annotations

import re
import unicodedata

from conversations.masking import PersonalDataMasker
from conversations.masking.morphemes import Reader
from knowledge.analysis import shared_dictionary
from knowledge.store import Store

_SUFFIXES = "市県府都"
_AUTHOR = re.compile(r"([一-龥々]{3,5})[（(](?:19|20)\d\d")
_KINDS = ("hub", "desk", "scheme", "country", "organisation", "case", "approach", "event")


def masker_of(store: Store) -> PersonalDataMasker:
    """Return the masker that knows the bodies and places of the knowledge base."""
    return PersonalDataMasker(
        public=public_names(store), places=place_names(store), reader=Reader(shared_dictionary())
    )


def public_names(store: Store) -> frozenset[str]:
    """Return the names of everything the knowledge base speaks of."""
    names: set[str] = set()
    for kind in _KINDS:
        for record in store.records(kind):
            names |= {record.name, record.short_name, *record.aliases}
            for fact in record.facts:
                # Authors are cited by name and year: 大野健一（2013）.
                names |= set(_AUTHOR.findall(fact.source or ""))
    folded = {unicodedata.normalize("NFKC", name) for name in names if name}
    return frozenset(folded | {name.casefold() for name in folded})


def place_names(store: Store) -> frozenset[str]:
    """Return names of places as they are said without 市 or 県."""
    names = {place.name for place in store.municipalities()}
    names |= {value.id for value in store.slot_values("prefecture")}
    bare = {name[:-1] for name in names if name[-1:] in _SUFFIXES}
    return frozenset(names | {name for name in bare if len(name) > 1})
