"""Users over REST: each plays conversations one after another, always waiting for the answer."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from bench.conversations import Conversation
from bench.processes import BenchError

_TURN_SECONDS = 120


@dataclass(frozen=True)
class Load:
    """Outcome of one run.

    Attributes:
        milliseconds: Per turn, in order of completion.
        seconds: From the first message to the last answer.
    """

    milliseconds: list[float]
    seconds: float

    @property
    def turns_per_second(self) -> float:
        """Throughput."""
        return len(self.milliseconds) / self.seconds


def play(url: str | Sequence[str], conversations: Sequence[Conversation], users: int) -> Load:
    """Play all conversations once with so many users at a time.

    Args:
        url: The webhook, or those of several processes, which get the messages in turn.
        conversations: What is said.
        users: How many say it at the same time.

    Raises:
        BenchError: A turn failed; a fast failure must not count as a fast turn.
    """
    urls = [url] if isinstance(url, str) else list(url)
    return asyncio.run(_play(urls, conversations, users))


async def _play(urls: Sequence[str], conversations: Sequence[Conversation], users: int) -> Load:
    waiting = deque(conversations)
    processes = itertools.cycle(urls)
    times: list[float] = []
    timeout = aiohttp.ClientTimeout(total=_TURN_SECONDS)

    async with aiohttp.ClientSession(timeout=timeout) as session:

        async def user() -> None:
            while waiting:
                sender = uuid.uuid4().hex
                for text in waiting.popleft():
                    times.append(await say(session, next(processes), sender, text))

        start = time.perf_counter()
        await asyncio.gather(*(user() for _ in range(users)))
        return Load(times, time.perf_counter() - start)


async def say(session: aiohttp.ClientSession, url: str, sender: str, text: str) -> float:
    """Send one message and return the milliseconds to the whole answer."""
    start = time.perf_counter()
    try:
        async with session.post(url, json={"sender": sender, "message": text}) as response:
            body = await response.json()
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
        raise BenchError(f"a turn failed: {error!r}") from error
    if response.status != 200 or not isinstance(body, list):
        raise BenchError(f"a turn failed with status {response.status}")
    return (time.perf_counter() - start) * 1000
