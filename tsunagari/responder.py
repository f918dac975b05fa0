"""Rasa as the gate's responder."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.core.channels.channel import UserMessage

from channels.collector import TurnCollector
from conversations.ports import OutputDict, Utterance
from tsunagari.processor import LightProcessor


class RasaResponder:
    """Runs one turn of the dialogue and returns what the bot said."""

    def __init__(self, processor: LightProcessor) -> None:
        self.processor = processor

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        """See `conversations.ports.Responder`. The gate holds the conversation's lock."""
        collector = TurnCollector(utterance.channel)
        await self.processor.handle_message(
            UserMessage(
                utterance.text,
                collector,
                utterance.conversation_id,
                input_channel=utterance.channel,
                message_id=utterance.message_id,
            )
        )
        return collector.messages
