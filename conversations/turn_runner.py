"""One turn: asking whoever owns the conversation, and making its answer durable as a whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conversations.choices import finalise
from conversations.database import STORE_AWAY, now
from conversations.database_lock import patiently
from conversations.delivery import Deliveries
from conversations.hearing import Heard
from conversations.live import LiveNews
from conversations.ports import (
    UNREAD,
    Delivery,
    DeliveryPart,
    IncomingMessage,
    Notices,
    OutputDict,
    OwnershipPolicy,
    Responder,
    Utterance,
)
from conversations.replies import Reply
from conversations.rows import InboxRow
from conversations.store import ConversationStore
from conversations.telemetry import SEND, STORE, TURN, TURNS, count, stage
from conversations.turn import Turn, TurnConflictError, current_turn
from conversations.turn_records import (
    FAILED,
    NOTICE,
    PERSON,
    TurnRecord,
    outcome_of,
    records_of,
    write_record,
)
from conversations.wording import wording

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Answer:
    """What a turn says.

    Attributes:
        outputs: Its messages.
        outcome: How the turn's record calls it.
        by_bot: Whether the dialogue was asked.
    """

    outputs: Sequence[OutputDict]
    outcome: str
    by_bot: bool = False


class TurnRunner:
    """Runs turns; the caller holds the conversation's lock."""

    def __init__(
        self,
        store: ConversationStore,
        deliveries: Deliveries,
        live: LiveNews,
        responder: Responder,
        ownership: OwnershipPolicy,
        notices: Notices | None,
    ) -> None:
        """Create it; the arguments are those of the gate."""
        self._store = store
        self._deliveries = deliveries
        self._live = live
        self._responder = responder
        self._ownership = ownership
        self._notices = notices

    async def run(self, row: InboxRow, heard: Heard) -> Reply:
        """Answer a row, commit the answer and send it where its channel is pushed to.

        Raises:
            TurnConflictError: Another process moved the conversation on; nothing is committed.
        """
        with stage(TURN, channel=row.message.channel):
            reply, delivery = await self._answer_and_commit(row, heard)
        if delivery is not None:
            with stage(SEND, channel=row.message.channel):
                await self._deliveries.send(delivery)
        return reply

    async def _answer_and_commit(
        self, row: InboxRow, heard: Heard
    ) -> tuple[Reply, Delivery | None]:
        message = row.message
        began = time.monotonic()
        turn, answer = await self._answer(message, heard)
        outputs, understood = answer.outputs, turn.understood
        record = TurnRecord(
            message.conversation_id,
            row.id,
            message.channel,
            now(),
            (time.monotonic() - began) * 1000,
            typed=answer.by_bot
            and not heard.trusted
            and not (understood is not None and understood.hands_off),
            outcome=answer.outcome,
            records=records_of(outputs) if answer.by_bot else (),
            understood=understood,
        )
        if self._notices is not None and outputs:
            outputs = self._notices.told(message, turn, outputs)
        with stage(STORE):
            reply, outbox_ids = await self._commit(row, turn, outputs, answer.by_bot, record)
        count(TURNS, channel=message.channel, outcome=answer.outcome)
        if not outbox_ids:
            return reply, None
        parts = tuple(map(DeliveryPart, outbox_ids, reply.messages))
        return reply, Delivery(
            message.conversation_id, message.channel, row.id, message.origin, parts
        )

    async def _answer(self, message: IncomingMessage, heard: Heard) -> tuple[Turn, _Answer]:
        """Have a message answered; what fails inside the bot is answered by an apology.

        Returns:
            What the turn wants to write, and what it says.

        Raises:
            TurnConflictError: Another process moved the conversation on.
            OperationalError: The store is away (or another of `STORE_AWAY`).
        """
        turn = Turn(message.conversation_id)
        token = current_turn.set(turn)
        try:
            return turn, await self._say(message, heard, turn)
        except (TurnConflictError, *STORE_AWAY):
            # It can run again: when the other turn is over, when the store is back.
            turn.settle(False)
            raise
        except Exception:
            logger.exception("A turn of conversation %s failed", message.conversation_id)
            turn.settle(False)
            return turn.anew(), _Answer([{"text": wording("failure")}], FAILED)
        except BaseException:
            turn.settle(False)
            raise
        finally:
            current_turn.reset(token)

    async def _say(self, message: IncomingMessage, heard: Heard, turn: Turn) -> _Answer:
        """Ask whoever owns the conversation what to say."""
        payload = heard.utterance if heard.trusted else None
        intercepted = await self._ownership.intercept(message, payload)
        if intercepted is not None:
            return _Answer(intercepted, PERSON)
        if heard.answer is not None:
            return _Answer([{"text": heard.answer}], NOTICE)
        utterance = Utterance(
            message.conversation_id,
            message.channel,
            heard.utterance,
            heard.trusted,
            str(message.client_message_id),
        )
        outputs = await self._responder.respond(utterance) or [{"text": wording("silence")}]
        outcome = outcome_of(outputs, turn.understood)
        if unread := (message.origin or {}).get(UNREAD):
            outputs = [{"text": wording("unread", what=unread)}, *outputs]
        return _Answer(outputs, outcome, by_bot=True)

    async def _commit(
        self,
        row: InboxRow,
        turn: Turn,
        outputs: Sequence[OutputDict],
        asked_bot: bool,
        record: TurnRecord,
    ) -> tuple[Reply, list[int]]:
        pushed = self._deliveries.pushes(row.message.channel)

        def write() -> tuple[list[dict[str, Any]], list[int]]:
            with self._store.database.write() as connection:
                turn.apply(connection)
                # What was written may have a say in what is answered.
                messages, choices = finalise(outputs)
                outbox_ids = self._store.finish(
                    connection,
                    row,
                    messages,
                    choices,
                    pushed,
                    new_choice_turn=asked_bot or bool(choices),
                )
                write_record(connection, record)
            return messages, outbox_ids

        try:
            messages, outbox_ids = await patiently(write)
        except BaseException:
            turn.settle(False)
            raise
        turn.settle(True)
        self._live.changed(row.message.conversation_id)
        return Reply(messages), outbox_ids if pushed else []
