"""Engines for this folder; what is not installed is skipped visibly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services import engines
from tests.services.engines import MissingEngineError, Service


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Service]:
    """A PostgreSQL server."""
    try:
        with engines.postgresql() as service:
            yield service
    except MissingEngineError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def redis() -> Iterator[Service]:
    """A Redis server."""
    try:
        with engines.redis() as service:
            yield service
    except MissingEngineError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Service]:
    """A RabbitMQ broker."""
    try:
        with engines.rabbitmq() as service:
            yield service
    except MissingEngineError as missing:
        pytest.skip(str(missing))
