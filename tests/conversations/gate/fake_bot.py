"""A bot that answers by a table, and messages for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from conversations.ports import (
    IncomingMessage,
    OutputDict,
    Utterance,
)

STAGES = [
    {"title": "情報収集", "payload": '/inform{"stage":"collecting"}'},
    {"title": "計画づくり", "payload": '/inform{"stage":"planning"}'},
]


class FakeBot:
    """Answers by a table; remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.delay = 0.0
        self.error: BaseException | None = None
        self.active = 0
        self.most_active = 0

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance)
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            await asyncio.sleep(self.delay)
            if self.error is not None:
                raise self.error
        finally:
            self.active -= 1
        if utterance.text == "黙って":
            return []
        if utterance.text == "段階":
            return [{"text": "段階は？", "buttons": STAGES}]
        return [{"text": f"聞きました: {utterance.text}"}]


def typed(
    text: str, message_id: str | None = None, conversation: str = "rest:a"
) -> IncomingMessage:
    return IncomingMessage(conversation, "rest", text=text, client_message_id=message_id)
