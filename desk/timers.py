"""What happens when nobody does anything: waits that end, silence on either side."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations.schema import ownership as table
from conversations.turn import TurnConflictError
from desk import events, ownership, requests
from desk.base import BACK_TO_BOT, CONTACT_STEP
from desk.model import BOT, CLOSED, CONTACT_FORM, HUMAN, QUEUED, DeskError
from desk.ownership import Ownership
from desk.posting import Choice
from desk.service import DeskService
from desk.wording import wording

logger = logging.getLogger(__name__)

Step = Callable[[DeskService, Connection, Ownership, float], "str | None"]


def sweep(service: DeskService, at: float) -> int:
    """Do what is due; each step is taken by one process only, on condition of the version.

    Returns:
        How many conversations something was done about.
    """
    with service.database.read() as connection:
        found = connection.execute(
            select(table).where(table.c.state.in_((QUEUED, HUMAN, CONTACT_FORM)))
        ).all()
    done = 0
    for row in found:
        seen = Ownership(**row._mapping)
        step = _due(service, seen, at)
        if step is None:
            continue
        try:
            with service.database.write() as connection:
                ownership.still(connection, seen)
                if ownership.read(connection, seen.conversation_id) != seen:
                    continue
                kind = step(service, connection, seen, at)
        except (TurnConflictError, DeskError):
            # Somebody did something after all.
            continue
        if kind is not None:
            done += 1
            service.changed(seen.conversation_id, kind, posted=kind != "late")
    return done


def _due(service: DeskService, seen: Ownership, at: float) -> Step | None:
    timers = service.hours.timers
    if seen.state == QUEUED:
        waits = at - (seen.queued_at or seen.updated_at)
        over = waits > timers.unclaimed or not service.hours.is_open(at)
        return _ask_for_contact if over else None
    if seen.state == CONTACT_FORM:
        return _end_contact_form if at - seen.updated_at > timers.contact_form else None
    customer, staff = seen.last_customer_at or 0.0, seen.last_staff_at or 0.0
    if customer > staff:
        waits = at - customer
        if waits > timers.staff_silent and seen.acknowledged_at is None:
            return _offer_bot
        if waits > timers.staff_late and seen.warned_at is None:
            return _warn_staff
    if at - max(customer, staff) > timers.customer_silent:
        return _close
    return None


def _ask_for_contact(
    service: DeskService, connection: Connection, seen: Ownership, at: float
) -> str:
    ownership.move(connection, seen, at, state=CONTACT_FORM, step=CONTACT_STEP, queued_at=None)
    requests.keep_for_contact(connection, seen.receipt)
    channel = service.poster.channel(connection, seen.conversation_id)
    choices = [Choice(wording(key), payload) for key, payload in service.contact_choices(channel)]
    text = wording("contact_ask_unclaimed")
    service.poster.post(connection, seen.conversation_id, text, "bot", choices)
    events.add(connection, seen.conversation_id, "contact", at, detail="unclaimed")
    return "contact"


def _end_contact_form(
    service: DeskService, connection: Connection, seen: Ownership, at: float
) -> None:
    # Nobody is told: who comes back simply finds the bot.
    ownership.move(connection, seen, at, state=BOT, step=None)


def _warn_staff(service: DeskService, connection: Connection, seen: Ownership, at: float) -> str:
    ownership.note(connection, seen, warned_at=at)
    events.add(connection, seen.conversation_id, "late", at)
    return "late"


def _offer_bot(service: DeskService, connection: Connection, seen: Ownership, at: float) -> str:
    ownership.note(connection, seen, acknowledged_at=at, warned_at=seen.warned_at or at)
    choices = [Choice(wording("back_to_bot"), BACK_TO_BOT)]
    # The centre speaks here, not the bot: a person has the conversation.
    service.poster.post(connection, seen.conversation_id, wording("staff_silent"), "staff", choices)
    events.add(connection, seen.conversation_id, "offered", at)
    return "offered"


def _close(service: DeskService, connection: Connection, seen: Ownership, at: float) -> str:
    ownership.move(connection, seen, at, state=CLOSED, owner=None, owner_name=None)
    requests.settle(connection, seen.receipt, "done", at)
    service.poster.post(connection, seen.conversation_id, wording("closed_by_silence"), "bot")
    events.add(connection, seen.conversation_id, "closed", at)
    return "closed"
