"""What is done after Slack has its answer: whispers, and the next look at a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from conversations.finishing import finish
from desk.slack.ledger import Thread
from desk.slack.ports import Block, SlackBusyError, SlackRefusedError, Workspace

logger = logging.getLogger(__name__)


class Background:
    """Runs small things beside the answer to Slack; none is needed to keep anything."""

    def __init__(
        self,
        workspace: Workspace,
        changed: Callable[[str], None],
        lost: Callable[[Thread], None],
    ) -> None:
        """Create it.

        Args:
            workspace: Slack.
            changed: Told which conversation's thread needs a look.
            lost: Told whose card was deleted.
        """
        self._slack = workspace
        self.changed = changed
        self.lost = lost
        self._tasks: set[asyncio.Task[None]] = set()

    def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Block] = (),
        thread: str | None = None,
    ) -> None:
        """Say something to one person; it is an addition to the marks, which stay."""
        self.run(self._slack.whisper(channel, user, text, blocks, thread))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something and log it when it fails."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float | None = None) -> None:
        """Wait until everything is done; what takes longer than so many seconds is broken off."""
        await finish(self._tasks, seconds)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (SlackRefusedError, SlackBusyError) as error:
        logger.warning("Somebody could not be told in Slack: %s", error)
    except Exception:
        logger.exception("Somebody could not be told in Slack")
