"""What the desk needs of Slack; `tsunagari/` plugs the client of the Slack channel in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Block = dict[str, Any]
Json = Mapping[str, Any]


class SlackRefusedError(Exception):
    """Slack refused a call for good: nothing has changed there.

    Attributes:
        code: Slack's short name of the reason.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackBusyError(Exception):
    """Slack wants no call for a while: nothing has changed there.

    Attributes:
        seconds: For how long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True)
class SlackPerson:
    """Somebody in Slack.

    Attributes:
        id: User id.
        name: Name to show.
        team: Workspace, where it is known.
        usable: Whether it is a person who can act: no bot, not deactivated.
    """

    id: str
    name: str
    team: str | None = None
    usable: bool = True


class Workspace(Protocol):
    """Slack's Web API as the desk uses it; texts are plain, the implementation escapes them.

    Every method raises `SlackRefusedError` or `SlackBusyError` when Slack did not do it, and
    anything else when nobody knows whether it did.
    """

    @property
    def team(self) -> str:
        """Workspace the app is installed in; raises while it is not known yet."""

    @property
    def bot_user(self) -> str:
        """User id of the bot; raises while it is not known yet."""

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Sequence[Block],
        payload: Json,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> str:
        """Post a message that `find` recognises by its payload; return its time stamp."""

    async def find(
        self, channel: str, payload: Json, since: float, thread: str | None = None
    ) -> str | None:
        """Return the time stamp of a post with a payload, if it is there."""

    async def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """Replace a post."""

    async def delete(self, channel: str, ts: str) -> None:
        """Take a post down."""

    async def react(self, channel: str, ts: str, name: str) -> None:
        """Put a reaction on a message; it may be there already."""

    async def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take a reaction off a message; it may be gone already."""

    async def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Block] = (),
        thread: str | None = None,
    ) -> None:
        """Say something only one person sees."""

    async def open_view(self, trigger: str, view: Json) -> None:
        """Open a modal."""

    async def person(self, user: str) -> SlackPerson:
        """Return who somebody is."""

    async def must_be_usable(self, channel: str) -> None:
        """Raise `SlackRefusedError` where the bot cannot post in a channel."""

    async def has_member(self, channel: str, user: str) -> bool:
        """Return whether somebody is in a channel."""

    async def replies(self, channel: str, thread: str, after: str) -> list[dict[str, Any]]:
        """Return the messages of a thread after a time stamp, oldest first, as Slack tells."""

    def plain(self, text: str) -> str:
        """Return what a person typed, without Slack's markup."""

    def mentions(self, text: str) -> set[str]:
        """Return the ids of the people a typed text calls."""
