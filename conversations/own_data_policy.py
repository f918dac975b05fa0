"""「データを消して」「自分のデータを見たい」: answered before bot and staff, in every state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.database import now
from conversations.erasure import ASKED
from conversations.own_data import OwnData
from conversations.ports import IncomingMessage, OutputDict, OwnershipPolicy
from conversations.privacy_wording import asks, counted, is_word, wording
from conversations.store import ConversationStore
from conversations.turn import Turn, current_turn

ERASE = "/privacy_erase"
KEEP = "/privacy_keep"
ASK = "/delete_data"
LINK_MINUTES = 30

Link = Callable[[str], "str | None"]


class OwnDataPolicy:
    """The ownership policy around another: what is about one's own data never reaches that."""

    def __init__(
        self,
        inner: OwnershipPolicy,
        store: ConversationStore,
        own_data: OwnData,
        link: Link = lambda _conversation_id: None,
    ) -> None:
        """Create it.

        Args:
            inner: Decides about everything else.
            store: The one store.
            own_data: Collects what is kept.
            link: Address of a page with a conversation's data; None where it has none.
        """
        self._inner = inner
        self._store = store
        self._own_data = own_data
        self._link = link

    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        """See `OwnershipPolicy.intercept`."""
        if payload is not None:
            if payload == ERASE:
                return self._erase(message)
            if payload == KEEP:
                return self._keep(message.conversation_id)
            if payload == ASK:
                return [self._question(message.conversation_id)]
            return await self._others(message, payload)
        text = message.text or ""
        if is_word("yes_words", text) and self._was_asked(message.conversation_id):
            return self._erase(message)
        if is_word("no_words", text) and self._was_asked(message.conversation_id):
            return self._keep(message.conversation_id)
        if asks("erase_words", text):
            return [self._question(message.conversation_id)]
        if asks("export_words", text):
            return self._export(message.conversation_id)
        return await self._others(message, payload)

    def bot_answers(self, conversation_id: str) -> bool:
        """See `OwnershipPolicy.bot_answers`."""
        return self._inner.bot_answers(conversation_id)

    def left(self, conversation_id: str) -> None:
        """See `OwnershipPolicy.left`."""
        self._inner.left(conversation_id)

    async def _others(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        outputs = await self._inner.intercept(message, payload)
        if outputs is not None and self._was_asked(message.conversation_id):
            # The bot's next turn would end the question; without one it must not stay open.
            self._end_question(message.conversation_id)
        return outputs

    def _keep(self, conversation_id: str) -> Sequence[OutputDict]:
        self._end_question(conversation_id)
        return [{"text": wording("erase_kept")}]

    def _end_question(self, conversation_id: str) -> None:
        """A yes to something else must never be taken for a yes to the erasure."""

        def write(connection: Connection) -> None:
            connection.execute(
                update(schema.conversation)
                .where(schema.conversation.c.id == conversation_id)
                .values(choice_turn=None)
            )

        _turn().stage("privacy", write)

    def _was_asked(self, conversation_id: str) -> bool:
        offered = self._store.current_choices(conversation_id)
        return any(choice.payload == ERASE for choice in offered)

    def _question(self, conversation_id: str) -> OutputDict:
        text = wording("erase_confirm")
        with self._store.database.read() as connection:
            receipt = connection.execute(
                select(schema.handoff_request.c.receipt)
                .where(
                    schema.handoff_request.c.conversation_id == conversation_id,
                    schema.handoff_request.c.state.in_(("stored", "waiting", "contact", "claimed")),
                )
                .limit(1)
            ).scalar()
        if receipt is not None:
            text = f"{text}\n{wording('erase_confirm_case', receipt=receipt)}"
        return {
            "text": text,
            "buttons": [
                {"title": wording("erase_yes"), "payload": ERASE},
                {"title": wording("erase_no"), "payload": KEEP},
            ],
        }

    def _erase(self, message: IncomingMessage) -> Sequence[OutputDict]:
        """Erase with the running turn: its answer is all that is in the conversation after it."""
        turn = _turn()
        conversation_id, erasure = message.conversation_id, self._store.erasure
        answer: dict[str, Any] = {"text": wording("nothing_erased")}

        def write(connection: Connection) -> None:
            made = erasure.erase(
                connection, conversation_id, ASKED, now(), str(message.client_message_id)
            )
            if made is not None:
                answer["text"] = wording(
                    "erased",
                    receipt=made.receipt,
                    counts=counted(made.counts),
                    total=made.total,
                )

        def committed() -> None:
            self._store.drop_copies(conversation_id)
            erasure.scrub()

        # The gate writes the answer after this, in the same transaction: it has its text by then.
        turn.stage("erase", write, committed)
        return [answer]

    def _export(self, conversation_id: str) -> Sequence[OutputDict]:
        buttons = [{"title": wording("export_button"), "payload": ASK}]
        link = self._link(conversation_id)
        if link is not None:
            text = wording("export_link", url=link, minutes=LINK_MINUTES)
            return [{"text": text, "buttons": buttons}]
        data = self._own_data.collect(conversation_id)
        text = self._own_data.summary(data) if data else wording("none")
        return [{"text": text, "buttons": buttons}]


def _turn() -> Turn:
    turn = current_turn.get()
    if turn is None:
        raise RuntimeError("the policy is asked inside a turn only")
    return turn
