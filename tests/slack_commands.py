"""`tsunagari slack …` as an operator types it."""

from __future__ import annotations

import asyncio

import pytest

from tsunagari import cli

NAMES = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "TSUNAGARI_SLACK_TEAMS",
         "TSUNAGARI_SLACK_API", "TSUNAGARI_SLACK_DESK_CHANNEL")  # fmt: skip


async def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, **variables: str) -> int:
    """Run a command in an environment that holds these variables alone; returns its exit code."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def call() -> int:
        try:
            cli.main(["slack", *arguments])
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return await asyncio.to_thread(call)
