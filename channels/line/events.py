"""What a webhook event means: pure functions from LINE's JSON to messages and effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from channels.line.limits import limit
from channels.line.wording import known_kind, wording
from conversations.ports import UNREAD, Act, IncomingMessage

CHANNEL = "line"
GREETING = Act("/greet")
CHOICE = "choice:"
MENU = "menu:"
PAGE = "page:"
_ID_LENGTH = 64
_TARGETS = {"user": "userId", "group": "groupId", "room": "roomId"}

Effect = Literal["blocked", "reachable", "unsent"]
Locate = Callable[[float, float, str], Act | None]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Meaning:
    """What an event asks us to do.

    Attributes:
        conversation_id: Whose conversation it belongs to.
        message: What has to be answered, if anything.
        effect: What changes beside: they blocked us or can be reached again, or took back the
            message `unsent`.
        unsent: LINE's id of the message taken back.
    """

    conversation_id: str
    message: IncomingMessage | None = None
    effect: Effect | None = None
    unsent: str | None = None


def conversation_of(destination: str, source: Json) -> str | None:
    """Return the conversation of an event's source, None for a source we do not know."""
    kind = source.get("type")
    target = source.get(_TARGETS.get(str(kind), ""))
    if not isinstance(target, str) or not target:
        return None
    return f"{CHANNEL}:{destination}:{kind}:{target}"


def target_of(conversation_id: str) -> tuple[str, str]:
    """Return the kind (`user`, `group`, `room`) and LINE id a conversation is sent to."""
    _, _, kind, target = conversation_id.split(":", 3)
    return kind, target


class Reader:
    """Reads events.

    Args:
        menu: What the rich menu's keys do.
        locate: Turns a place (latitude, longitude, address) into an act, None if unknown.
    """

    def __init__(self, menu: Mapping[str, Act], locate: Locate) -> None:
        self._menu = menu
        self._locate = locate
        self._readers: dict[str, Callable[[str, Json], Meaning | None]] = {
            "message": self._read_message,
            "postback": self._read_postback,
            "follow": self._read_follow,
            "unfollow": self._read_gone,
            "join": self._read_join,
            "leave": self._read_gone,
            "memberJoined": self._read_member,
            "unsend": self._read_unsend,
        }

    def read(self, destination: str, event: Json, received_at: float) -> Meaning | None:
        """Return what an event means; None for what is to be ignored.

        Unknown kinds are ignored: LINE adds kinds without notice.

        Args:
            destination: The bot's own user id.
            event: As LINE sent it.
            received_at: Seconds since the epoch.
        """
        conversation_id = conversation_of(destination, _part(event, "source"))
        event_id = event.get("webhookEventId")
        if conversation_id is None or not isinstance(event_id, str) or not event_id:
            return None
        read = self._readers.get(str(event.get("type")))
        if read is None:
            return None
        meaning = read(conversation_id, event)
        if meaning is None or meaning.message is None:
            return meaning
        message = meaning.message
        if _part(event, "deliveryContext").get("isRedelivery") is not True:
            # Who writes has not blocked us; an event that comes late may tell of before.
            meaning = replace(meaning, effect="reachable")
        if event.get("mode") == "standby":
            # Another channel has the word: what changed still counts, but nothing is said.
            return Meaning(conversation_id, effect=meaning.effect)
        origin = {**(message.origin or {}), **_origin(event, received_at)}
        message = replace(message, client_message_id=event_id[:255], origin=origin)
        return replace(meaning, message=message)

    # --- one method an event type ----------------------------------------------------

    def _read_message(self, conversation_id: str, event: Json) -> Meaning | None:
        content = _part(event, "message")
        in_group = target_of(conversation_id)[0] != "user"
        if content.get("type") == "text":
            text = content.get("text")
            if not isinstance(text, str):
                return None
            mentions = _own_mentions(content)
            if in_group and not mentions:
                return None
            text = _without(text, mentions).strip()
            if not text and mentions:
                return self._act(conversation_id, GREETING)
            return self._say(conversation_id, text=text)
        if in_group:
            # Nobody can mention us in a sticker or picture.
            return None
        if content.get("type") == "location":
            return self._read_location(conversation_id, content)
        if _part(content, "imageSet").get("index", 1) != 1:
            # Of pictures sent together the first is answered.
            return None
        kind = known_kind(str(content.get("type")))
        # A sticker says what it says; of all else the staff gets nothing.
        unread = None if kind == "sticker" else {UNREAD: wording(f"unread.{kind}")}
        return self._answer(conversation_id, f"answer.{kind}", wording(f"received.{kind}"), unread)

    def _read_location(self, conversation_id: str, content: Json) -> Meaning:
        latitude, longitude = content.get("latitude"), content.get("longitude")
        act = None
        if isinstance(latitude, (int, float)) and isinstance(longitude, (int, float)):
            act = self._locate(latitude, longitude, str(content.get("address") or ""))
        if act is not None:
            return self._act(conversation_id, act)
        return self._answer(conversation_id, "answer.location", wording("received.location"))

    def _read_postback(self, conversation_id: str, event: Json) -> Meaning:
        data = _part(event, "postback").get("data")
        data = data if isinstance(data, str) else ""
        if data.startswith(CHOICE) and len(data) <= len(CHOICE) + _ID_LENGTH:
            return self._say(conversation_id, choice_id=data.removeprefix(CHOICE))
        if data.startswith(MENU) and data.removeprefix(MENU) in self._menu:
            return self._act(conversation_id, self._menu[data.removeprefix(MENU)])
        if data.startswith(PAGE) and data.removeprefix(PAGE).isdecimal():
            page = int(data.removeprefix(PAGE)[:6])
            return self._answer(conversation_id, "more", wording("more"), {"page": page})
        return self._answer(conversation_id, "answer.stale", None)

    def _read_follow(self, conversation_id: str, _event: Json) -> Meaning:
        return self._act(conversation_id, GREETING)

    def _read_gone(self, conversation_id: str, _event: Json) -> Meaning:
        return Meaning(conversation_id, effect="blocked")

    def _read_join(self, conversation_id: str, _event: Json) -> Meaning:
        return self._answer(conversation_id, "answer.join", None)

    def _read_member(self, conversation_id: str, _event: Json) -> Meaning:
        return self._answer(conversation_id, "answer.member", None)

    def _read_unsend(self, conversation_id: str, event: Json) -> Meaning | None:
        message_id = _part(event, "unsend").get("messageId")
        if not isinstance(message_id, str):
            return None
        return Meaning(conversation_id, effect="unsent", unsent=message_id)

    # --- what they build -------------------------------------------------------------

    def _say(
        self, conversation_id: str, text: str | None = None, choice_id: str | None = None
    ) -> Meaning:
        message = IncomingMessage(conversation_id, CHANNEL, text=text, choice_id=choice_id)
        return Meaning(conversation_id, message)

    def _act(self, conversation_id: str, act: Act) -> Meaning:
        return Meaning(conversation_id, IncomingMessage(conversation_id, CHANNEL, act=act))

    def _answer(
        self, conversation_id: str, key: str, shown: str | None, origin: Json | None = None
    ) -> Meaning:
        message = IncomingMessage(
            conversation_id, CHANNEL, text=shown, answer=wording(key), origin=origin
        )
        return Meaning(conversation_id, message)


def _origin(event: Json, received_at: float) -> dict[str, Any]:
    """Return what answering needs: the reply token with its end, LINE's message id."""
    origin: dict[str, Any] = {}
    token = event.get("replyToken")
    if isinstance(token, str) and token:
        origin["reply_token"] = token
        origin["reply_until"] = _born(event, received_at) + limit("reply", "token_budget_seconds")
    message_id = _part(event, "message").get("id")
    if isinstance(message_id, str):
        origin["message_id"] = message_id
    return origin


def _born(event: Json, received_at: float) -> float:
    """Return since when a reply token lives: redelivered ones are as old as their event."""
    timestamp = event.get("timestamp")
    redelivered = _part(event, "deliveryContext").get("isRedelivery") is True
    if redelivered and isinstance(timestamp, (int, float)):
        return min(received_at, timestamp / 1000)
    return received_at


def _own_mentions(content: Json) -> list[tuple[int, int]]:
    """Return where a text mentions the bot: (index, length) in UTF-16 code units."""
    mentionees = _part(content, "mention").get("mentionees")
    return [
        (one["index"], one["length"])
        for one in (mentionees if isinstance(mentionees, list) else [])
        if isinstance(one, dict)
        and one.get("isSelf") is True
        and isinstance(one.get("index"), int)
        and isinstance(one.get("length"), int)
        and one["index"] >= 0 <= one["length"]
    ]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Take spans counted in UTF-16 code units out of a text."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    for index, length in sorted(spans, reverse=True):
        encoded = encoded[: 2 * index] + encoded[2 * (index + length) :]
    return encoded.decode("utf-16-le", "replace")


def _part(parent: Json, key: str) -> Json:
    part = parent.get(key)
    return part if isinstance(part, dict) else {}
