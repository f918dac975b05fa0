"""`python -m tests.channels.slack.process SLACK STORE DELAY`: the server, to be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from channels.slack import routes
from tests.channels.slack.conftest import Bot, serving
from tests.channels.slack.loopback import LoopbackSlack


async def main(url: str, store: str, delay: str) -> None:
    slack = LoopbackSlack()
    slack.url = url
    bot = Bot()
    bot.delay = float(delay)
    routes.RESEND_SECONDS = 0.1
    async with serving(slack, Path(store), bot) as running:
        sys.stdout.write(f"{running.driver.client.base_url.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
