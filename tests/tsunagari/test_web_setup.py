from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tsunagari.settings import Settings, UserError, load_settings
from tsunagari.web_setup import SECRET_VARIABLE, secret, web_config


@pytest.fixture(autouse=True)
def _no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = secret(tmp_path / "var")
    path = tmp_path / "var" / "secret"
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret(tmp_path / "var") == first
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]


def test_the_environments_secret_wins_and_may_not_be_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "s" * 32)
    assert secret(tmp_path / "var") == b"s" * 32
    assert not (tmp_path / "var").exists()
    for short in ("", "secret"):
        monkeypatch.setenv(SECRET_VARIABLE, short)
        with pytest.raises(UserError, match="openssl"):
            secret(tmp_path / "var")


def test_an_unwritable_place_for_the_secret_says_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(UserError, match="読み書き"):
        secret(tmp_path / "var")


def test_settings_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSUNAGARI_HOME", str(tmp_path))
    monkeypatch.setenv("TSUNAGARI_LIMITS", "sessions=99, ip=7")
    monkeypatch.setenv("TSUNAGARI_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")
    monkeypatch.setenv("TSUNAGARI_PUBLIC_URL", "https://chat.example.jp")
    monkeypatch.setenv("TSUNAGARI_PUBLIC", "1")
    settings = load_settings()
    assert settings.sites_file is None
    config = web_config(settings)
    assert (config.limits.sessions, config.limits.ip, config.limits.conversation) == (99, 7, 20)
    assert config.clients.key("10.1.1.1", "198.51.100.1") == "198.51.100.1"
    (demo,) = config.sites
    assert config.sites.allows(demo, "https://chat.example.jp", "anything")
    monkeypatch.setenv("TSUNAGARI_SITES", "mine.yml")
    with pytest.raises(UserError, match="mine"):
        web_config(load_settings())


@pytest.mark.parametrize("text", ["sessions", "sessions=x", "sessions=0", "sessions=-1"])
def test_broken_limits_are_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TSUNAGARI_LIMITS", text)
    with pytest.raises(UserError, match="TSUNAGARI_LIMITS"):
        load_settings()


def test_unknown_limits_and_proxies_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="conversation"):
        web_config(Settings(tmp_path, "", limits={"nothing": 1}))
    with pytest.raises(UserError, match="TSUNAGARI_TRUSTED_PROXIES"):
        web_config(Settings(tmp_path, "", trusted_proxies=("proxy",)))


def test_releases_need_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TSUNAGARI_RELEASES", str(tmp_path / "file"))
    with pytest.raises(UserError, match="TSUNAGARI_RELEASES"):
        load_settings()
