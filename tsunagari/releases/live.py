"""The running bot follows the pointer: what is published is taken over between two turns."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from actions.resources import Knowledge, use_knowledge
from tsunagari.releases.bot import Bot, open_bot
from tsunagari.releases.publishing import Releases

if TYPE_CHECKING:
    from tsunagari.responder import RasaResponder
    from tsunagari.tracker_store import SnapshotTrackerStore

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class LiveRelease:
    """Keeps one process on the live release.

    A turn ends with the model and knowledge it began with; turns that begin after the exchange
    stand on the new ones. Loading happens in a thread, so turns go on meanwhile.

    Args:
        releases: What is published.
        responder: Answers the turns.
        trackers: Holds the conversations.
    """

    def __init__(
        self, releases: Releases, responder: RasaResponder, trackers: SnapshotTrackerStore
    ) -> None:
        self._shelf = releases.shelf
        self._responder = responder
        self._trackers = trackers
        self._listeners: list[Callable[[Knowledge], None]] = []
        live = releases.current()
        self.loaded = live.id if live else ""
        self.problem: str | None = None
        self._seen = self.loaded or self._shelf.pointer()
        if self._seen and live is None:
            logger.warning(
                "公開した版（%s）は使えません（更新の前のプログラムのものか、壊れています）。"
                "make run が作ったモデルで動いています。"
                "tsunagari knowledge publish で公開し直してください",
                self._seen,
            )

    def on_exchange(self, listener: Callable[[Knowledge], None]) -> None:
        """Tell somebody who keeps something of the knowledge when it is exchanged."""
        self._listeners.append(listener)

    async def follow(self) -> None:
        """Take over what is published, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> bool:
        """Take over what was published since the last look.

        Returns:
            Whether something was taken over.
        """
        try:
            wanted = self._shelf.pointer()
        except OSError:
            logger.exception("The pointer to the live release cannot be read")
            return False
        if wanted == self._seen:
            return False
        self._seen = wanted
        release = self._shelf.live()
        if release is None:
            logger.warning("Release %s was not made by this program; nothing changes", wanted)
            return False
        try:
            bot = await asyncio.to_thread(self._open, release.id)
        except Exception:
            # Whatever is wrong with it, the bot goes on with what it has.
            logger.exception("Release %s cannot be loaded; the one before stays", release.id)
            self.problem = f"版 {release.id} を読み込めません。前の版のまま動いています"
            return False
        self._exchange(bot)
        self.loaded, self.problem = release.id, None
        logger.warning("Release %s is live", release.id)
        return True

    def _open(self, release_id: str) -> Bot:
        shelf = self._shelf
        bot = open_bot(shelf.model(release_id), shelf.knowledge(release_id), self._trackers)
        bot.processor.warm_up("こんにちは")
        return bot

    def _exchange(self, bot: Bot) -> None:
        assert bot.knowledge is not None
        self._trackers.domain = bot.processor.domain
        self._responder.bot = bot
        use_knowledge(bot.knowledge)
        for listener in self._listeners:
            listener(bot.knowledge)
        # What was frozen at the start includes the model and knowledge that are gone now.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
