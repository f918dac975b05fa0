"""Slack's Web API as the Slack desk uses it, over the client of the Slack channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from channels.slack.api import Call, error_code, retry_after, status_of
from channels.slack.channel import SlackChannel
from channels.slack.mrkdwn import escape, mentions, to_plain_with_links
from channels.slack.posts import find_post, post_arguments
from desk.slack.ports import Block, SlackBusyError, SlackPerson, SlackRefusedError

EVENT_TYPE = "tsunagari_desk"
"""Metadata under which a post of the desk is recognised."""
PAGE = 200
# Slack could not say what became of the call.
_UNCLEAR = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)


class SlackWorkspace:
    """See `desk.slack.ports.Workspace`."""

    def __init__(self, channel: SlackChannel) -> None:
        self._channel = channel
        self._client = channel.client

    @property
    def team(self) -> str:
        """See `Workspace.team`."""
        return self._channel.identity.team

    @property
    def bot_user(self) -> str:
        """See `Workspace.bot_user`."""
        return self._channel.identity.user

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Sequence[Block],
        payload: Mapping[str, Any],
        thread: str | None = None,
        broadcast: bool = False,
    ) -> str:
        """See `Workspace.post`."""
        arguments = post_arguments(channel, escape(text), blocks, EVENT_TYPE, payload, thread)
        if broadcast and thread:
            arguments["reply_broadcast"] = True
        told = await _made(lambda: self._client.chat_postMessage(**arguments))
        return str(told["ts"])

    async def find(
        self,
        channel: str,
        payload: Mapping[str, Any],
        since: float,
        thread: str | None = None,
    ) -> str | None:
        """See `Workspace.find`."""
        return await find_post(self._client, channel, thread, EVENT_TYPE, payload, since, _made)

    async def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """See `Workspace.update`."""
        await _made(
            lambda: self._client.chat_update(
                channel=channel, ts=ts, text=escape(text), blocks=list(blocks)
            )
        )

    async def delete(self, channel: str, ts: str) -> None:
        """See `Workspace.delete`."""
        await _made(lambda: self._client.chat_delete(channel=channel, ts=ts))

    async def react(self, channel: str, ts: str, name: str) -> None:
        """See `Workspace.react`."""
        await _made(
            lambda: self._client.reactions_add(channel=channel, timestamp=ts, name=name),
            "already_reacted",
        )

    async def unreact(self, channel: str, ts: str, name: str) -> None:
        """See `Workspace.unreact`."""
        await _made(
            lambda: self._client.reactions_remove(channel=channel, timestamp=ts, name=name),
            "no_reaction",
        )

    async def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Block] = (),
        thread: str | None = None,
    ) -> None:
        """See `Workspace.whisper`."""
        arguments: dict[str, Any] = {"channel": channel, "user": user, "text": escape(text)}
        if blocks:
            arguments["blocks"] = list(blocks)
        if thread:
            arguments["thread_ts"] = thread
        await _made(lambda: self._client.chat_postEphemeral(**arguments))

    async def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """See `Workspace.open_view`."""
        await _made(lambda: self._client.views_open(trigger_id=trigger, view=dict(view)))

    async def person(self, user: str) -> SlackPerson:
        """See `Workspace.person`."""
        told = await _made(lambda: self._client.users_info(user=user))
        found: dict[str, Any] = told["user"]
        profile = found.get("profile") or {}
        name = profile.get("display_name") or found.get("real_name") or found.get("name") or user
        usable = not (found.get("is_bot") or found.get("deleted"))
        return SlackPerson(user, str(name), found.get("team_id"), usable)

    async def must_be_usable(self, channel: str) -> None:
        """See `Workspace.must_be_usable`."""
        told = await _made(lambda: self._client.conversations_info(channel=channel))
        found: dict[str, Any] = told["channel"]
        if found.get("is_archived"):
            raise SlackRefusedError("is_archived")
        if not found.get("is_member"):
            raise SlackRefusedError("not_in_channel")

    async def has_member(self, channel: str, user: str) -> bool:
        """See `Workspace.has_member`."""
        cursor = None
        while True:
            told = await _made(
                lambda: self._client.conversations_members(
                    channel=channel,
                    limit=PAGE,
                    cursor=cursor,  # noqa: B023
                )
            )
            if user in told["members"]:
                return True
            cursor = (told.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return False

    async def replies(self, channel: str, thread: str, after: str) -> list[dict[str, Any]]:
        """See `Workspace.replies`."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            told = await _made(
                lambda: self._client.conversations_replies(
                    channel=channel,
                    ts=thread,
                    oldest=after,
                    limit=PAGE,
                    cursor=cursor,  # noqa: B023
                )
            )
            found += [one for one in told["messages"] if float(one["ts"]) > float(after)]
            cursor = (told.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return sorted(found, key=lambda one: float(one["ts"]))

    def plain(self, text: str) -> str:
        """See `Workspace.plain`."""
        return to_plain_with_links(text, self.bot_user)

    def mentions(self, text: str) -> set[str]:
        """See `Workspace.mentions`."""
        return mentions(text)


async def _made(call: Call, harmless: str | None = None) -> AsyncSlackResponse:
    """Make a call once; what Slack certainly did not do is told apart from what is unclear."""
    try:
        return await call()
    except SlackApiError as error:
        code = error_code(error)
        if code == harmless:
            return error.response
        if code == "ratelimited":
            raise SlackBusyError(retry_after(error)) from error
        if status_of(error) >= 500 or code in _UNCLEAR:
            raise
        raise SlackRefusedError(code) from error
