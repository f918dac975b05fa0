"""Putting privacy together: the names that are said openly, the keys, the terms, the jobs."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from conversations.database import Database
from conversations.leases import Leases
from conversations.masking import Masked, PersonalDataMasker, plug
from conversations.masking.morphemes import Reader
from conversations.notices import FirstNotices
from conversations.own_data import OwnData
from conversations.ports import SheetView, plug_handoff_terms
from conversations.private import PrivateTexts
from conversations.retention import Retention
from conversations.store import ConversationStore
from conversations.vault import FILE, VARIABLE, Vault, VaultError
from knowledge.analysis import shared_dictionary
from knowledge.store import Store
from tsunagari.privacy_pages import OwnDataLinks
from tsunagari.privacy_terms import Terms, load_terms
from tsunagari.settings import Settings, UserError

logger = logging.getLogger(__name__)

TICK_SECONDS = 300.0
NIGHT = range(2, 5)
"""Hours of the night in which long work is done."""
_CITIES = "市県府都"
_KINDS = ("hub", "desk", "scheme", "country", "organisation", "case", "approach", "event")
#: Authors are cited by name and year: 大野健一（2013）.
_AUTHOR = re.compile(r"([一-龥々]{3,5})[（(](?:19|20)\d\d")


class KnowingMasker(PersonalDataMasker):
    """The masker that knows the bodies and places of the knowledge base, read at first use."""

    def __init__(self, store: Callable[[], Store]) -> None:
        """Create it.

        Args:
            store: Opens the knowledge base.
        """
        super().__init__()
        self._open = store
        self._built: PersonalDataMasker | None = None

    def examine(self, text: str) -> Masked:
        """See `PersonalDataMasker.examine`."""
        if self._built is None:
            self._built = masker_of(self._open())
        return self._built.examine(text)

    def forget(self) -> None:
        """Read the knowledge base again at the next use: it was exchanged."""
        self._built = None


@dataclass
class Privacy:
    """Everything of privacy that one process has.

    Attributes:
        terms: The centre's terms.
        store: The one store, which masks and seals.
        private: Masks, seals and opens.
        masker: Knows what is said openly.
        notices: Said at the first turn.
        links: Addresses of own data.
        retention: The job that keeps the times.
    """

    terms: Terms
    store: ConversationStore
    private: PrivateTexts
    masker: KnowingMasker
    notices: FirstNotices
    links: OwnDataLinks
    retention: Retention
    _zone: tzinfo | None = field(default=None)

    def own_data(self, sheet: SheetView | None, zone: tzinfo) -> OwnData:
        """Return what collects a person's own data."""
        self._zone = zone
        return OwnData(self.store.database, self.private, sheet, zone)

    async def keep(self) -> None:
        """Do the retention job when it is due, until cancelled; in one process of all."""
        while True:
            try:
                night = datetime.now(self._zone).hour in NIGHT
                # Beside the turns: it waits for the disk.
                await asyncio.get_running_loop().run_in_executor(None, self.retention.tick, night)
            except Exception:
                logger.exception("The retention job failed; trying again")
            await asyncio.sleep(TICK_SECONDS)


def open_privacy(settings: Settings, database: Database, store: Callable[[], Store]) -> Privacy:
    """Put privacy together.

    Args:
        settings: Settings of this process.
        database: The one store.
        store: Opens the knowledge base.

    Raises:
        UserError: The terms or the keys cannot be read.
    """
    terms = load_terms(settings.privacy, settings.public_url)
    masker = KnowingMasker(store)
    plug(masker)
    plug_handoff_terms(terms.before_handoff)
    private = PrivateTexts(database, masker, open_vault(settings), terms.keeping)
    conversations = ConversationStore(database, private=private)
    conversations.erasure.announced = settings.event_broker_url is not None
    notices = FirstNotices(database, terms.first_turn, terms.version)
    conversations.on_erasure(notices)
    return Privacy(
        terms,
        conversations,
        private,
        masker,
        notices,
        OwnDataLinks(private.vault, settings.public_url),
        Retention(conversations, private, Leases(database)),
    )


def open_vault(settings: Settings) -> Vault:
    """Open the keys.

    Raises:
        UserError: They cannot be read or made.
    """
    try:
        return Vault(settings.var / FILE, os.environ.get(VARIABLE))
    except VaultError as error:
        raise UserError(str(error)) from error


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
                names |= set(_AUTHOR.findall(fact.source or ""))
    folded = {unicodedata.normalize("NFKC", name) for name in names if name}
    return frozenset(folded | {name.casefold() for name in folded})


def place_names(store: Store) -> frozenset[str]:
    """Return names of places as they are said without 市 or 県."""
    names = {place.name for place in store.municipalities()}
    names |= {value.id for value in store.slot_values("prefecture")}
    bare = {name[:-1] for name in names if name[-1:] in _CITIES}
    return frozenset(names | {name for name in bare if len(name) > 1})
