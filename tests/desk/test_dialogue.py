"""The real bot with a staffed desk: from the wish to the queue, the contact form and back."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

from conversations.ports import IncomingMessage
from desk.model import DeskError
from tests.desk.world import IN_HOURS, OUT_OF_HOURS, SATO
from tsunagari.assembly import Application


class Company:
    def __init__(self, application: Application, channel: str = "web") -> None:
        self._gate = application.gate
        self._sheet = application.sheet
        self._channel = channel
        self.id = f"{channel}:{uuid.uuid4().hex}"

    async def edit(self, field: str, value: str | None) -> str:
        """Edit the sheet beside the chat."""
        act = self._sheet.edit(field, value)
        reply = await self._gate.receive(IncomingMessage(self.id, self._channel, act=act))
        return "\n".join(message["text"] for message in reply.messages)

    async def say(self, *texts: str) -> str:
        """Say one thing after another; returns the last answer."""
        answer = ""
        for text in texts:
            reply = await self._gate.receive(IncomingMessage(self.id, self._channel, text=text))
            answer = "\n".join(message["text"] for message in reply.messages)
        return answer


@pytest.fixture
def staffed(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Somebody is there, on a Tuesday morning."""
    monkeypatch.setattr(application.desk, "is_staffed", lambda: True)
    monkeypatch.setattr(application.desk, "clock", lambda: IN_HOURS)
    return application


async def test_in_hours_the_company_waits_and_a_person_sees_its_sheet(
    staffed: Application,
) -> None:
    company = Company(staffed)
    await company.say("大阪の金型屋です。ベトナムに出たい", "案内を見せて", "担当者につないで")
    asked = await company.say("契約書を見てほしい")
    assert "ここまでのやりとり" in asked
    assert "受付時間内" in asked
    with pytest.raises(DeskError):
        staffed.desk.conversation(company.id)
    queued = await company.say("はい")
    assert "番目です" in queued
    assert "受付番号" in queued
    case = staffed.desk.conversation(company.id)
    assert (case.state, case.wish) == ("QUEUED", "契約書を見てほしい")
    assert case.sheet["fields"]["所在地"] == "大阪府"
    assert "まだ伺って" not in str(case.sheet["fields"])
    assert "MOBIO" in (case.plan or "")
    assert "〔出典" in (case.plan or "")
    staffed.desk.claim(company.id, SATO)
    assert await company.say("タイの賃金は？") == ""
    staffed.desk.give_back(company.id, SATO)
    assert "記録しました" in await company.say("はい")
    # The bot still knows the company.
    assert "大阪" in await company.say("相談カルテを見せて")


async def test_the_sheet_can_be_edited_while_a_person_has_the_conversation(
    staffed: Application,
) -> None:
    """The person sees what changed, the bot says nothing, and knows it afterwards."""
    company = Company(staffed)
    await company.say("大阪の金型屋です。ベトナムに出たい", "担当者につないで", "契約書", "はい")
    told: list[tuple[str, ...]] = []
    listener = SimpleNamespace(
        case_changed=lambda _id, kind: told.append(("changed", kind)),
        customer_message=lambda _id: told.append(("customer",)),
    )
    staffed.desk.claim(company.id, SATO)
    staffed.desk.listeners.add(listener)
    try:
        assert await company.edit("stage", "planning") == ""
        assert await company.edit("country", None) == ""
        # Said again, nothing changes and nobody is told.
        assert await company.edit("stage", "planning") == ""
    finally:
        staffed.desk.listeners.all.remove(listener)
    assert told == [("changed", "sheet"), ("changed", "sheet"), ("changed", "sheet")]
    case = staffed.desk.conversation(company.id)
    edits = [message.text for message in case.messages if message.author == "sheet"]
    assert edits == [
        "カルテが更新されました: 段階 → 計画づくり",
        "カルテが更新されました: 対象国 → 取り消し",
    ]
    assert case.sheet["fields"]["段階"] == "計画づくり"
    assert "対象国" not in case.sheet["fields"]
    values = {one["id"]: one["value"] for one in staffed.sheet.read(company.id)["fields"]}
    assert (values["stage"], values["country"]) == ("planning", None)
    staffed.desk.give_back(company.id, SATO)
    assert "計画づくり" in await company.say("相談カルテを見せて")


async def test_in_the_contact_form_the_sheet_is_kept_and_the_form_goes_on(
    staffed: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffed.desk, "clock", lambda: OUT_OF_HOURS)
    company = Company(staffed)
    await company.say("大阪の金型屋です", "担当者につないで", "契約書", "はい")
    assert "段階 → 計画づくり" in await company.edit("stage", "planning")
    assert "受付番号" in await company.say("山田 090-1234-5678")


async def test_thanks_are_no_wish(staffed: Application) -> None:
    company = Company(staffed)
    asked = await company.say("担当者につないで")
    again = await company.say("ありがとう")
    assert "伝えたいことを書いてください" in again
    assert again in asked
    assert "契約書を見て" in await company.say("契約書を見てほしい")
    other = Company(staffed)
    await other.say("担当者につないで", "ありがとう")
    assert "伝えたいこと: 担当者と直接話したい" in await other.say("はい、お願いします")


async def test_a_refusal_passes_nothing_on(staffed: Application) -> None:
    company = Company(staffed)
    assert "保管もしていません" in await company.say("担当者につないで", "税金の話", "いいえ")
    with pytest.raises(DeskError) as error:
        staffed.desk.conversation(company.id)
    assert error.value.code == "no_consent"


async def test_outside_hours_the_contact_is_taken(
    staffed: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffed.desk, "clock", lambda: OUT_OF_HOURS)
    company = Company(staffed)
    closed = await company.say("契約書に署名していいですか", "担当者につないで", "契約書", "はい")
    assert "11月24日（火）9:00" in closed
    assert "電話番号" in closed
    assert "受付番号" in await company.say("山田 090-1234-5678")
    (waiting,) = [one for one in staffed.desk.contacts() if one.conversation_id == company.id]
    assert (waiting.contact, waiting.reason) == ("山田 090-1234-5678", "high_risk")
    assert "366" in await company.say("タイの作業員の賃金は？")


async def test_who_cannot_be_reached_later_is_told(staffed: Application) -> None:
    company = Company(staffed, "rest")
    assert "届けられません" in await company.say("担当者につないで", "契約", "はい")
    assert "連絡先はうかがいません" in await company.say("連絡先は残さない")


async def test_the_second_miss_in_a_row_is_the_reason(staffed: Application) -> None:
    company = Company(staffed)
    await company.say("ぷるぷるぽわ", "ぬめぬめぽこ", "担当者につないで", "どうしても", "はい")
    assert staffed.desk.conversation(company.id).reason == "fallback"
