"""The times: what goes when, once over several processes, and what stays."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from conversations import schema
from conversations.database import Database, now
from conversations.event_outbox import EventOutbox
from conversations.leases import Leases
from conversations.masking import PersonalDataMasker
from conversations.ports import IncomingMessage
from conversations.private import Keeping, PrivateTexts
from conversations.retention import Retention
from conversations.schema import erasure, private_text
from conversations.store import ConversationStore
from conversations.vault import Vault
from desk.service import DeskService
from tests.stores import store_url

DAY = 86400.0
TYPED = "山田太郎です。06-6789-1234"


class World:
    def __init__(self, folder: Path) -> None:
        self.database = Database(store_url(folder))
        self.private = PrivateTexts(
            self.database, PersonalDataMasker(), Vault(folder / "keys"), Keeping()
        )
        self.store = ConversationStore(self.database, private=self.private)
        self.retention = Retention(self.store, self.private, Leases(self.database))

    def talk(self, name: str, text: str | None = TYPED, age: float = 0.0) -> None:
        """Begin a conversation some seconds ago; None: only greeted."""
        taken = self.store.take(text or "")
        message = IncomingMessage(name, "web", text=taken.text, client_message_id="1")
        self.store.inbox.accept(message, taken.text if text else None, taken.sealed)
        with self.database.write() as connection:
            connection.execute(
                update(schema.conversation)
                .where(schema.conversation.c.id == name)
                .values(updated_at=now() - age)
            )
            connection.execute(
                update(private_text)
                .where(private_text.c.conversation_id == name)
                .values(created_at=now() - age)
            )

    def left(self) -> set[str]:
        with self.database.read() as connection:
            return set(connection.execute(select(schema.conversation.c.id)).scalars())

    def sealed(self) -> set[str]:
        with self.database.read() as connection:
            return set(connection.execute(select(private_text.c.conversation_id)).scalars())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_conversations_go_when_their_time_is_over(world: World) -> None:
    world.talk("web:new")
    world.talk("web:old", age=366 * DAY)
    world.talk("web:greeted", None, age=25 * 3600)
    world.talk("web:greeted-now", None, age=3600)
    assert world.retention.run(dry=True).old == 1
    done = world.retention.run()
    assert (done.old, done.greetings) == (1, 1)
    assert world.left() == {"web:new", "web:greeted-now"}
    assert done.receipt is not None and done.receipt.counts["conversation"] == 2
    with world.database.read() as connection:
        row = connection.execute(select(erasure)).one()
    assert (row.reason, row.owner, row.case_receipt) == ("retention", None, None)


def test_a_case_in_somebodys_hands_is_never_deleted(world: World) -> None:
    desk = DeskService(world.database)
    desk.staffed_when(lambda: True)
    desk.poster.plug(lambda _channel: True)
    world.talk("web:waits")
    desk.request("web:waits", "asked", "相談したい", True, {})
    with world.database.write() as connection:
        connection.execute(update(schema.conversation).values(updated_at=now() - 400 * DAY))
    world.retention.run()
    assert world.left() == {"web:waits"}


def test_sealed_texts_go_after_a_day_unless_a_person_was_asked_for(world: World) -> None:
    desk = DeskService(world.database)
    desk.plug_private(world.private)
    for name, days in (("web:a", 2), ("web:b", 2), ("web:c", 31), ("web:d", 0.5)):
        world.talk(name, age=days * DAY)
        if name != "web:a" and name != "web:d":
            desk.request(name, "asked", "", True, {})
    assert world.retention.run_often().texts == 2
    assert world.sealed() == {"web:b", "web:d"}


def test_the_nightly_job_runs_once_a_night(world: World) -> None:
    other = Retention(world.store, world.private, Leases(world.database))
    assert world.retention.tick(night=True) is not None
    assert other.tick(night=True) is not None  # the small round
    assert other.tick(night=True) is None
    assert world.retention.tick(night=False) is None
    assert world.retention.last_done() == pytest.approx(now(), abs=5)


def _take(url: str, ready: multiprocessing.synchronize.Barrier, won: multiprocessing.Queue) -> None:
    leases = Leases(Database(url))
    ready.wait()
    won.put(leases.take("job", 60.0))


def test_of_several_processes_one_gets_the_lease(tmp_path: Path) -> None:
    url = store_url(tmp_path)
    Database(url).close()
    context = multiprocessing.get_context("fork")
    ready, won = context.Barrier(3), context.Queue()
    processes = [context.Process(target=_take, args=(url, ready, won)) for _ in range(3)]
    for process in processes:
        process.start()
    assert sorted(won.get(timeout=60) for _ in processes) == [False, False, True]
    for process in processes:
        process.join()


def test_a_lease_of_a_dead_process_ends(world: World) -> None:
    dead, alive = Leases(world.database), Leases(world.database)
    assert dead.take("job", -1.0)
    assert alive.take("job", 60.0)
    assert not dead.take("job", 60.0)
    alive.done("job")
    assert not dead.take("job", 60.0, every=3600.0)
    assert dead.take("job", 60.0)


def test_keys_are_exchanged_and_everything_stays_readable(world: World) -> None:
    for number in range(5):
        world.talk(f"web:{number}")
    old = world.private.vault.keys[0].id
    new = world.private.vault.add_key().id
    assert world.private.reseal(batch=2) == (5, 0)
    assert world.private.keys_in_use() == {new: 5}
    with world.database.read() as connection:
        assert list(world.private.messages(connection, "web:3").values()) == [TYPED]
    assert [key.id for key in world.private.vault.keys] == [new, old]


def test_what_no_key_opens_is_told_and_left(world: World) -> None:
    world.talk("web:a")
    with world.database.write() as connection:
        connection.execute(update(private_text).values(key_id="lost"))
    assert world.private.reseal() == (0, 1)
    with world.database.read() as connection:
        assert world.private.messages(connection, "web:a") == {}


def test_followers_of_the_events_are_told_what_was_erased(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.talk("web:nobody-follows")
    world.store.erase("web:nobody-follows")
    outbox = EventOutbox(world.database)
    assert outbox.erasures(10) == []
    world.store.erasure.announced = True
    world.talk("web:asked")
    world.talk("web:old", age=400 * DAY)
    receipt = world.store.erase("web:asked")
    assert receipt is not None
    done = world.retention.run(now())
    assert done.receipt is not None
    told = outbox.erasures(10)
    assert [(one.conversation_id, one.receipt) for one in told] == [
        ("web:asked", receipt.receipt),
        ("web:old", done.receipt.receipt),
    ]
    # Once the broker has it, nothing names the conversation any more.
    outbox.told([one.id for one in told])
    assert outbox.erasures(10) == []
