"""Masking a text: numbers first, then companies, then persons in what is left."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from conversations.masking.casual import CasualNames
from conversations.masking.companies import CompanyRules
from conversations.masking.company_slots import CompanySlots
from conversations.masking.found import Masked, Occupied, replaced, without_never_kept
from conversations.masking.kana_slots import KanaSlots
from conversations.masking.morphemes import Reader, own_reader
from conversations.masking.name_slots import NameSlots
from conversations.masking.numbers import find_numbers
from conversations.masking.persons import PersonRules
from conversations.masking.text import common_forms, fold

MAX_NAMED = 10_000
"""Characters in which names are looked for; numbers are found in all of a text."""


class PersonalDataMasker:
    """Masks personal data in texts of companies.

    See `conversations.ports.Masker`.
    """

    def __init__(
        self,
        public: Collection[str] = (),
        places: Collection[str] = (),
        reader: Reader | None = None,
    ) -> None:
        """Create a masker.

        Args:
            public: Names of bodies that are said openly (JETRO, 尼崎信用金庫).
            places: Names of places that are surnames as well (松本, 福山).
            reader: Cuts texts into words; by default over a dictionary of its own.
        """
        self._companies = CompanyRules(public)
        self._persons = PersonRules(public, places)
        self._shops = CompanySlots(public, places)
        self._slots = NameSlots(public, places)
        self._kana = KanaSlots(public)
        self._casual = CasualNames(public, places)
        self._reader = reader

    def examine(self, text: str) -> Masked:
        """Return a text without personal data, and what was found."""
        taken = Occupied()
        folded = fold(text)
        find_numbers(folded, taken)
        named = common_forms(folded[:MAX_NAMED])
        reader = self._reader or own_reader()
        words = reader.words(named)
        characters = frozenset(named)
        self._shops.find_bodies(named, characters, taken)
        self._companies.find(named, characters, words, taken)
        # By where it stands first: what ends a name is better known there (岡本染色工場).
        self._shops.find(named, characters, reader, taken)
        self._casual.find_companies(named, characters, reader, taken)
        self._companies.find_rest(named, characters, words, taken)
        self._kana.find_whole(named, reader, taken)
        self._persons.find(named, words, taken)
        self._slots.find(named, characters, reader, taken)
        self._kana.find(named, characters, reader, taken)
        self._casual.find_persons(named, characters, reader, taken)
        self._shops.find_rest(named, taken)
        if not taken.found:
            return Masked(text)
        found = tuple(sorted(taken.found))
        return Masked(replaced(text, found), found)

    def mask(self, text: str) -> str:
        """Return a text without personal data."""
        return self.examine(text).text

    def keepable(self, text: str, masked: Masked) -> str:
        """Return a text as it may be sealed for the desk: without what must never be kept."""
        return without_never_kept(text, masked.found)


def mask_numbers(text: str) -> str:
    """Return a text without numbers and addresses that point to a person; names stay.

    For log lines: it needs no dictionary, and words of a program are no names.
    """
    taken = Occupied()
    find_numbers(fold(text), taken)
    return replaced(text, sorted(taken.found)) if taken.found else text


@lru_cache(maxsize=1)
def _unplugged() -> PersonalDataMasker:
    return PersonalDataMasker()


_plugged: PersonalDataMasker | None = None


def plug(masker: PersonalDataMasker | None) -> None:
    """Plug the installation's masker in (called at assembly)."""
    global _plugged
    _plugged = masker


def masker() -> PersonalDataMasker:
    """Return the masker plugged in, else one that knows no public bodies."""
    return _plugged or _unplugged()


def mask(text: str) -> Masked:
    """Mask personal data in a text.

    Args:
        text: As typed, of any length.

    Returns:
        The text with placeholders such as 〔氏名〕, and what they stand for.
    """
    return masker().examine(text)
