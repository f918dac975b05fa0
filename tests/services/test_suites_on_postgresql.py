"""The suites of the store, the gate, the tracker and the desk once more, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.services.engines import Service
from tests.stores import VARIABLE

SUITES = (
    "tests/conversations/test_store.py",
    "tests/conversations/gate",
    "tests/tsunagari/test_tracker_store.py",
    "tests/desk/test_service.py",
    "tests/desk/test_policy.py",
    "tests/desk/test_timers.py",
    "tests/desk/test_guarantees.py",
    "tests/desk/test_accounts.py",
    "tests/privacy/test_erasure.py",
    "tests/privacy/test_asking_to_erase.py",
    "tests/privacy/test_retention.py",
    "tests/tsunagari/backups",
    "tests/channels/web/test_messages.py",
    "tests/channels/web/test_session.py",
    "tests/channels/web/test_events.py",
)


def test_the_suites_hold_on_postgresql(postgresql: Service) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *SUITES],
        cwd=ROOT,
        env={**os.environ, VARIABLE: postgresql.url},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
