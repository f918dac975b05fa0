"""Rasa as the gate's responder."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.core.channels.channel import UserMessage

from actions.resources import current_knowledge, pinned
from channels.collector import TurnCollector
from conversations.ports import OutputDict, Utterance
from tsunagari.processor import LightProcessor
from tsunagari.releases.bot import Bot


class RasaResponder:
    """Runs one turn of the dialogue and returns what the bot said.

    Attributes:
        bot: What turns that begin now stand on; see `tsunagari.releases.live`.
    """

    def __init__(self, processor: LightProcessor) -> None:
        self.bot = Bot(processor)

    @property
    def processor(self) -> LightProcessor:
        """The dialogue of turns that begin now."""
        return self.bot.processor

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        """See `conversations.ports.Responder`. The gate holds the conversation's lock."""
        collector = TurnCollector(utterance.channel)
        bot = self.bot
        kept = pinned.set(bot.knowledge or current_knowledge())
        try:
            await bot.processor.handle_message(
                UserMessage(
                    utterance.text,
                    collector,
                    utterance.conversation_id,
                    input_channel=utterance.channel,
                    message_id=utterance.message_id,
                )
            )
        finally:
            pinned.reset(kept)
        return collector.messages
