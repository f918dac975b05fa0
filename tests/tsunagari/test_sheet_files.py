"""The consultation sheet as a file, of real conversations; and the links that lead to it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conversations.ports import IncomingMessage, SheetUnavailableError, plug_sheets
from desk.model import Staff
from tests.desk.world import IN_HOURS
from tsunagari.assembly import Application
from tsunagari.sheet_files import LINK_HOURS, SheetFiles
from tsunagari.sheet_links import PATH

SATO = Staff("desk:sato", "佐藤")
PUBLIC = "https://chat.example.jp"


class Company:
    def __init__(self, application: Application, channel: str = "web") -> None:
        self._gate = application.gate
        self._channel = channel
        self.id = f"{channel}:{uuid.uuid4().hex}"

    async def say(self, *texts: str) -> str:
        answer = ""
        for text in texts:
            reply = await self._gate.receive(IncomingMessage(self.id, self._channel, text=text))
            answer = "\n".join(message["text"] for message in reply.messages)
        return answer


@pytest.fixture
def files(application: Application, monkeypatch: pytest.MonkeyPatch) -> SheetFiles:
    assert application.sheets is not None
    monkeypatch.setattr(application.desk, "is_staffed", lambda: True)
    monkeypatch.setattr(application.desk, "clock", lambda: IN_HOURS)
    return application.sheets


@pytest.fixture
def public(application: Application, files: SheetFiles) -> Iterator[SheetFiles]:
    settings = replace(application.settings, public_url=f"{PUBLIC}/")
    made = SheetFiles(files._desk, files._trackers, files._knowledge, files._responses, settings)
    plug_sheets(made)
    yield made
    plug_sheets(files)


async def test_a_consultation_stands_on_its_sheet(
    application: Application, files: SheetFiles
) -> None:
    company = Company(application)
    await company.say(
        "大阪の金属プレスの会社です。ベトナムに工場を出したい", "情報収集",
        "ベトナムの作業員の賃金は？", "インドネシアの法人税は？",
        "担当者につないで", "髙﨑𠮷です。契約書を見てほしい", "はい",
    )  # fmt: skip
    application.desk.claim(company.id, SATO)
    application.desk.say(company.id, SATO, "契約書をお送りください。")
    sheet = files.document(company.id)
    known = {field.label: field.value for field in sheet.profile if field.known}
    assert known["所在地"] == "大阪府"
    assert known["対象国"] == "ベトナム"
    best = sheet.plan[0].recommendations[0]
    assert best.title.startswith("MOBIO")
    assert best.reasons and best.sources and best.status
    asked = {one.asked: one for one in sheet.questions}
    wage = asked["ベトナムの作業員の賃金は？"].answers[0]
    assert "162米ドル" in wage.text
    assert "タイとベトナムの比較" in sheet.sources[wage.sources[0] - 1].text
    assert "資料に記載がありません" in asked["インドネシアの法人税は？"].answers[0].text
    assert any("インドネシアの法人税" in one for one in sheet.open_points)
    assert any("現況" in one and "関西ビジネスデスク" in one for one in sheet.open_points)
    assert [one.text for one in sheet.replies] == ["契約書をお送りください。"]
    assert sheet.person is not None
    lines = dict(sheet.person.lines)
    assert lines["いまの状態"] == "担当者が対応しています"
    assert lines["伝えたいこと"] == "髙﨑𠮷です。契約書を見てほしい"
    assert re.search(r"20\d\d年\d{1,2}月\d{1,2}日 \d\d:\d\d", sheet.person.consent)
    # Every number leads to a source, and every source is referred to.
    markdown = files.markdown(company.id)
    named = {
        int(one) for found in re.findall(r"\\\[([\d, ]+)\\\]", markdown) for one in found.split(",")
    }
    assert named == set(range(1, len(sheet.sources) + 1))
    assert (await files.pdf(company.id)).startswith(b"%PDF-")


async def test_before_anything_is_said_the_sheet_says_so(
    application: Application, files: SheetFiles
) -> None:
    company = Company(application)
    await company.say("こんにちは")
    sheet = files.document(company.id)
    assert not any(field.known for field in sheet.profile)
    assert sheet.plan == sheet.questions == sheet.sources == ()
    text = files.markdown(company.id)
    assert "まだ案内をお出ししていません" in text
    # What is not known takes one line in the table and one below, however much it is.
    assert text.count("まだうかがって") == 2
    with pytest.raises(SheetUnavailableError):
        files.markdown("web:nobody")


async def test_the_plan_is_that_of_the_profile_as_it_is_now(
    application: Application, files: SheetFiles
) -> None:
    company = Company(application)
    await company.say("大阪の金属プレスの会社です。ベトナムに工場を出したい", "情報収集")
    assert "関西ベトナム経済交流会議" in files.markdown(company.id)
    await company.say("やっぱりタイで")
    assert "関西ビジネスデスク（ベトナム" not in files.markdown(company.id)


async def test_personal_data_can_be_masked(application: Application, files: SheetFiles) -> None:
    company = Company(application)
    await company.say("担当者につないで", "山田 090-1234-5678 に電話してほしい", "はい")
    assert "090-1234-5678" not in files.markdown(company.id, masked=True)


async def test_line_and_slack_are_given_a_link_that_ends(
    application: Application, public: SheetFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(application, "line")
    shown = await company.say("相談カルテを見せて")
    found = re.search(rf"{re.escape(PUBLIC + PATH)}/(\S+)\.pdf", shown)
    assert found, shown
    token = found[1]
    assert public.opened(token) == company.id
    other = Company(application, "line").id
    forged = public.link(other)
    assert forged is not None
    body, signature = token.split(".")
    assert public.opened(f"{forged.rpartition('/')[2].split('.')[0]}.{signature}") is None
    for broken in ("", ".", body, f"{body}.", f"{body}.x", f"あ.{signature}", "x" * 5000):
        assert public.opened(broken) is None
    monkeypatch.setattr(application.desk, "clock", lambda: IN_HOURS + LINK_HOURS * 3600 + 1)
    assert public.opened(token) is None


@pytest.mark.parametrize(("channel", "said"), [("line", "公開アドレス"), ("slack", "公開アドレス")])
async def test_without_a_public_address_that_is_said(
    application: Application, files: SheetFiles, channel: str, said: str
) -> None:
    assert said in await Company(application, channel).say("相談カルテを見せて")


@pytest.mark.parametrize("channel", ["web", "rest"])
async def test_where_there_is_a_button_or_no_hope_nothing_is_said(
    application: Application, files: SheetFiles, channel: str
) -> None:
    shown = await Company(application, channel).say("相談カルテを見せて")
    assert "PDF" not in shown
