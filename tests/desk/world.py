"""A desk with a bot, a clock that stands still, companies on the web and on a pushed channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import (
    Delivery,
    IncomingMessage,
    OutputDict,
    UndeliverableError,
    Utterance,
)
from conversations.store import ConversationStore
from desk.bridge import GateBridge
from desk.hours import load_hours
from desk.model import Staff
from desk.policy import DeskPolicy
from desk.service import DeskService
from tests.stores import store_url

ROOT = Path(__file__).resolve().parent.parent.parent
SATO = Staff("desk:sato", "佐藤")
ITO = Staff("slack:U2", "伊藤")
SHEET = {"text": "所在地: 大阪府", "fields": {"所在地": "大阪府"}, "plan_text": "MOBIO（出典…）"}
COMPANY = "web:a"
TOKYO = ZoneInfo("Asia/Tokyo")


def tokyo(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).timestamp()


IN_HOURS = tokyo("2026-11-24T10:00")  # a Tuesday after a holiday
OUT_OF_HOURS = tokyo("2026-11-23T10:00")  # 勤労感謝の日


class Bot:
    """Asks for a person when it hears so; says what it heard otherwise."""

    def __init__(self, service: DeskService) -> None:
        self.service = service
        self.heard: list[str] = []
        self.meanwhile: Any = None
        self.reason = "asked"

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance.text)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if utterance.text == "壊れて":
            raise RuntimeError("broken")
        if utterance.text in ("担当者", "/request_human"):
            request = self.service.request(
                utterance.conversation_id, self.reason, "契約の相談 090-1234-5678", True, SHEET
            )
            return [{"text": request.state}]
        return [{"text": f"ボット: {utterance.text}"}]


class Push:
    """A channel that is pushed to, and remembers what it sent, by outbox id."""

    def __init__(self) -> None:
        self.sent: dict[int, str] = {}
        self.calls = 0
        self.error: Exception | None = None

    async def deliver(self, delivery: Delivery) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error
        for part in delivery.parts:
            self.sent.setdefault(part.outbox_id, part.body["text"])

    def block(self) -> None:
        self.error = UndeliverableError("blocked")


class Told:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.all: list[tuple[Any, ...]] = []

    def case_queued(self, conversation_id: str) -> None:
        self.all.append(("queued", conversation_id))

    def case_changed(self, conversation_id: str, kind: str) -> None:
        self.all.append(("changed", conversation_id, kind))

    def customer_message(self, conversation_id: str) -> None:
        self.all.append(("customer", conversation_id))

    def staff_message(self, conversation_id: str, message_id: int) -> None:
        self.all.append(("staff", conversation_id))

    def delivery_failed(self, conversation_id: str, message_id: int, reason: str) -> None:
        self.all.append(("failed", conversation_id, message_id, reason))


class World:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = store_url(path)
        self.at = IN_HOURS
        self.staffed = True
        self.told = Told()
        self.push = Push()
        self.start()

    def start(self) -> None:
        """Begin a process, as if the one before had been killed."""
        self.database = Database(self.url)
        self.desk = DeskService(
            self.database, clock=lambda: self.at, hours=load_hours(), listeners=(self.told,)
        )
        self.desk.staffed_when(lambda: self.staffed)
        self.bot = Bot(self.desk)
        self.gate = Gate(
            ConversationStore(self.database),
            self.bot,
            DeskPolicy(self.desk),
            {"line": self.push},
        )
        self.bridge = GateBridge(self.desk, self.gate)

    def pass_minutes(self, minutes: float) -> None:
        self.at += minutes * 60

    async def say(self, text: str, company: str = COMPANY, **more: Any) -> list[str]:
        reply = await self.gate.receive(
            IncomingMessage(company, company.partition(":")[0], text=text, **more)
        )
        return [message["text"] for message in reply.messages]

    async def press(self, label: str, company: str = COMPANY) -> list[str]:
        """Press the newest button with a label."""
        for message in reversed(self.gate.store.log.history(company)):
            for button in (message.body or {}).get("buttons") or []:
                if button["title"] == label:
                    choice_id = button["payload"]
                    reply = await self.gate.receive(
                        IncomingMessage(company, company.partition(":")[0], choice_id=choice_id)
                    )
                    return [one["text"] for one in reply.messages]
        raise AssertionError(f"no button {label}")

    def state(self, company: str = COMPANY) -> str:
        return self.desk.conversation(company).state

    def log(self, company: str = COMPANY) -> list[tuple[str, str]]:
        return [(one.author, one.text) for one in self.gate.store.log.history(company)]

    async def talk(self, company: str = COMPANY) -> None:
        """Bring a company together with 佐藤."""
        await self.say("担当者", company)
        self.desk.claim(company, SATO)
        await self.bridge.drain()
