"""The staff's side of Slack: a channel of theirs belongs to the desk, not to companies."""

from __future__ import annotations

from typing import Any, Protocol

PREFIX = "desk-"
"""Action ids and callback ids of the desk begin so."""


class StaffSide(Protocol):
    """What the desk does with what Slack tells of its channel; durable when it returns."""

    async def hear(self, event: dict[str, Any]) -> bool:
        """Take a message event in; False: it does not belong to the desk."""

    async def act(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a pressed button in."""

    async def submit(self, body: dict[str, Any]) -> dict[str, str]:
        """Take a modal in; return what is wrong, by block."""
