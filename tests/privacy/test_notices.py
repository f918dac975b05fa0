"""What companies are told, once, on every channel; the centre's own words; the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from conversations.ports import Act, IncomingMessage
from conversations.schema import consent
from tests.privacy.conftest import ROOT, Company
from tsunagari.assembly import Application
from tsunagari.privacy_terms import load_terms
from tsunagari.settings import UserError

TERMS = ROOT / "site" / "privacy.yml"


@pytest.mark.parametrize("channel", ["web", "line", "slack", "terminal"])
async def test_the_first_turn_begins_with_it_and_that_is_noted(
    bot: Application, channel: str
) -> None:
    company = Company(bot, f"{channel}:notice", channel)
    first = await company.hear("大阪の会社です")
    assert first[0]["text"].startswith("はじめに:") and "365日" in first[0]["text"]
    assert len(first) > 1 and "buttons" not in first[0]
    second = await company.hear("金属プレスです")
    assert "はじめに:" not in second[0]["text"]
    with bot.database.read() as connection:
        purposes = connection.execute(
            select(consent.c.purpose).where(consent.c.conversation_id == company.conversation_id)
        ).scalars()
        assert list(purposes) == ["notice:2026-11"]


async def test_a_greeting_and_the_notice_are_one_message(bot: Application) -> None:
    reply = await bot.gate.receive(
        IncomingMessage("web:greeted", "web", client_message_id="greeting", act=Act("/greet"))
    )
    (message,) = reply.messages
    assert message["text"].startswith("こんにちは") and "はじめに:" in message["text"]
    assert message["buttons"]


async def test_after_a_restart_it_is_not_told_again(bot: Application) -> None:
    company = Company(bot, "web:restart")
    await company.hear("大阪の会社です")
    assert bot.privacy is not None
    bot.privacy.notices._told.clear()
    assert "はじめに:" not in (await company.hear("金属プレスです"))[0]["text"]


async def test_an_integration_gets_it_beside_the_first_answer_and_the_text_stays(
    bot: Application,
) -> None:
    company = Company(bot, "rest:notice", "rest")
    first = await company.hear("大阪の会社です")
    notices = [one.get("custom", {}).get("notice") for one in first]
    assert notices[0]["text"].startswith("はじめに:") and notices[0]["version"] == "2026-11"
    assert notices[1:] == [None] * (len(first) - 1)
    assert "はじめに:" not in "".join(one["text"] for one in first)
    second = await company.hear("金属プレスです")
    assert not any("notice" in (one.get("custom") or {}) for one in second)


async def test_before_the_hand_off_the_terms_are_said(company: Company) -> None:
    await company.say("担当者につないで")
    said = await company.say("工場用地の件")
    assert "伏せる前の文は暗号化して預かり、30日で消します" in said


def test_the_terms_of_the_repository_are_usable_and_complete() -> None:
    terms = load_terms(TERMS, "https://center.example/")
    assert "https://center.example/privacy" in terms.first_turn
    assert not re.search(r"\{[a-z_]+\}", f"{terms.first_turn}{terms.before_handoff}{terms.page}")
    raw = yaml.safe_load(TERMS.read_text(encoding="utf-8"))
    assert terms.keeping.raw_days == raw["keep"]["raw_days"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first_turn": "{unknown}です"}, "first_turn に使えるのは"),
        ({"first_turn": "あ" * 500}, "400文字まで"),
        ({"keep": {"raw_days": 0}}, "raw_days は正の数"),
        ({"keep": {"days": 3}}, "keep に書けるのは"),
        ({"version": 3}, "version は文字で"),
    ],
)
def test_a_mistake_in_the_terms_is_said_in_one_line(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    raw = yaml.safe_load(TERMS.read_text(encoding="utf-8"))
    path = tmp_path / "privacy.yml"
    path.write_text(yaml.safe_dump({**raw, **change}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UserError, match=message) as error:
        load_terms(path)
    assert "\n" not in str(error.value)


def test_missing_terms_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="読めません"):
        load_terms(tmp_path / "none.yml")


def test_an_empty_notice_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "privacy.yml"
    path.write_text("version: '1'\n", encoding="utf-8")
    assert load_terms(path).first_turn == ""
