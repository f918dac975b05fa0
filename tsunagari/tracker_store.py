"""Durable dialogue state at a constant cost per turn.

Rasa's stores read and replay a conversation from all its events every turn. Here a turn
appends its new events as one row, and a snapshot (see `trimming`) stands for what came before.
The tracker object of the last turn is kept in memory and used again only while the stored
version still is the one it was built from, so several processes may share a conversation.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conversations.database import Database, from_json, to_json
from conversations.event_outbox import EventOutbox
from conversations.rows import ensure_conversation
from conversations.schema import tracker as tracker_table
from conversations.schema import tracker_turn
from conversations.turn import TurnConflictError, stage_or_write
from tsunagari.events import read_events
from tsunagari.light_tracker import LightTracker
from tsunagari.trimming import needs_trimming, trimmed_events

CACHE_SIZE = 1000
"""Trackers kept in memory, about 100 kB each."""


# Statements of every turn, built once: SQLAlchemy then finds them in its cache by identity.
_STORED = select(tracker_table).where(tracker_table.c.conversation_id == bindparam("conversation"))
_ADD_TRACKER = insert(tracker_table)
_VERSION = select(tracker_table.c.version).where(
    tracker_table.c.conversation_id == bindparam("conversation")
)
_ADVANCE = (
    update(tracker_table)
    .where(
        tracker_table.c.conversation_id == bindparam("conversation"),
        tracker_table.c.version == bindparam("old"),
    )
    .values(version=bindparam("new"))
)
_ADVANCE_WITH_SNAPSHOT = _ADVANCE.values(
    snapshot_version=bindparam("new"), snapshot=bindparam("events")
)
_ADD_TURN = insert(tracker_turn)


@dataclass
class _Entry:
    """A tracker in use: what it was loaded from and how much of it is stored."""

    tracker: DialogueStateTracker
    version: int
    stored_events: int


class SnapshotTrackerStore(TrackerStore):
    """Tracker store on the one store of conversations."""

    def __init__(
        self,
        domain: Domain | None,
        database: Database | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        cache_size: int = CACHE_SIZE,
        trim: bool = True,
        outbox: EventOutbox | None = None,
        **kwargs: Any,
    ) -> None:
        """Create the store.

        Args:
            domain: Domain of the loaded model.
            database: The one store.
            event_broker: Where new events are published after they are durable.
            host: SQLAlchemy URL to open when `database` is not given; Rasa passes the `url` of
                endpoints.yml under this name.
            cache_size: Number of trackers kept in memory.
            trim: Whether long histories are shortened (off only to compare).
            outbox: Where new events wait for a message broker; durable with their turn, which
                `event_broker`, Rasa's own way, is not.
            **kwargs: Further settings of endpoints.yml, unused.
        """
        super().__init__(domain, event_broker)
        if database is None and host is None:
            raise ValueError("SnapshotTrackerStore needs a database or the url of one")
        self._database = database or Database(str(host))
        self._cache: OrderedDict[str, _Entry] = OrderedDict()
        self._checked_out: dict[int, _Entry] = {}
        self._cache_size = cache_size
        self.trim = trim
        self._outbox = outbox

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation's tracker, from memory while that is still the newest.

        The tracker is checked out: it comes back into memory only when it is saved, so a turn
        that fails half-way leaves no half-changed tracker behind.
        """
        entry = self._cache.pop(sender_id, None)
        with self._database.read() as connection:
            if entry is None or entry.version != _stored_version(connection, sender_id):
                entry = self._load(connection, sender_id)
        if entry is None:
            return None
        self._check_out(entry)
        return entry.tracker

    def peek(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation's committed state to look at, not to change or save."""
        entry = self._cache.get(sender_id)
        with self._database.read() as connection:
            if entry is None or entry.version != _stored_version(connection, sender_id):
                entry = self._load(connection, sender_id)
        return entry.tracker if entry else None

    async def get_or_create_tracker(
        self,
        sender_id: str,
        max_event_history: int | None = None,
        append_action_listen: bool = True,
    ) -> DialogueStateTracker:
        """Return the tracker or a new one; a new one is stored only when it is saved."""
        tracker = await self.retrieve(sender_id)
        return tracker or self.init_tracker(sender_id)

    def init_tracker(self, sender_id: str) -> LightTracker:
        """Return a new tracker, not stored yet."""
        return LightTracker(sender_id, self._slots())

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new; together with the rest of the turn when one is running.

        Raises:
            TurnConflictError: (outside a turn) another process saved this conversation first.
        """
        entry = self._checked_out.get(id(tracker)) or self._saved_before(tracker)
        self._check_out(entry)
        new_events = list(islice(tracker.events, entry.stored_events, None))
        snapshot = self._trimmed(tracker) if self.trim and needs_trimming(tracker) else None
        version = entry.version + 1

        def write(connection: Connection) -> None:
            _append(connection, tracker.sender_id, version, new_events, snapshot)
            if self._outbox is not None:
                dumped = [event.as_dict() for event in new_events]
                self._outbox.add(connection, tracker.sender_id, version, dumped)

        def committed() -> None:
            self._checked_out.pop(id(tracker), None)
            kept = snapshot or tracker
            self._remember(_Entry(kept, version, len(kept.events)))
            if self.event_broker is not None:
                for event in new_events:
                    self.event_broker.publish({"sender_id": tracker.sender_id, **event.as_dict()})

        def abandoned() -> None:
            self._checked_out.pop(id(tracker), None)

        stage_or_write(self._database, "tracker", write, committed, abandoned)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return a tracker with every event ever stored for the conversation."""
        with self._database.read() as connection:
            events = _turns_after(connection, conversation_id, 0)
        if not events:
            return None
        return LightTracker.from_events(conversation_id, events, self._slots())

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations with dialogue state."""
        with self._database.read() as connection:
            return list(connection.execute(select(tracker_table.c.conversation_id)).scalars())

    def erased(self, conversation_id: str) -> None:
        """Forget an erased conversation (see `conversations.ports.ErasureListener`)."""
        self._cache.pop(conversation_id, None)
        for number, entry in list(self._checked_out.items()):
            if entry.tracker.sender_id == conversation_id:
                del self._checked_out[number]

    def known(self) -> set[str]:
        """Return the conversations that are kept in memory."""
        return {*self._cache, *(one.tracker.sender_id for one in self._checked_out.values())}

    def _saved_before(self, tracker: DialogueStateTracker) -> _Entry:
        # `rasa run` saves a new tracker at once and goes on with the same object.
        entry = self._cache.pop(tracker.sender_id, None)
        return entry if entry and entry.tracker is tracker else _Entry(tracker, 0, 0)

    def _slots(self) -> list[Slot] | None:
        # Without a domain (a reader of the store) any slot is accepted.
        return self.domain.slots or None

    def _trimmed(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = trimmed_events(tracker, self.domain)
        trimmed = LightTracker.from_events(tracker.sender_id, events, self._slots())
        trimmed.model_id, trimmed.assistant_id = tracker.model_id, tracker.assistant_id
        return trimmed

    def _load(self, connection: Connection, sender_id: str) -> _Entry | None:
        row = connection.execute(_STORED, {"conversation": sender_id}).first()
        if row is None:
            return None
        events = read_events(from_json(row.snapshot))
        events += _turns_after(connection, sender_id, row.snapshot_version)
        tracker = LightTracker.from_events(sender_id, events, self._slots())
        return _Entry(tracker, row.version, len(tracker.events))

    def _check_out(self, entry: _Entry) -> None:
        self._checked_out[id(entry.tracker)] = entry
        # Turns that never came back (a cancelled request) must not pile up.
        while len(self._checked_out) > self._cache_size:
            self._checked_out.pop(next(iter(self._checked_out)))

    def _remember(self, entry: _Entry) -> None:
        self._cache[entry.tracker.sender_id] = entry
        self._cache.move_to_end(entry.tracker.sender_id)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)


def _stored_version(connection: Connection, sender_id: str) -> int | None:
    version: int | None = connection.execute(_VERSION, {"conversation": sender_id}).scalar()
    return version


def _turns_after(connection: Connection, sender_id: str, version: int) -> list[Event]:
    rows = connection.execute(
        select(tracker_turn.c.events)
        .where(tracker_turn.c.conversation_id == sender_id, tracker_turn.c.version > version)
        .order_by(tracker_turn.c.version)
    ).scalars()
    return [event for row in rows for event in read_events(from_json(row))]


def _append(
    connection: Connection,
    sender_id: str,
    version: int,
    new_events: Sequence[Event],
    snapshot: DialogueStateTracker | None,
) -> None:
    if version == 1:
        ensure_conversation(connection, sender_id, "rasa")
        try:
            connection.execute(
                _ADD_TRACKER,
                {
                    "conversation_id": sender_id,
                    "version": version,
                    "snapshot_version": 0 if snapshot is None else version,
                    "snapshot": "[]" if snapshot is None else _dump(snapshot.events),
                },
            )
        except IntegrityError as error:
            raise TurnConflictError(sender_id) from error
    else:
        step: dict[str, Any] = {"conversation": sender_id, "old": version - 1, "new": version}
        if snapshot is None:
            changed = connection.execute(_ADVANCE, step)
        else:
            step["events"] = _dump(snapshot.events)
            changed = connection.execute(_ADVANCE_WITH_SNAPSHOT, step)
        if changed.rowcount != 1:
            raise TurnConflictError(sender_id)
    connection.execute(
        _ADD_TURN,
        {"conversation_id": sender_id, "version": version, "events": _dump(new_events)},
    )


def _dump(events: Iterable[Event]) -> str:
    return to_json([event.as_dict() for event in events])
