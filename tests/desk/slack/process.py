"""`python -m tests.desk.slack.process SLACK FOLDER`: the server, to be killed; tells where."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from channels.slack import ledger as customers
from channels.slack import routes
from desk.slack import desk, ledger
from tests.desk.slack.office import serving
from tests.desk.slack.workspace import StaffSlack


async def main(url: str, folder: str) -> None:
    slack = StaffSlack()
    slack.url = url
    routes.RESEND_SECONDS = 0.1
    desk.LOOK_SECONDS, desk.FULL_SECONDS, desk.FIRST_PAUSE = 0.1, 0.4, 0.05
    # What a killed process held is free again soon.
    customers.LEASE_SECONDS = ledger.LEASE_SECONDS = 1.0
    async with serving(slack, Path(folder)) as office:
        sys.stdout.write(f"{office.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
