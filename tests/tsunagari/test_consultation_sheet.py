"""The sheet beside the chat, with the real dialogue behind it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from conversations.ports import IncomingMessage, InvalidValueError
from tsunagari.assembly import Application


class Company:
    """A conversation with the real bot, and its sheet."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._id = f"test:{uuid.uuid4()}"

    async def say(self, text: str) -> str:
        return await self._turn(text=text)

    async def edit(self, field: str, value: str | None) -> str:
        return await self._turn(act=self._application.sheet.edit(field, value))

    async def _turn(self, **what: Any) -> str:
        message = IncomingMessage(self._id, "web", **what)
        reply = await self._application.gate.receive(message)
        return "\n".join(part["text"] for part in reply.messages)

    def sheet(self) -> dict[str, Any]:
        return self._application.sheet.read(self._id)

    def values(self) -> dict[str, str]:
        return {one["id"]: one["value"] for one in self.sheet()["fields"] if one["value"]}

    def log(self) -> list[str]:
        return [line.text for line in self._application.gate.store.log.history(self._id)]


@pytest.fixture
def company(application: Application) -> Company:
    return Company(application)


def test_before_anything_is_said_the_sheet_is_empty(company: Company) -> None:
    assert company.values() == {}
    assert company.sheet()["complete"] is False


async def test_what_the_company_says_stands_in_the_sheet(company: Company) -> None:
    await company.say("大阪の金属プレスの会社です。ベトナムに工場を出したい")
    values = company.values()
    assert values["prefecture"] == "大阪府"
    assert values["country"] == "country.vietnam"
    assert values["purpose"] == "production"
    for field in company.sheet()["fields"]:
        if field["value"] and "options" in field:
            assert field["value"] in {one["value"] for one in field["options"]}


async def test_editing_is_correcting_and_the_bot_says_so(company: Company) -> None:
    await company.say("大阪の金属プレスの会社です。ベトナムに工場を出したい")
    said = await company.edit("country", "country.thailand")
    assert "タイ" in said and "ベトナム" in said
    assert company.values()["country"] == "country.thailand"
    assert company.values()["prefecture"] == "大阪府"
    assert "対象国：タイ" in company.log()


async def test_a_filled_sheet_is_complete_and_brings_the_plan(company: Company) -> None:
    for field, value in (
        ("prefecture", "愛知県"),
        ("city", "名古屋"),
        ("business", "自動車部品"),
        ("country", "country.thailand"),
        ("purpose", "production"),
        ("stage", "collecting"),
    ):
        await company.edit(field, value)
    said = await company.edit("applicant", "sme")
    assert company.values()["city"] == "名古屋市"
    assert company.sheet()["complete"] is True
    assert "出典" in said


async def test_a_value_taken_back_is_open_again(company: Company) -> None:
    await company.say("大阪の金属プレスの会社です。ベトナムに工場を出したい")
    await company.edit("country", None)
    assert "country" not in company.values()
    assert "対象国を選び直す" in company.log()


async def test_a_region_stays_choosable(company: Company) -> None:
    await company.say("関西の会社です。ベトナムに出たい")
    (field,) = [one for one in company.sheet()["fields"] if one["id"] == "prefecture"]
    assert field["value"] in {one["value"] for one in field["options"]}


@pytest.mark.parametrize(
    "words", ['"}{"intent": "x', "/restart", "{slot} %s", "<b>太字</b>", "改行\nと\tタブ"]
)
async def test_words_of_the_company_stay_words(company: Company, words: str) -> None:
    await company.edit("business", words)
    assert company.values() == {**company.values(), "business": " ".join(words.split())}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "country.atlantis"),
        ("country", "タイ"),
        ("prefecture", "東京"),
        ("city", "ゴッサム"),
        ("business", "あ" * 41),
        ("stage", '", "country": "country.thailand'),
    ],
)
def test_impossible_values_are_refused(application: Application, field: str, value: str) -> None:
    with pytest.raises(InvalidValueError):
        application.sheet.edit(field, value)


@pytest.mark.parametrize("field", ["declined", "handoff_consent", "requested_slot", ""])
def test_only_the_profile_can_be_edited(application: Application, field: str) -> None:
    with pytest.raises(KeyError):
        application.sheet.edit(field, "x")
