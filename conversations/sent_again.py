"""Messages that were refused and come again: each is one message, and answered once.

Who was told to send it again may have been heard all the same: the store went away after the
message was durable, or while it was saying so. Most callers number their messages; for those
that do not, the one that was refused is remembered here until the conversation goes on.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from dataclasses import replace

from conversations.ports import IncomingMessage

_MOST = 10_000


class Refused:
    """The last refused message of each conversation, without its words."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, str]] = OrderedDict()

    def numbered(self, message: IncomingMessage) -> IncomingMessage:
        """Return a message with an id: the one it was refused under, if it was."""
        if message.client_message_id is not None:
            return message
        words, given = self._known.get(message.conversation_id, (None, ""))
        if words != hash(message.text):
            given = uuid.uuid4().hex
        return replace(message, client_message_id=given)

    def add(self, message: IncomingMessage) -> None:
        """Remember a numbered message whose sender is told to send it again."""
        self._known[message.conversation_id] = hash(message.text), str(message.client_message_id)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Forget it: the conversation went on."""
        self._known.pop(conversation_id, None)
