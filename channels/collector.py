"""An output channel that keeps one dict per message Rasa sends."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnCollector(OutputChannel):
    """Collects a turn: text, buttons and structure of one message stay together.

    Rasa's own collecting channel splits one utterance into several (text, image, custom …),
    which would show one answer as two.
    """

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:
        """Name by which response variations per channel are chosen."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message whole."""
        kept = {
            key: message[key]
            for key in ("text", "image", "attachment", "custom")
            if message.get(key)
        }
        buttons = list(message.get("quick_replies") or []) + list(message.get("buttons") or [])
        if buttons:
            kept["buttons"] = buttons
        if kept:
            self.messages.append(kept)
