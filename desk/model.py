"""What the desk shows and tells: states, the queue, a case, errors, listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from conversations.ports import HandoffRequest as Request

__all__ = [
    "BOT",
    "CLOSED",
    "CONTACT_FORM",
    "HUMAN",
    "QUEUED",
    "Case",
    "CaseMessage",
    "DeskError",
    "DeskListener",
    "Event",
    "Note",
    "Request",
    "Staff",
    "Waiting",
]

BOT = "BOT"
"""The bot answers."""
QUEUED = "QUEUED"
"""The company waits for a person; the bot is silent."""
HUMAN = "HUMAN"
"""A person answers; the bot is silent."""
CONTACT_FORM = "CONTACT_FORM"
"""The company is asked how it can be reached, then the bot answers again."""
CLOSED = "CLOSED"
"""Over; the next message opens it again, for the bot."""


class DeskError(Exception):
    """Something the desk cannot do.

    Attributes:
        code: Stable name: ``unknown``, ``no_consent``, ``taken``, ``stale``, ``not_owner``,
            ``not_open``, ``empty``, ``too_long``, ``not_said``, ``not_author``, ``taken_back``.
        message: One Japanese sentence for the person at the desk.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Staff:
    """Who acts: an id that never changes (`desk:yamada`, `slack:U123`) and a name to show."""

    id: str
    name: str


@dataclass(frozen=True)
class Waiting:
    """One line of the queue.

    Attributes:
        conversation_id: The conversation.
        channel: Where the company is: `web`, `line`, `slack` …
        state: `QUEUED` or `HUMAN`; of a call-back request whatever the conversation is now.
        owner: Id of the person who has it.
        owner_name: Name of that person.
        receipt: Receipt number of the request.
        reason: `asked`, `fallback`, `high_risk`, `distress` or `anger`.
        wish: What the company wants, in its words.
        contact: How it wants to be reached, where it was asked.
        profile: The known fields of the sheet, label → value.
        since: When it was asked for, seconds since the epoch.
        position: Place in the queue from 1; 0 for what is not queued.
        version: Version to name when claiming.
        late: Whether the company waits for an answer longer than it should.
    """

    conversation_id: str
    channel: str
    state: str
    owner: str | None
    owner_name: str | None
    receipt: str
    reason: str
    wish: str
    contact: str | None
    profile: Mapping[str, str]
    since: float
    position: int
    version: int
    late: bool = False


@dataclass(frozen=True)
class CaseMessage:
    """A message of a conversation, as the desk shows it.

    Attributes:
        id: Number of the message (the `seq` of the web channel).
        author: `customer`, `bot`, `staff`, or `sheet`: the company edited its sheet.
        text: The text, without numbered choices taken off.
        at: When, seconds since the epoch.
        staff_id: Who said it.
        staff_name: Name of that person.
        delivery: `pending`, `delivered` or `failed`; None for messages of the company.
        failure: Why it failed (Japanese).
        body: The message as channels render it; None for messages of the company.
        former: What it said before it was rewritten, oldest first.
        taken_back: What became of taking it back (see `desk.taking_back`); None when nobody did.
    """

    id: int
    author: str
    text: str
    at: float
    staff_id: str | None = None
    staff_name: str | None = None
    delivery: str | None = None
    failure: str | None = None
    body: Mapping[str, Any] | None = None
    former: tuple[str, ...] = ()
    taken_back: str | None = None


@dataclass(frozen=True)
class Note:
    """A note of the staff; the company never sees it."""

    id: int
    staff_id: str
    staff_name: str
    text: str
    at: float


@dataclass(frozen=True)
class Case:
    """A conversation as the desk shows it.

    Attributes:
        conversation_id: The conversation.
        channel: Where the company is.
        state: See the constants of this module.
        owner: Id of the person who has it.
        owner_name: Name of that person.
        since: When this state began.
        version: Version to name when claiming.
        receipt: Receipt number of the request.
        reason: Why a person was wanted.
        wish: What the company wants, in its words.
        contact: How it wants to be reached.
        sheet: The consultation sheet as it was when the company agreed to pass it on:
            `{text, profile, plan, plan_text}`.
        messages: All messages, oldest first.
        notes: Notes of the staff, oldest first.
        outcome: `resolved` or `unresolved`, as the company said.
        redacted: Whether personal data is masked.
        late: Whether the company waits for an answer longer than it should.
    """

    conversation_id: str
    channel: str
    state: str
    owner: str | None
    owner_name: str | None
    since: float
    version: int
    receipt: str
    reason: str
    wish: str
    contact: str | None
    sheet: Mapping[str, Any]
    messages: tuple[CaseMessage, ...] = ()
    notes: tuple[Note, ...] = ()
    outcome: str | None = None
    redacted: bool = False
    late: bool = False

    @property
    def plan(self) -> str | None:
        """The plan with its sources, as text; None when there was none yet."""
        return self.sheet.get("plan_text")


@dataclass(frozen=True)
class Event:
    """Something that happened at the desk; `id` only grows, also over several processes.

    Attributes:
        id: Number.
        conversation_id: The conversation.
        kind: `queued`, `claimed`, `reassigned`, `note`, `said`, `customer`, `given_back`,
            `withdrawn`, `contact`, `closed`, `left`, `redacted`, `opened`, `late`, `offered`,
            `outcome`, `called_back`, `sheet` (the company edited its sheet; `detail` says what),
            `taken_back`, `rewritten` (`detail` is what it said before, masked).
        staff_id: Who did it; None for the company and for timers.
        staff_name: Name of that person.
        message_id: The message it is about.
        detail: More, depending on the kind.
        at: When.
    """

    id: int
    conversation_id: str
    kind: str
    staff_id: str | None
    staff_name: str | None
    message_id: int | None
    detail: str | None
    at: float


class DeskListener(Protocol):
    """Told in this process, after the commit. Must not raise and must not block.

    What other processes did is found by `DeskService.feed`.
    """

    def case_queued(self, conversation_id: str) -> None:
        """A company waits for a person, or asked to be called back."""

    def case_changed(self, conversation_id: str, kind: str) -> None:
        """State, owner, notes or marks changed; `kind` as in `Event.kind`."""

    def customer_message(self, conversation_id: str) -> None:
        """The company wrote while it waits for or talks with a person."""

    def staff_message(self, conversation_id: str, message_id: int) -> None:
        """Something was said to the company from the desk; it has to be delivered."""

    def delivery_failed(self, conversation_id: str, message_id: int, reason: str) -> None:
        """A message from the desk will never arrive."""


@dataclass
class Listeners:
    """Tells all listeners."""

    all: list[DeskListener] = field(default_factory=list)

    def add(self, listener: DeskListener) -> None:
        """Add a listener."""
        self.all.append(listener)

    def tell(self, method: str, *arguments: Any) -> None:
        """Call a method of all listeners."""
        for listener in self.all:
            getattr(listener, method)(*arguments)
