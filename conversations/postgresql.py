"""Waiting for PostgreSQL: for seconds only where everybody waits, and not again in vain.

The driver waits as long as a connection lives, and a server that hangs (a machine that stands
still, a disk that does not answer) keeps its connections open. On the event loop that would be
everybody's wait. There a statement is given up after seconds, and from then on the server
counts as away until it has answered a thread that asks for nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import select
import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg2
from psycopg2 import extensions
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

logger = logging.getLogger(__name__)

LOOP_SECONDS = 3.0
"""Longer than a busy server's slow moments, short enough for somebody who waits for a page."""
PROBE_SECONDS = 1.0
"""Between two questions to a server that is away."""
_SAID = "timeout: the server does not answer"
_CONNECTED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)
# Takes a number, which needs the disk of the server.
_QUESTION = "SELECT txid_current()"


class Server:
    """What is known of one PostgreSQL server: whether it answers.

    Attributes:
        connection: The class of its connections, for `psycopg2.connect`.
        connect_seconds: One that takes longer to let us in is away.
    """

    def __init__(self, url: URL, options: Mapping[str, Any]) -> None:
        """Create it; nothing is opened.

        Args:
            url: Where it is.
            options: How its connections are opened, where the address does not say otherwise.
        """
        _, in_address = url.get_dialect()().create_connect_args(url)
        self._way = {**options, **in_address}
        self.connect_seconds = float(self._way["connect_timeout"])
        self.connection = type("StoreConnection", (_Connection,), {"server": self})
        self._away = False
        self._lock = threading.Lock()
        extensions.set_wait_callback(_wait)

    @property
    def away(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return self._away

    def check(self) -> None:
        """See that it is not known to be away.

        Raises:
            OperationalError: It is.
        """
        if self._away:
            raise OperationalError("BEGIN", None, psycopg2.OperationalError(_SAID))

    def hangs(self) -> None:
        """Note that it did not answer, and ask it until it does."""
        with self._lock:
            if self._away:
                return
            self._away = True
        logger.error("PostgreSQL が答えません。答えるまで、受け付けを断ります")
        threading.Thread(target=self._ask, name="postgresql-away", daemon=True).start()

    def _ask(self) -> None:
        while not self._answers():
            time.sleep(PROBE_SECONDS)
        self._away = False
        logger.warning("PostgreSQL が、また答えるようになりました")

    def _answers(self) -> bool:
        factory = type("Question", (_Connection,), {"server": self, "asks": True})
        try:
            connection = psycopg2.connect(**self._way, connection_factory=factory)
        except psycopg2.Error:
            return False
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(_QUESTION)
        except psycopg2.OperationalError:
            return False
        except psycopg2.Error:
            # It refuses, and so it answers.
            return True
        finally:
            connection.close()
        return True


class _Connection(extensions.connection):
    """A connection to a server that is watched.

    Attributes:
        server: The other side.
        asks: Whether it only asks if somebody is there.
    """

    server: Server
    asks = False

    def longest_wait(self) -> float | None:
        """Return for how many seconds to wait now; None: as long as it takes."""
        if self.asks:
            return self.server.connect_seconds
        if _on_event_loop():
            # The driver's pool opens a new connection where an old one gave no answer.
            return 0.0 if self.server.away else LOOP_SECONDS
        return None if self.status in _CONNECTED else self.server.connect_seconds


def _wait(connection: Any) -> None:
    """Wait until a connection has what was asked for (the driver's wait callback)."""
    watched = isinstance(connection, _Connection)
    limit = connection.longest_wait() if watched else None
    end = None if limit is None else time.monotonic() + limit
    while (state := connection.poll()) != extensions.POLL_OK:
        readable = select.poll()
        readable.register(
            connection.fileno(),
            select.POLLIN if state == extensions.POLL_READ else select.POLLOUT,
        )
        left = None if end is None else max(0.0, end - time.monotonic()) * 1000
        if not readable.poll(left):
            if not connection.asks and _on_event_loop():
                connection.server.hangs()
            raise psycopg2.OperationalError(_SAID)


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
