"""Whether this process can answer now: `/health` (is it alive) and `/ready` (send visitors)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conversations.cluster import connection
from conversations.database import STORE_AWAY, Database
from conversations.database_problems import explained
from tsunagari import event_relay
from tsunagari.versions import versions_of

if TYPE_CHECKING:
    from tsunagari.assembly import Application

STORE_SECONDS = 2.0
"""A store that takes longer to say one word is as good as away."""


@dataclass
class Readiness:
    """Looks at what a turn needs.

    Attributes:
        application: The running application.
        stopping: Set when the process was asked to end: proxies shall send nobody any more.
    """

    application: Application
    stopping: bool = False
    _began: float = field(default_factory=time.monotonic)

    def alive(self) -> dict[str, Any]:
        """Return what `/health` says: that the event loop turns."""
        return {"status": "ok", "seconds": round(time.monotonic() - self._began, 1)}

    async def check(self) -> tuple[bool, dict[str, Any]]:
        """Return whether visitors may be sent here, and why not.

        Redis and the event broker are told of but decide nothing: turns go on without them.
        """
        trouble = await _trouble_with(self.application.database)
        store = trouble is None
        cluster = self.application.cluster
        parts: dict[str, Any] = {"store": "ok" if store else "away"}
        told = [] if trouble is None else [f"保存先: {trouble}"]
        if cluster.reachability is not None:
            parts["redis"] = "ok" if cluster.reachability.reachable else "away"
            told += [connection.AWAY] if parts["redis"] == "away" else []
        if cluster.relay is not None:
            parts["event_broker"] = "ok" if cluster.relay.connected else "away"
            told += [event_relay.AWAY] if parts["event_broker"] == "away" else []
        if told:
            # For whoever is on duty: what, where, and how to mend it.
            parts["problems"] = told
        live = self.application.live
        if live is not None and live.problem:
            parts["release"] = live.problem
        ready = store and not self.stopping
        status = "stopping" if self.stopping else "ready" if ready else "not ready"
        return ready, {
            "status": status,
            **parts,
            "versions": versions_of(self.application).labels(),
        }


async def _trouble_with(database: Database) -> str | None:
    """Return what is wrong with the store and how to mend it; None when it answers."""
    try:
        await asyncio.wait_for(asyncio.to_thread(database.check), STORE_SECONDS)
    except asyncio.TimeoutError:
        return explained(TimeoutError("timed out"))
    except STORE_AWAY as error:
        return explained(error)
    return None
