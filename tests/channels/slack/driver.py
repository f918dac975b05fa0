"""Slack's side of the conversation: signed requests as Slack sends them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from channels.slack.routes import PATH
from tests.channels.slack.loopback import BOT_USER, TEAM, LoopbackSlack, Message

SECRET = "loopback-signing-secret"
USER = "U0AKI"
CHANNEL = "C0GENERAL"
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


def signed(body: bytes, kind: str, at: float | None = None) -> dict[str, str]:
    """The headers of a request of Slack's."""
    stamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    assert signature is not None
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }


@dataclass
class Driver:
    """Somebody with Slack open."""

    slack: LoopbackSlack
    client: httpx.AsyncClient
    user: str = USER
    team: str = TEAM

    # --- requests ----------------------------------------------------------------------

    async def send(
        self, body: bytes, kind: str = JSON, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.post(
            PATH, content=body, headers={**signed(body, kind), **(headers or {})}
        )

    async def event(self, event: dict[str, Any], **options: Any) -> httpx.Response:
        return await self.send(self.envelope(event), **options)

    def envelope(self, event: dict[str, Any], event_id: str | None = None) -> bytes:
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0",
            "event_id": event_id or f"Ev{self.slack.ts()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }
        return json.dumps(body, ensure_ascii=False).encode()

    async def interact(self, payload: dict[str, Any]) -> httpx.Response:
        whole = {
            "user": {"id": self.user, "team_id": self.team},
            "team": {"id": TEAM},
            "trigger_id": self.slack.trigger(),
            **payload,
        }
        body = urlencode({"payload": json.dumps(whole, ensure_ascii=False)}).encode()
        return await self.send(body, FORM)

    # --- what a person does -------------------------------------------------------------

    @property
    def direct(self) -> str:
        return self.slack.direct(self.user)

    def typed(
        self, text: str, channel: str | None = None, thread: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """A message that stands in Slack now, as its event."""
        channel = channel or self.direct
        event: Message = {
            "type": "message",
            "user": self.user,
            "team": self.team,
            "text": text,
            "ts": self.slack.ts(),
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            **({"thread_ts": thread} if thread else {}),
            **more,
        }
        self.slack.channels[channel].append(event)
        return event

    async def say(self, text: str, **options: Any) -> dict[str, Any]:
        event = self.typed(text, **options)
        response = await self.event(event)
        assert response.status_code == 200, response.text
        return event

    async def mention(self, text: str, **options: Any) -> dict[str, Any]:
        """Slack tells of a mention twice: as itself and as a message of the channel."""
        event = self.typed(f"<@{BOT_USER}> {text}", CHANNEL, **options)
        for kind in ("app_mention", "message"):
            response = await self.event({**event, "type": kind})
            assert response.status_code == 200, response.text
        return event

    async def click(self, message: Message, label: str, **more: Any) -> httpx.Response:
        """Press a button or pick from a menu of a message."""
        channel = more.pop("channel", self.direct)
        for block in message["blocks"]:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                action = {
                    "type": element["type"],
                    "action_id": element["action_id"],
                    "block_id": block["block_id"],
                    "action_ts": self.slack.ts(),
                }
                if element["type"] == "button" and element["text"]["text"] == label:
                    action |= {"text": element["text"], "value": element.get("value")}
                    return await self._act(message, channel, action, more)
                for option in element.get("options", []):
                    if option["text"]["text"] == label:
                        action["selected_option"] = option
                        return await self._act(message, channel, action, more)
        raise AssertionError(f"no choice {label}")

    async def _act(
        self, message: Message, channel: str, action: dict[str, Any], more: dict[str, Any]
    ) -> httpx.Response:
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        return await self.interact(
            {
                "type": "block_actions",
                "channel": {"id": channel},
                "container": container,
                "message": message,
                "response_url": self.slack.response_url(message),
                "actions": [action],
                **more,
            }
        )

    async def press_home(self, action_id: str) -> httpx.Response:
        action = {"type": "button", "action_id": action_id, "block_id": "home"}
        return await self.interact(
            {
                "type": "block_actions",
                "container": {"type": "view", "view_id": "V"},
                "view": {"type": "home"},
                "actions": [{**action, "action_ts": self.slack.ts()}],
            }
        )

    async def command(self, text: str) -> httpx.Response:
        body = {
            "command": "/tsunagari",
            "text": text,
            "user_id": self.user,
            "team_id": self.team,
            "channel_id": CHANNEL,
            "trigger_id": self.slack.trigger(),
            "response_url": self.slack.response_url(),
        }
        return await self.send(urlencode(body).encode(), FORM)

    async def submit(self, view: dict[str, Any], **values: str | None) -> httpx.Response:
        """Save a modal; fields that are not named stay as they are."""
        state: dict[str, Any] = {}
        for block in view["blocks"]:
            element, field = block["element"], block["block_id"]
            told: dict[str, Any] = {"type": element["type"]}
            if element["type"] == "static_select":
                groups = element.get("option_groups", [{"options": element.get("options", [])}])
                offered = [option for group in groups for option in group["options"]]
                told["selected_option"] = element.get("initial_option")
                if field in values:
                    wanted = values[field]
                    told["selected_option"] = next(
                        (one for one in offered if one["value"] == wanted), None
                    )
            else:
                told["value"] = values.get(field, element.get("initial_value"))
            state[field] = {element["action_id"]: told}
        return await self.interact(
            {"type": "view_submission", "view": {**view, "state": {"values": state}}}
        )
