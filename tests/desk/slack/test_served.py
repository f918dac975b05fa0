"""`tsunagari serve` with the real bot: from a company's own words to Slack and back."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx

from tests.browser.serving import START_SECONDS, free_port
from tests.channels.slack.driver import SECRET
from tests.channels.slack.loopback import BOT_TOKEN
from tests.channels.web.conftest import CLIENT, SITES
from tests.desk.slack.office import ALWAYS_OPEN, Office, said_to, seen, until
from tests.desk.slack.workspace import DESK, StaffSlack
from tests.desk.world import ROOT


async def test_the_real_server_with_the_real_bot(slack: StaffSlack, tmp_path: Path) -> None:
    (tmp_path / "sites.yml").write_text(SITES, encoding="utf-8")
    port = free_port()
    environment = {
        **os.environ,
        "TSUNAGARI_HOME": str(ROOT),
        "TSUNAGARI_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}",
        "TSUNAGARI_SITES": str(tmp_path / "sites.yml"),
        "TSUNAGARI_SECRET": "a secret of these tests, long enough",
        "TSUNAGARI_HOURS": str(ALWAYS_OPEN),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "TSUNAGARI_SLACK_API": f"{slack.url}api/",
        "TSUNAGARI_SLACK_DESK_CHANNEL": DESK,
    }
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tsunagari", "serve", "--port", str(port),
            cwd=ROOT, env=environment, stdout=output, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, **CLIENT) as client:
            office = Office(slack, client, url)
            # The app learns who it is once the server runs.
            await until(lambda: "auth.test" in slack.calls or server.returncode, START_SECONDS)
            assert server.returncode is None, log.read_text("utf-8")
            company, sato = await office.visitor(), office.staffer()
            await company.say("大阪で金属プレスをやってます。ベトナムに工場を出したい")
            await company.say("担当者につないで")
            await company.say("契約書を見てほしい")
            await company.say("はい")
            card = await office.card()
            shown = str(card["blocks"])
            for told in ("契約書を見てほしい", "所在地: 大阪府", "ウェブ"):
                assert told in shown
            await sato.press(card, "引き受ける")
            await until(lambda: "対応中" in card["text"])
            await sato.write(card, "佐藤です。どの条項ですか")
            await said_to(company, "佐藤です。どの条項ですか")
            await company.say("タイの賃金は？")
            await until(lambda: "タイの賃金は？" in slack.last(card))
            await sato.press(card, "ボットに戻す")
            assert await sato.fill() == {}
            await until(lambda: "ボットが対応" in card["text"])
            assert "解決しましたか" in (await seen(company))[-1][1]
            await company.say("はい")
            await until(lambda: "会社の答え" in str(card["blocks"]))
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()
