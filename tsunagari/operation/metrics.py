"""Metrics for Prometheus: what happened, counted as it does; what waits, looked up when asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.database import STORE_AWAY, Database
from conversations.telemetry import TURNS
from tsunagari.cluster_setup import Cluster
from tsunagari.versions import Versions

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_DESK_STATES = ("QUEUED", "HUMAN", "CONTACT_FORM")


class Metrics:
    """The metrics of one process; an `Observer` of the stages of its turns."""

    def __init__(
        self, database: Database, cluster: Cluster, versions: Callable[[], Versions]
    ) -> None:
        """Register everything.

        Args:
            database: The one store, asked when metrics are read.
            cluster: What is shared with other processes.
            versions: Tells what answers now.
        """
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "tsunagari_turns",
            "Answered turns by channel and outcome.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self._stages = Histogram(
            "tsunagari_stage_seconds",
            "Duration of a stage of a turn: turn, understand, act, look_up, store, send.",
            ("stage",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(Waiting(database))
        self.registry.register(State(cluster, versions))

    def span(self, _name: str, /, **_attributes: str) -> AbstractContextManager[object]:
        """See `Observer.span`."""
        return nullcontext()

    def finished(self, name: str, seconds: float, /, **_attributes: str) -> None:
        """See `Observer.finished`."""
        self._stages.labels(name).observe(seconds)

    def counted(self, name: str, /, **attributes: str) -> None:
        """See `Observer.counted`."""
        if name == TURNS:
            self._turns.labels(attributes["channel"], attributes["outcome"]).inc()

    def exposed(self) -> bytes:
        """Return everything in Prometheus' text format."""
        text: bytes = generate_latest(self.registry)
        return text


class Waiting(Collector):
    """What waits in the store, the same whichever process is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Look into the store; only that it is away when it is."""
        up = GaugeMetricFamily("tsunagari_store_up", "Whether the store answers.", 1.0)
        try:
            self._database.check()
            with self._database.read() as connection:
                found = list(_waiting(connection))
        except STORE_AWAY:
            up = GaugeMetricFamily("tsunagari_store_up", "Whether the store answers.", 0.0)
            found = []
        yield up
        yield from found

    def describe(self) -> list[Metric]:
        """Nothing: registering must not look into the store."""
        return []


class State(Collector):
    """What this process is connected to and which knowledge it answers from."""

    def __init__(self, cluster: Cluster, versions: Callable[[], Versions]) -> None:
        self._cluster = cluster
        self._versions = versions

    def collect(self) -> Iterator[Metric]:
        """See `Collector.collect`."""
        yield InfoMetricFamily("tsunagari_build", "What answers.", value=self._versions().labels())
        if self._cluster.reachability is not None:
            yield GaugeMetricFamily(
                "tsunagari_redis_up",
                "Whether Redis answered when it was last asked.",
                float(self._cluster.reachability.reachable),
            )
        if self._cluster.relay is not None:
            yield GaugeMetricFamily(
                "tsunagari_event_broker_up",
                "Whether the event broker is connected.",
                float(self._cluster.relay.connected),
            )

    def describe(self) -> list[Metric]:
        """See `Waiting.describe`."""
        return []


def _waiting(connection: Connection) -> Iterator[Metric]:
    now = time.time()
    inbox, outbox, events = schema.inbox.c, schema.outbox.c, schema.event_outbox
    waiting = select(func.count(), func.min(inbox.received_at)).where(inbox.state == rows.RECEIVED)
    yield from _backlog("inbox", "Messages not answered yet", connection.execute(waiting), now)
    pending = select(func.count(), func.min(outbox.created_at)).where(
        outbox.state == rows.PENDING, outbox.channel != "web"
    )
    yield from _backlog("outbox", "Messages not delivered yet", connection.execute(pending), now)
    failed = select(func.count()).where(outbox.state == rows.FAILED)
    yield GaugeMetricFamily(
        "tsunagari_outbox_failed",
        "Messages that could not be delivered.",
        connection.execute(failed).scalar_one(),
    )
    yield GaugeMetricFamily(
        "tsunagari_events_waiting",
        "Turns whose events the broker has not confirmed.",
        connection.execute(select(func.count()).select_from(events)).scalar_one(),
    )
    owned = schema.ownership.c
    states = GaugeMetricFamily(
        "tsunagari_desk_conversations", "Conversations at the desk by state.", labels=["state"]
    )
    counted = connection.execute(select(owned.state, func.count()).group_by(owned.state)).all()
    by_state = {str(state).upper(): number for state, number in counted}
    for state in _DESK_STATES:
        states.add_metric([state], by_state.get(state, 0))
    yield states
    oldest = select(func.min(owned.queued_at)).where(func.upper(owned.state) == "QUEUED")
    since = connection.execute(oldest).scalar()
    yield GaugeMetricFamily(
        "tsunagari_desk_longest_wait_seconds",
        "How long the first in the queue has been waiting for a person.",
        0.0 if since is None else max(0.0, now - since),
    )


def _backlog(name: str, what: str, found: Any, now: float) -> Iterator[Metric]:
    number, oldest = found.one()
    yield GaugeMetricFamily(f"tsunagari_{name}_waiting", f"{what}.", number)
    age = 0.0 if oldest is None else max(0.0, now - oldest)
    yield GaugeMetricFamily(f"tsunagari_{name}_oldest_seconds", f"{what}: age of the oldest.", age)
