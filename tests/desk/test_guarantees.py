"""Several processes, killed processes, cut networks: said once, in order, by one at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conversations import rows
from tests.desk.process import DIED
from tests.desk.world import COMPANY, ROOT, SATO, World

FRIEND = "line:user:U1"


Begin = Callable[..., "subprocess.Popen[str]"]
Kill = Callable[..., None]


@pytest.fixture
def begin(world: World) -> Iterator[Begin]:
    """Starts processes at the same desk; whatever a failed test left waiting ends with it."""
    running: list[subprocess.Popen[str]] = []

    def begin(what: str, *arguments: str) -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.desk.process", str(world.path), what, *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return running[-1]

    yield begin
    for one in running:
        with one:  # closes its pipe and waits for it
            one.kill()


@pytest.fixture
def killed(begin: Begin) -> Kill:
    """Does a thing in a process that dies of it."""

    def killed(what: str, *arguments: str) -> None:
        running = begin(what, *arguments)
        running.communicate(timeout=60)
        assert running.returncode == DIED

    return killed


async def test_of_several_claiming_at_once_exactly_one_wins(
    world: World, begin: Begin, tmp_path: Path
) -> None:
    starts = [tmp_path / f"start{attempt}" for attempt in range(3)]
    names = ("佐藤", "伊藤", "森")
    running = [begin("claim", name, *map(str, starts)) for name in names]

    def lines() -> list[str]:
        return [one.stdout.readline().strip() for one in running if one.stdout]

    assert lines() == ["ready"] * 3
    for attempt, start in enumerate(starts):
        assert await world.say("担当者") == ["QUEUED"]
        start.touch()
        outcomes = lines()
        assert outcomes.count("won") == 1, outcomes
        assert set(outcomes) <= {"won", "taken", "stale"}
        case = world.desk.conversation(COMPANY)
        said = [text for author, text in world.log() if author == "staff"]
        assert case.state == "HUMAN"
        assert len(said) == attempt + 1, "each winner is announced once"
        assert await world.say("ボットに戻る") != []
    assert [one.wait(60) for one in running] == [0, 0, 0]


async def test_what_was_said_by_a_killed_process_is_delivered_once_and_in_order(
    world: World, killed: Kill
) -> None:
    await world.talk(FRIEND)
    killed("say_and_die", FRIEND, "一つ目", "k1")
    killed("say_and_die", FRIEND, "二つ目", "k2")
    world.start()
    # Whoever pressed the button did not learn that it worked, and presses it again.
    world.desk.say(FRIEND, SATO, "一つ目", "k1")
    await world.bridge.drain()
    await world.gate.recover()
    await world.gate.send_pending()
    said = list(world.push.sent.values())
    assert said[-2:] == ["一つ目", "二つ目"]
    assert said.count("一つ目") == 1
    marks = [one.delivery for one in world.desk.conversation(FRIEND).messages if one.staff_id]
    assert marks == ["delivered", "delivered"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_process_killed_while_sending_loses_nothing(
    world: World, killed: Kill, tmp_path: Path, when: str
) -> None:
    await world.talk(FRIEND)
    world.push.error = ConnectionError("cut")
    world.desk.say(FRIEND, SATO, "一つ目")
    world.desk.say(FRIEND, SATO, "二つ目")
    await world.bridge.drain()
    ledger = tmp_path / "ledger"
    ledger.touch()
    killed("deliver_and_die", FRIEND, str(ledger), when)
    world.start()
    world.push.error = None
    # A channel remembers by outbox id what it sent before; the gate hands over the same ids.
    for line in ledger.read_text(encoding="utf-8").splitlines():
        outbox_id, text = line.split("\t")
        world.push.sent[int(outbox_id)] = text
    await world.gate.send_pending()
    assert list(world.push.sent.values())[-2:] == ["一つ目", "二つ目"]
    assert sorted(world.push.sent) == list(world.push.sent)


async def test_a_message_a_killed_process_took_in_goes_to_the_person(
    world: World, killed: Kill
) -> None:
    await world.talk()
    killed("accept_and_die", "聞こえますか")
    world.start()
    world.told.all.clear()
    await world.gate.recover()
    assert world.bot.heard == []
    assert ("customer", COMPANY) in world.told.all
    assert world.log()[-1] == ("customer", "聞こえますか")


async def test_a_cut_network_keeps_the_order(world: World) -> None:
    await world.talk(FRIEND)
    world.push.error = ConnectionError("cut")
    for text in ("一", "二", "三"):
        world.desk.say(FRIEND, SATO, text)
    await world.bridge.drain()
    assert {one.delivery for one in world.desk.conversation(FRIEND).messages if one.staff_id} == {
        "pending"
    }
    world.push.error = None
    await world.gate.flush(FRIEND)
    assert list(world.push.sent.values())[-3:] == ["一", "二", "三"]


async def test_a_failed_delivery_is_marked_with_its_reason(world: World) -> None:
    await world.talk(FRIEND)
    world.push.block()
    world.desk.say(FRIEND, SATO, "届きますか")
    await world.bridge.drain()
    last = world.desk.conversation(FRIEND).messages[-1]
    assert (last.delivery, last.failure) == (
        rows.FAILED,
        "相手がこのアカウントをブロックしています",
    )
    assert ("failed", FRIEND, last.id, last.failure) in world.told.all


async def test_on_the_web_a_message_is_delivered_when_it_is_fetched(world: World) -> None:
    await world.talk()
    number = world.desk.say(COMPANY, SATO, "こんにちは")
    assert world.desk.conversation(COMPANY).messages[-1].delivery == "pending"
    world.gate.deliveries.fetched(COMPANY, "web", number)
    assert world.desk.conversation(COMPANY).messages[-1].delivery == "delivered"
    assert ("changed", COMPANY, "delivered") in world.told.all


async def test_the_feed_tells_other_processes(world: World) -> None:
    before = world.desk.newest_event()
    await world.talk()
    world.desk.note(COMPANY, SATO, "電話の折り返しを希望")
    kinds = [event.kind for event in world.desk.feed(before)]
    assert kinds == ["queued", "claimed", "note"]
    assert world.desk.feed(world.desk.newest_event()) == []
