"""A support centre whose staff answers in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tsunagari import light_imports

light_imports.install()

from channels.slack import routes  # noqa: E402
from desk.slack import desk as slack_desk  # noqa: E402
from tests.channels.slack.loopback import loopback_slack  # noqa: E402
from tests.desk.slack.office import Office, serving  # noqa: E402
from tests.desk.slack.workspace import StaffSlack  # noqa: E402


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "RESEND_SECONDS", 0.05)
    monkeypatch.setattr(routes, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(slack_desk, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(slack_desk, "FULL_SECONDS", 0.4)
    monkeypatch.setattr(slack_desk, "FIRST_PAUSE", 0.05)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[StaffSlack]:
    async with loopback_slack(StaffSlack) as slack:
        yield slack
        # Whatever a test did: Slack refused nothing of ours. A mark may come after a deletion.
        refused = [one for one in slack.refused if not one.startswith("reactions.")]
        assert [one for one in refused if one not in slack.expected] == []


@pytest.fixture
async def office(slack: StaffSlack, tmp_path: Path) -> AsyncIterator[Office]:
    async with serving(slack, tmp_path) as office:
        yield office
