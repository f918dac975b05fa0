"""The workspace of a support centre over loopback: a channel of its staff, reactions, whispers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from aiohttp import web

from channels.slack.manifest import DESK_SCOPES
from tests.channels.slack.loopback import BOT_USER, TEAM, LoopbackSlack, Message, Refused

DESK = "C0DESK"
SATO, ITO, MORI = "U0SATO", "U0ITO", "U0MORI"
NAMES = {SATO: "佐藤", ITO: "伊藤", MORI: "森", BOT_USER: "つながり"}


class StaffSlack(LoopbackSlack):
    """A workspace with staff."""

    def __init__(self) -> None:
        super().__init__()
        self.scopes += DESK_SCOPES
        self.members = [SATO, ITO, BOT_USER]
        self.archived = False
        self.private = True
        # (channel, ts) → reactions
        self.reactions: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.whispers: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        # What a test makes Slack refuse.
        self.expected: list[str] = []

    def cards(self) -> list[Message]:
        """Cards in the staff's channel."""
        return [one for one in self.posts(DESK) if "thread_ts" not in one]

    def thread(self, card: Message) -> list[str]:
        """What the bot wrote in a card's thread; header lines in front."""
        return [one["text"] for one in self.posts(DESK) if one.get("thread_ts") == card["ts"]]

    def last(self, card: Message) -> str:
        """The last of it."""
        return (self.thread(card) or [""])[-1]

    def labels(self, message: Message) -> list[str]:
        """Buttons of a message."""
        return [
            element["text"]["text"]
            for block in message["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
        ]

    def marks(self, event: Message) -> list[str]:
        """Reactions on a message."""
        return self.reactions[(event["channel"], event["ts"])]

    def _call(self, method: str, arguments: dict[str, Any], request: web.Request) -> dict[str, Any]:
        own = {
            "chat.postEphemeral": self._whisper,
            "chat.delete": self._delete,
            "reactions.add": self._react,
            "reactions.remove": self._unreact,
            "users.info": self._user,
            "conversations.info": self._info,
            "conversations.members": self._members,
        }
        if method in own:
            return own[method](arguments)
        return super()._call(method, arguments, request)

    def _check(self, a: dict[str, Any]) -> None:
        self._usable(a["channel"])
        super()._check(a)

    def _usable(self, channel: str) -> None:
        if channel == DESK and BOT_USER not in self.members:
            raise Refused("not_in_channel" if not self.private else "channel_not_found")
        if channel == DESK and self.archived:
            raise Refused("is_archived")

    def _message(self, channel: str, ts: str) -> Message:
        for message in self.channels[channel]:
            if message["ts"] == ts:
                return message
        raise Refused("message_not_found")

    def _whisper(self, a: dict[str, Any]) -> dict[str, Any]:
        self._check(a)
        if a["user"] not in self.members:
            raise Refused("user_not_in_channel")
        self.whispers.append(a)
        return {"message_ts": self.ts()}

    def _delete(self, a: dict[str, Any]) -> dict[str, Any]:
        message = self._message(a["channel"], a["ts"])
        if message["user"] != BOT_USER:
            raise Refused("cant_delete_message")
        self.channels[a["channel"]].remove(message)
        self.deleted.append(a["ts"])
        return {}

    def _react(self, a: dict[str, Any]) -> dict[str, Any]:
        self._message(a["channel"], a["timestamp"])
        found = self.reactions[(a["channel"], a["timestamp"])]
        if a["name"] in found:
            raise Refused("already_reacted")
        found.append(a["name"])
        return {}

    def _unreact(self, a: dict[str, Any]) -> dict[str, Any]:
        self._message(a["channel"], a["timestamp"])
        found = self.reactions[(a["channel"], a["timestamp"])]
        if a["name"] not in found:
            raise Refused("no_reaction")
        found.remove(a["name"])
        return {}

    def _user(self, a: dict[str, Any]) -> dict[str, Any]:
        user = a["user"]
        if user not in NAMES:
            raise Refused("user_not_found")
        profile = {"display_name": NAMES[user]}
        return {
            "user": {"id": user, "team_id": TEAM, "profile": profile, "is_bot": user == BOT_USER}
        }

    def _info(self, a: dict[str, Any]) -> dict[str, Any]:
        member = BOT_USER in self.members
        if a["channel"] != DESK or (self.private and not member):
            raise Refused("channel_not_found")
        told = {"id": DESK, "name": "support-desk", "is_private": self.private}
        return {"channel": {**told, "is_archived": self.archived, "is_member": member}}

    def _members(self, a: dict[str, Any]) -> dict[str, Any]:
        """Two a page, so that paging is tried."""
        start = int(a.get("cursor") or 0)
        more = start + 2 < len(self.members)
        return {
            "members": self.members[start : start + 2],
            "response_metadata": {"next_cursor": str(start + 2) if more else ""},
        }
