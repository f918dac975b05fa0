"""Setting the Slack desk up: environment, manifest, check, who is who."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from channels.slack.manifest import DESK_SCOPES
from conversations.database import Database
from desk.accounts import Accounts, Role
from desk.slack.ledger import DeskLedger
from tests.channels.slack.loopback import BOT_TOKEN
from tests.desk.slack.workspace import DESK, SATO, StaffSlack
from tests.slack_commands import run
from tsunagari.settings import UserError
from tsunagari.slack_setup import slack_config

TOKENS = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "secret"}
GOOD = {**TOKENS, "TSUNAGARI_SLACK_DESK_CHANNEL": DESK}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", url)
    return Database(url)


def test_the_channel_is_named_by_its_id() -> None:
    config = slack_config(GOOD)
    assert config is not None
    assert config.desk_channel == DESK
    with pytest.raises(UserError, match="名前ではありません"):
        slack_config({**TOKENS, "TSUNAGARI_SLACK_DESK_CHANNEL": "#support-desk"})
    with pytest.raises(UserError, match="SLACK_BOT_TOKEN"):
        slack_config({"TSUNAGARI_SLACK_DESK_CHANNEL": DESK})


async def test_check_finds_a_good_desk_good(
    slack: StaffSlack,
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = DeskLedger(store, lambda: 1_800_000_000.0)
    ledger.sign("event")
    ledger.sign("interaction")
    api = f"{slack.url}api/"
    assert await run(monkeypatch, "check", **GOOD, TSUNAGARI_SLACK_API=api) == 0
    shown = capsys.readouterr().out
    assert "#support-desk" in shown
    assert "2027-01-15" in shown


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("archived", "アーカイブ"),
        ("member", "/invite"),
        ("public", "非公開のチャンネル"),
        ("scope", "reactions:write"),
        ("events", "message.groups"),
        ("interactivity", "Interactivity"),
    ],
)
async def test_check_names_what_is_missing(
    slack: StaffSlack,
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
    named: str,
) -> None:
    ledger = DeskLedger(store, lambda: 1_800_000_000.0)
    never = {"events": "event", "interactivity": "interaction"}.get(wrong)
    for kind in {"event", "interaction"} - {never}:
        ledger.sign(kind)
    slack.archived = wrong == "archived"
    slack.private = wrong != "public"
    if wrong == "member":
        slack.members.remove("U0BOT")
        slack.expected.append("conversations.info: channel_not_found")
    if wrong == "scope":
        slack.scopes.remove("reactions:write")
    api = f"{slack.url}api/"
    assert await run(monkeypatch, "check", **GOOD, TSUNAGARI_SLACK_API=api) == 1
    bad = [line for line in capsys.readouterr().out.splitlines() if line.startswith("NG")]
    assert len(bad) == 1, bad
    assert named in bad[0]


async def test_the_manifest_asks_for_what_the_desk_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def scopes() -> list[str]:
        return json.loads(capsys.readouterr().out)["oauth_config"]["scopes"]["bot"]

    assert await run(monkeypatch, "manifest", "--socket-mode") == 0
    assert not set(DESK_SCOPES) & set(scopes())
    assert await run(monkeypatch, "manifest", "--socket-mode", "--desk") == 0
    assert set(DESK_SCOPES) <= set(scopes())
    assert await run(monkeypatch, "manifest", "--socket-mode", **GOOD) == 0
    assert set(DESK_SCOPES) <= set(scopes())


async def test_people_are_linked_by_command(
    store: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Accounts(store).add("sato", "佐藤 健", Role.COUNSELLOR, "つながりの合言葉 2026年")
    assert await run(monkeypatch, "staff", "add", SATO, "sato") == 0
    assert "佐藤 健" in capsys.readouterr().out
    assert await run(monkeypatch, "staff", "add", SATO, "sato") == 1
    assert "すでに" in capsys.readouterr().err
    assert await run(monkeypatch, "staff", "add", "#sato", "sato") == 1
    assert await run(monkeypatch, "staff", "add", "U0ITO", "nobody") == 1
    capsys.readouterr()
    assert await run(monkeypatch, "staff", "list") == 0
    assert capsys.readouterr().out == f"{SATO}\tsato\n"
    assert await run(monkeypatch, "staff", "remove", SATO) == 0
    assert await run(monkeypatch, "staff", "remove", SATO) == 1
