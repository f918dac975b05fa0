"""Walks on which the server is killed: before Slack has a post, and before it heard that it has."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.channels.web.conftest import CLIENT
from tests.desk.slack.office import Office, said_to, seen, until
from tests.desk.slack.workspace import DESK, StaffSlack
from tests.desk.world import ROOT

HELD = ("held", 5.0)
"""Slack gets the post, and does nothing yet: who is killed now has not posted."""
SLOW = ("slow", 5.0)
"""Slack has the post, and does not say so yet: who is killed now does not know."""


class Killable:
    """The server as a process of its own, one after the other on one store."""

    def __init__(self, slack: StaffSlack, folder: Path, client: httpx.AsyncClient) -> None:
        self._slack = slack
        self._folder = folder
        self._client = client
        self._process: asyncio.subprocess.Process | None = None
        self.office: Office

    async def start(self) -> Office:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.desk.slack.process", self._slack.url, str(self._folder),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        assert self._process.stdout is not None
        url = (await asyncio.wait_for(self._process.stdout.readline(), 60)).decode().strip()
        self._client.base_url = url
        self.office = Office(self._slack, self._client, url)
        return self.office

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def killed_in(self, method: str, calls: int) -> None:
        """Kill the server in a call of Slack that was made after so many."""
        await until(lambda: self._slack.calls.count(method) > calls)
        # The call is held or was carried out; its answer is not out.
        await asyncio.sleep(0.1)
        await self.kill()


@asynccontextmanager
async def killable(slack: StaffSlack, folder: Path) -> AsyncIterator[Killable]:
    async with httpx.AsyncClient(**CLIENT) as client:
        server = Killable(slack, folder, client)
        await server.start()
        try:
            yield server
        finally:
            await server.kill()


def written(slack: StaffSlack) -> list[str]:
    """What the company wrote, as the thread shows it."""
    (card,) = slack.cards()
    found = [text for text in slack.thread(card) if text.startswith("会社（")]
    return [text.rpartition(" ")[2] for text in found]


async def test_web_to_slack_desk_to_web_with_killed_servers(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with killable(slack, tmp_path) as server:
        office = server.office
        company, sato = await office.visitor(), office.staffer()
        # Killed with the card, which Slack has.
        slack.trouble["chat.postMessage"] += [SLOW]
        await company.say("担当者")
        await server.killed_in("chat.postMessage", 0)
        office = await server.start()
        card = await office.card()
        await until(lambda: len(slack.thread(card)) >= 3)
        # Killed with what the company wrote.
        company, sato = office.back(company), office.staffer()
        await sato.press(card, "引き受ける")
        await until(lambda: "対応中" in card["text"])
        await until(lambda: "引き受けました" in str(slack.thread(card)))
        # … which Slack does not have yet.
        slack.trouble["chat.postMessage"] += [HELD]
        calls = slack.calls.count("chat.postMessage")
        await company.say("一つ目")
        await company.say("二つ目")
        await server.killed_in("chat.postMessage", calls)
        # Written while nobody runs; Slack tells again later.
        missed = sato.typed("お待たせしました", DESK, card["ts"])
        office = await server.start()
        company, sato = office.back(company), office.staffer()
        await sato.event(missed)
        await until(lambda: written(slack) == ["一つ目", "二つ目"])
        await said_to(company, "お待たせしました")
        # Killed with the mark.
        await until(lambda: slack.marks(missed) == ["white_check_mark"])
        calls = slack.calls.count("reactions.add")
        slack.trouble["reactions.add"] += [SLOW]
        told = await sato.write(card, "次の話です")
        await server.killed_in("reactions.add", calls)
        office = await server.start()
        company = office.back(company)
        await said_to(company, "お待たせしました", "次の話です")
        await until(lambda: slack.marks(told) == ["white_check_mark"])
        said = [text for author, text in await seen(company) if author == "staff"]
        assert len(said) == 3
        assert len(slack.cards()) == 1
        texts = slack.thread(card)
        assert len(texts) == len(set(texts)), texts


async def test_slack_to_slack_desk_to_slack_with_killed_servers(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with killable(slack, tmp_path) as server:
        office = server.office
        company, sato = office.friend(), office.staffer()
        await company.say("担当者")
        card = await office.card()
        await sato.press(card, "引き受ける")
        await until(lambda: "引き受けました" in str(slack.thread(card)))
        await until(lambda: "つながりました" in str(slack.posts(company.direct)))
        # Killed while the answer is on its way to the company.
        slack.trouble["chat.postMessage"] += [HELD]
        calls = slack.calls.count("chat.postMessage")
        event = await sato.write(card, "こんにちは、佐藤です")
        await server.killed_in("chat.postMessage", calls)
        office = await server.start()
        sato, company = office.staffer(), office.friend()
        await sato.event(event)
        await until(lambda: slack.marks(event) == ["white_check_mark"])
        # Killed while the company's answer is on its way to the staff.
        slack.trouble["chat.postMessage"] += [SLOW]
        calls = slack.calls.count("chat.postMessage")
        heard = await company.say("よろしくお願いします")
        await server.killed_in("chat.postMessage", calls)
        office = await server.start()
        await office.friend().event(heard)
        await until(lambda: written(slack) == ["よろしくお願いします"])
        await office.staffer().press(card, "完了")
        await until(lambda: "終了" in card["text"])
        direct = [one["text"] for one in slack.posts(company.direct)]
        assert direct.count("こんにちは、佐藤です") == 1
        assert written(slack) == ["よろしくお願いします"]
        assert len(slack.cards()) == 1
