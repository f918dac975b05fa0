"""Ending what was begun in the background, before what it needs is closed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection
from typing import Any

logger = logging.getLogger(__name__)

STOP_SECONDS = 8.0
"""So long a server that was asked to stop waits for a platform that does not answer."""


async def finish(tasks: Collection[asyncio.Task[Any]], seconds: float | None = None) -> None:
    """Wait until all tasks are done, also those that are added meanwhile.

    Args:
        tasks: Each leaves the collection by itself when it is done.
        seconds: What takes longer is broken off; what it was to do has to be durable.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while tasks:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            break
        await asyncio.wait(list(tasks), timeout=left)
        # Lets them leave.
        await asyncio.sleep(0)
    late = list(tasks)
    if late:
        logger.warning("%d things that were begun wait for the next start", len(late))
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
