"""A model and a knowledge base together: what answers one turn, whole."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions.resources import Knowledge, open_knowledge, pinned
from knowledge.store import read_store
from tsunagari.settings import UserError

if TYPE_CHECKING:
    from rasa.core.tracker_store import TrackerStore

    from tsunagari.processor import LightProcessor


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Bot:
    """What a turn stands on from its beginning to its end.

    Attributes:
        processor: The dialogue with its model.
        knowledge: What the actions know; None where it is opened by the first turn.
    """

    processor: LightProcessor
    knowledge: Knowledge | None = None


def open_processor(model: Path, trackers: TrackerStore) -> LightProcessor:
    """Load a model.

    Raises:
        UserError: The file is damaged or was made by another program, or there is no room.
    """
    from rasa.core.lock_store import InMemoryLockStore
    from rasa.core.nlg import TemplatedNaturalLanguageGenerator
    from rasa.exceptions import ModelNotFound

    from tsunagari.processor import LightProcessor

    generator = TemplatedNaturalLanguageGenerator({})
    try:
        processor = LightProcessor(
            model_path=model,
            tracker_store=trackers,
            lock_store=InMemoryLockStore(),
            generator=generator,
        )
    except ModelNotFound as error:
        if getattr(error.__cause__, "errno", None) in _NO_ROOM:
            raise UserError(
                f"モデルを広げる場所（{tempfile.gettempdir()}）に空きがありません: "
                "空き容量を増やすか、環境変数 TMPDIR で別の場所を指定してください"
            ) from error
        raise UserError(
            f"モデル {model} を読み込めません（壊れています）: make train で作り直してください"
            "（公開した版なら tsunagari knowledge rollback）"
        ) from error
    generator.responses = processor.domain.responses
    return processor


def open_bot(model: Path, knowledge: Path, trackers: TrackerStore) -> Bot:
    """Load a model and open the knowledge that belongs to it."""
    return Bot(open_processor(model, trackers), open_knowledge(read_store(knowledge)))


class TrialBot:
    """Answers questions apart from every conversation, for evaluations and previews.

    Args:
        bot: What answers; its trackers must be ones nobody else uses.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._asked = 0

    def ask(self, turns: Sequence[str]) -> list[dict[str, Any]]:
        """Return the messages of the last of some turns in a conversation of their own."""
        return asyncio.run(self.converse(turns))

    async def converse(self, turns: Sequence[str]) -> list[dict[str, Any]]:
        """See :meth:`ask`."""
        from rasa.core.channels.channel import UserMessage

        from channels.collector import TurnCollector

        self._asked += 1
        name = f"trial:{self._asked}"
        token = pinned.set(self._bot.knowledge)
        messages: list[dict[str, Any]] = []
        try:
            for turn in turns:
                collector = TurnCollector("rest")
                message = UserMessage(turn, collector, name, input_channel="rest")
                await self._bot.processor.handle_message(message)
                messages = collector.messages
        finally:
            pinned.reset(token)
        return messages


def plain(messages: Sequence[dict[str, Any]]) -> str:
    """Return what a person would have read."""
    return "\n".join(str(one["text"]) for one in messages if one.get("text")).strip()
