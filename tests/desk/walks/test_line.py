"""LINE → the built-in desk → LINE push, with the server killed in the middle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.channels.line.conftest import schema_is_here
from tests.channels.line.driver import event, said
from tests.channels.line.loopback import USER, Line, platform
from tests.desk.walks.office import LINE_CONVERSATION as CASE
from tests.desk.walks.office import Office, Server, opened, until
from tests.desk.walks.people import Friend, StaffBrowser

PUSH = "/v2/bot/message/push"
CLAIMED = "担当者につながりました"
CUT_BEFORE, CUT_AFTER = 0, -1


class Walk:
    """LINE, an office with one server, somebody of the staff, a company."""

    def __init__(self, line: Line, office: Office, server: Server, yamada: StaffBrowser) -> None:
        self.line = line
        self.office = office
        self.server = server
        self.yamada = yamada
        self.friend = Friend(line, office.client(server))

    async def begin(self) -> None:
        """Bring the company together with 山田."""
        assert await self.friend.post(said("担当者", self.line)) == 200
        await until(lambda: self.office.state(CASE) == "QUEUED")
        await self.yamada.done(CASE, "claim")
        await until(lambda: any(CLAIMED in text for text in self.line.texts()))

    def after_claim(self) -> list[str]:
        """What the company has read since a person is there."""
        texts = self.line.texts()
        began = next(place for place, text in enumerate(texts) if CLAIMED in text)
        return texts[began + 1 :]

    async def restart(self) -> None:
        await self.server.kill()
        await self.server.start()


@pytest_asyncio.fixture
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    async with platform(strict=schema_is_here()) as line, opened(tmp_path) as office:
        office.with_line(line)
        server = await office.open()
        walk = Walk(line, office, server, await office.staff(server, "yamada"))
        await walk.begin()
        yield walk
        assert line.broken_rules == []


@pytest.mark.parametrize("cut", [CUT_BEFORE, CUT_AFTER])
async def test_killed_before_or_after_a_push_each_message_arrives_once_and_in_order(
    walk: Walk, cut: int
) -> None:
    line, office = walk.line, walk.office
    # The answer of LINE is lost, once before and once after LINE took the message; then the
    # process is killed before it could try again.
    line.failing[PUSH] = [cut, *[CUT_BEFORE] * 50]
    before = line.count(PUSH)
    await walk.yamada.say(CASE, "一つ目")
    await walk.yamada.say(CASE, "二つ目")
    await until(lambda: line.count(PUSH) > before)
    await walk.server.kill()
    assert {delivery for _, delivery, _ in office.marks(CASE)} == {"pending"}, "said, not sent"
    # What the company writes meanwhile is kept by LINE, which calls again.
    missed = said("まだですか", line)
    assert await walk.friend.post(missed) == 0
    line.failing.clear()
    await walk.server.start()
    await until(lambda: len(walk.after_claim()) >= 2)
    redelivered = {**missed, "deliveryContext": {"isRedelivery": True}}
    assert await walk.friend.post(redelivered) == 200
    assert await walk.friend.post(redelivered) == 200
    # Whoever was not told that it worked presses the button again.
    await until(lambda: len({mark for _, mark, _ in office.marks(CASE)} - {"delivered"}) == 0)
    await walk.yamada.say(CASE, "三つ目", key="k3")
    await walk.yamada.say(CASE, "三つ目", key="k3")
    await until(lambda: len(walk.after_claim()) >= 3)
    assert walk.after_claim() == ["一つ目", "二つ目", "三つ目"]
    case = office.case(CASE)
    assert case is not None
    assert [one.text for one in case.messages if one.author == "customer"] == [
        "担当者",
        "まだですか",
    ]
    assert "届きました" in await walk.yamada.page(CASE)
    # LINE knows each push by a key of its own, and has accepted none twice.
    accepted = [body["messages"][0].get("text") for body in line.retry_keys.values()]
    assert len(accepted) == len(set(accepted))


async def test_the_bot_is_silent_across_kills_until_it_is_given_back_and_the_outcome_kept(
    walk: Walk,
) -> None:
    line, office = walk.line, walk.office
    assert await walk.friend.post(said("タイの賃金は？", line)) == 200
    await walk.restart()
    assert await walk.friend.post(said("もしもし", line)) == 200
    assert walk.after_claim() == [], "the bot said nothing"
    await until(lambda: "もしもし" in str(office.case(CASE)))
    await walk.yamada.done(CASE, "give_back")
    await until(lambda: any("解決しましたか" in text for text in walk.after_claim()))
    await walk.restart()
    assert await walk.friend.post(said("はい", line)) == 200
    await until(lambda: (found := office.case(CASE)) and found.outcome == "resolved")
    assert await walk.friend.post(said("こんにちは", line)) == 200
    await until(lambda: "ボット: こんにちは" in walk.after_claim())


async def test_who_blocks_the_account_is_marked_with_the_reason_and_may_come_back(
    walk: Walk,
) -> None:
    line, office = walk.line, walk.office
    assert await walk.friend.post(event("unfollow")) == 200
    await walk.yamada.say(CASE, "届きますか")
    failed = ("届きますか", "failed", "相手がこのアカウントをブロックしています")
    await until(lambda: failed in office.marks(CASE))
    await walk.restart()
    assert await walk.friend.post(event("follow", line)) == 200
    await walk.yamada.say(CASE, "お帰りなさい")
    await until(lambda: "お帰りなさい" in walk.after_claim())
    assert "届きますか" not in walk.after_claim(), "what was marked failed is not sent later"
    assert {one.to for one in line.sent} == {USER}
