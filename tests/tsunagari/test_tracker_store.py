from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores import store_url
from tests.tsunagari.trackers import DOMAIN, add_turn
from tsunagari import light_imports

light_imports.install()

from rasa.shared.core.events import SlotSet, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from conversations import schema  # noqa: E402
from conversations.database import Database  # noqa: E402
from conversations.turn import Turn, TurnConflictError, current_turn  # noqa: E402
from tsunagari.tracker_store import SnapshotTrackerStore  # noqa: E402
from tsunagari.trimming import TRIM_TURNS  # noqa: E402

OTHER_PROCESS = """
import asyncio, sys
from tests.tsunagari.trackers import DOMAIN, add_turn
from conversations.database import Database
from tsunagari.tracker_store import SnapshotTrackerStore
store = SnapshotTrackerStore(DOMAIN, Database(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    number = int(line)
    tracker = asyncio.run(store.get_or_create_tracker("c"))
    seen = tracker.get_slot("count")
    add_turn(tracker, number)
    asyncio.run(store.save(tracker))
    print(int(seen), flush=True)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return store_url(tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


async def take_turn(store: SnapshotTrackerStore, number: int) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker("c")
    add_turn(tracker, number)
    await store.save(tracker)
    return tracker


async def test_a_tracker_survives_a_restart_event_by_event(database: Database) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    for number in range(1, 4):
        tracker = await take_turn(store, number)
    revived = await SnapshotTrackerStore(DOMAIN, database).retrieve("c")
    assert revived is not None
    assert [e.as_dict() for e in revived.events] == [e.as_dict() for e in tracker.events]
    assert revived.current_slot_values() == tracker.current_slot_values()


async def test_the_tracker_in_memory_is_used_while_it_is_the_newest(database: Database) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    tracker = await take_turn(store, 1)
    assert await store.retrieve("c") is tracker


async def test_a_stale_tracker_in_memory_is_not_used(database: Database) -> None:
    one, two = SnapshotTrackerStore(DOMAIN, database), SnapshotTrackerStore(DOMAIN, database)
    for number in range(1, 9):
        store = one if number % 2 else two
        tracker = await take_turn(store, number)
        texts = [e.text for e in tracker.events if isinstance(e, UserUttered)]
        assert texts[-3:] == [f"{n}回目" for n in range(max(1, number - 2), number + 1)]


def test_two_processes_alternating_in_one_conversation(url: str, database: Database) -> None:
    import asyncio

    store = SnapshotTrackerStore(DOMAIN, database)
    other = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", OTHER_PROCESS, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent.parent,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "ready\n"
        for number in range(1, 21, 2):
            tracker = asyncio.run(take_turn(store, number))
            assert tracker.get_slot("count") == number
            other.stdin.write(f"{number + 1}\n")
            other.stdin.flush()
            assert other.stdout.readline() == f"{number}\n"
            mine = asyncio.run(store.retrieve("c"))
            assert mine is not None
            assert mine.get_slot("count") == number + 1
    finally:
        other.stdin.close()
        other.wait(timeout=30)
    full = asyncio.run(store.retrieve_full_tracker("c"))
    assert full is not None
    texts = [e.text for e in full.events if isinstance(e, UserUttered)]
    assert texts == [f"{n}回目" for n in range(1, 21)]


async def test_two_simultaneous_turns_do_not_overwrite_each_other(database: Database) -> None:
    one, two = SnapshotTrackerStore(DOMAIN, database), SnapshotTrackerStore(DOMAIN, database)
    await take_turn(one, 1)
    first, second = await one.retrieve("c"), await two.retrieve("c")
    assert first is not None
    assert second is not None
    add_turn(first, 2)
    add_turn(second, 3)
    await one.save(first)
    with pytest.raises(TurnConflictError):
        await two.save(second)
    again = await two.retrieve("c")
    assert again is not None
    assert again.get_slot("count") == 2


async def test_a_failed_turn_leaves_no_half_changed_tracker(database: Database) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    await take_turn(store, 1)
    broken = await store.retrieve("c")
    assert broken is not None
    broken.update(SlotSet("country", "half"))
    clean = await store.retrieve("c")
    assert clean is not None
    assert clean.get_slot("country") is None


async def test_inside_a_turn_nothing_is_written_before_its_commit(database: Database) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    turn = Turn("c")
    token = current_turn.set(turn)
    try:
        tracker = await take_turn(store, 1)
        # Saving twice in one turn (Rasa may) still is one row.
        tracker.update(SlotSet("country", "タイ"))
        await store.save(tracker)
    finally:
        current_turn.reset(token)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.tracker)).scalar() == 0
    with database.write() as connection:
        turn.apply(connection)
    turn.settle(True)
    revived = await SnapshotTrackerStore(DOMAIN, database).retrieve("c")
    assert revived is not None
    assert revived.get_slot("country") == "タイ"
    with database.read() as connection:
        assert connection.execute(select(schema.tracker.c.version)).scalar() == 1


async def test_a_long_conversation_stays_short_in_memory_and_complete_on_disk(
    database: Database,
) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    for number in range(1, 101):
        await take_turn(store, number)
    tracker = await store.retrieve("c")
    assert tracker is not None
    assert sum(isinstance(e, UserUttered) for e in tracker.events) <= TRIM_TURNS
    revived = await SnapshotTrackerStore(DOMAIN, database).retrieve("c")
    assert revived is not None
    assert [e.as_dict() for e in revived.events] == [e.as_dict() for e in tracker.events]
    full = await store.retrieve_full_tracker("c")
    assert full is not None
    assert sum(isinstance(e, UserUttered) for e in full.events) == 100
    with database.read() as connection:
        largest = connection.execute(select(func.max(func.length(schema.tracker_turn.c.events))))
        assert largest.scalar_one() < 3000


async def test_endpoints_yml_can_name_the_store(url: str) -> None:
    from rasa.core.tracker_store import create_tracker_store
    from rasa.utils.endpoints import EndpointConfig

    endpoint = EndpointConfig(url, type="tsunagari.tracker_store.SnapshotTrackerStore")
    store = create_tracker_store(endpoint, DOMAIN)
    assert isinstance(store, SnapshotTrackerStore)
    # As `rasa run` does: create, save, go on with the same tracker, save again.
    tracker = await store.create_tracker("c")
    add_turn(tracker, 1)
    await store.save(tracker)
    revived = await SnapshotTrackerStore(DOMAIN, Database(url)).retrieve("c")
    assert revived is not None
    assert [e.as_dict() for e in revived.events] == [e.as_dict() for e in tracker.events]


async def test_an_erased_conversation_is_forgotten_in_memory_too(database: Database) -> None:
    store = SnapshotTrackerStore(DOMAIN, database)
    await take_turn(store, 1)
    with database.write() as connection:
        connection.execute(schema.conversation.delete())
    store.erased("c")
    assert await store.retrieve("c") is None
    await take_turn(store, 1)
