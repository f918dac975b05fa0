"""How long a company will probably wait, from how long the last ones did."""

from __future__ import annotations

import math

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations.schema import handoff_request

SAMPLES = 20
"""So many of the last waits are looked at."""
FEWEST = 5
"""With fewer nothing is said."""
DAYS = 30
SHARE = 0.75
"""Three of four waited no longer than what is said."""
STEP = 5
LONGEST = 120
"""Minutes; beyond that a number would say nothing."""


def expected_wait_minutes(
    connection: Connection, at: float, position: int, closes_at: float | None
) -> int | None:
    """Estimate a wait.

    The waits of those served lately, their upper quartile, for each place in the queue: rather
    too long than too short.

    Args:
        connection: Open transaction.
        at: The time now.
        position: Place in the queue, from 1.
        closes_at: When the desk closes.

    Returns:
        Minutes in steps of five; None when too little is known, or the desk closes before.
    """
    table = handoff_request
    found = connection.execute(
        select(table.c.created_at, table.c.claimed_at)
        .where(
            table.c.claimed_at.is_not(None),
            table.c.contact.is_(None),
            table.c.created_at > at - DAYS * 86400,
        )
        .order_by(table.c.claimed_at.desc())
        .limit(SAMPLES)
    ).all()
    # Who was claimed on another day had been asked to wait for a call.
    waits = sorted(
        row.claimed_at - row.created_at for row in found if row.claimed_at - row.created_at < 7200
    )
    if len(waits) < FEWEST:
        return None
    typical = waits[math.ceil(SHARE * len(waits)) - 1] / 60
    minutes = max(STEP, math.ceil(typical * max(1, position) / STEP) * STEP)
    if minutes > LONGEST or (closes_at is not None and at + minutes * 60 > closes_at):
        return None
    return minutes
