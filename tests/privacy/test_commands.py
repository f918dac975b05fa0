"""`tsunagari privacy …` beside a store that is in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conversations.masking import PersonalDataMasker
from conversations.ports import IncomingMessage
from conversations.private import PrivateTexts
from conversations.store import ConversationStore
from conversations.vault import VARIABLE, new_secret
from tests.stores import store_url
from tsunagari.assembly import open_database
from tsunagari.commands.privacy import command
from tsunagari.privacy_setup import open_vault
from tsunagari.settings import UserError, load_settings

TYPED = "山田太郎です。06-6789-1234"


class Installation:
    def __init__(self) -> None:
        settings = load_settings()
        self.database = open_database(settings)
        self.private = PrivateTexts(self.database, PersonalDataMasker(), open_vault(settings))
        self.store = ConversationStore(self.database, private=self.private)

    def talk(self, name: str) -> None:
        taken = self.store.take(TYPED)
        message = IncomingMessage(name, name.split(":")[0], text=taken.text, client_message_id="1")
        self.store.inbox.accept(message, taken.text, taken.sealed)


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", store_url(tmp_path))
    monkeypatch.setenv(VARIABLE, new_secret())
    return Installation()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False)


def test_erase_by_id_and_by_the_persons_id(installation: Installation) -> None:
    for name in ("web:a", "line:U0:user:U9", "line:U1:user:U9"):
        installation.talk(name)
    assert (
        "1件の会話を消します" in CliRunner().invoke(command, ["erase", "web:a"], input="n\n").output
    )
    erased = run("erase", "web:a", "--yes")
    assert "運営者" in erased.output and "発言1件" in erased.output
    assert run("erase", "U9", "--yes").output.count("E-") == 2
    number = erased.output.split()[0]
    assert number in run("receipt", number).output
    with pytest.raises(UserError, match="その会話はありません"):
        run("erase", "web:a", "--yes")
    with pytest.raises(UserError, match="受付番号はありません"):
        run("receipt", "E-XXXXXX")


def test_export_to_a_file_for_its_owner_alone(installation: Installation, tmp_path: Path) -> None:
    installation.talk("web:a")
    out = tmp_path / "data.json"
    assert "1件の会話" in run("export", "web:a", "--out", str(out)).output
    (data,) = json.loads(out.read_text(encoding="utf-8"))
    assert data["messages"][0]["text"] == TYPED
    assert out.stat().st_mode & 0o077 == 0
    markdown = tmp_path / "data.md"
    run("export", "web:a", "--out", str(markdown))
    assert TYPED in markdown.read_text(encoding="utf-8")
    assert TYPED in run("export", "web:a").output


def test_status_says_what_is_kept(installation: Installation) -> None:
    installation.talk("web:a")
    said = run("status").output
    assert "会話                 1件" in said and "伏せる前の文         1件" in said
    assert "30日" in said and "環境変数" in said


def test_retain_counts_before_it_deletes(installation: Installation) -> None:
    installation.talk("web:a")
    assert "消すことになるもの: 会話 0件" in run("retain", "--dry-run").output
    assert "消したもの: 会話 0件" in run("retain").output


def test_keys_of_the_environment_are_exchanged_by_a_restart(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.talk("web:a")
    made = run("new-key").output.strip()
    monkeypatch.setenv(VARIABLE, f"{made},{load_settings() and _variable()}")
    assert "封じ直しました: 1件" in run("rotate-key").output
    monkeypatch.setenv(VARIABLE, made)
    assert TYPED in run("export", "web:a").output


def _variable() -> str:
    import os

    return os.environ[VARIABLE]
