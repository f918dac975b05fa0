"""Wrong settings end a start at once, in one line that says what to mend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tsunagari.health import configuration
from tsunagari.health.finding import Mark
from tsunagari.settings import Settings, UserError, load_settings

GOOD_LINE = {"LINE_CHANNEL_SECRET": "0" * 32, "LINE_CHANNEL_ACCESS_TOKEN": "a+/=" * 43}
GOOD_SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_SIGNING_SECRET": "0" * 32}
WRONG: list[tuple[dict[str, str], str]] = [
    ({"PORT": "abc"}, "PORT は"),
    ({"TSUNAGARI_REDIS_URL": "localhost:6379"}, "redis:// か"),
    ({"TSUNAGARI_EVENT_BROKER_URL": "amqp://"}, "TSUNAGARI_EVENT_BROKER_URL にホスト名"),
    ({"TSUNAGARI_EVENT_BROKER_URL": "amqp://x:port"}, "TSUNAGARI_EVENT_BROKER_URL にホスト名"),
    ({"TSUNAGARI_PUBLIC_URL": "chat"}, "TSUNAGARI_PUBLIC_URL は https://"),
    ({"TSUNAGARI_PUBLIC": "maybe"}, "TSUNAGARI_PUBLIC は 1"),
    ({"TSUNAGARI_SECRET": "x"}, "openssl rand -hex 32"),
    ({"TSUNAGARI_LIMITS": "foo=3"}, "使える名前は"),
    ({"TSUNAGARI_TRUSTED_PROXIES": "abc"}, "TSUNAGARI_TRUSTED_PROXIES は IP"),
    ({"TSUNAGARI_SITES": "none.yml"}, "none.yml"),
    ({"TSUNAGARI_PRIVACY": "none.yml"}, "個人情報の案内を読めません"),
    ({"TSUNAGARI_KNOWLEDGE": "none"}, "TSUNAGARI_KNOWLEDGE のフォルダー"),
    ({"TSUNAGARI_LOG": "xml"}, "TSUNAGARI_LOG は json か text"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "nowhere"}, "OTEL_EXPORTER_OTLP_ENDPOINT は http"),
    ({"LINE_CHANNEL_ACCESS_TOKEN": "x"}, "LINE_CHANNEL_SECRET がありません"),
    ({**GOOD_LINE, "LINE_CHANNEL_SECRET": "short"}, "LINE_CHANNEL_SECRET の形"),
    ({**GOOD_LINE, "LINE_CHANNEL_ACCESS_TOKEN": "あ" * 50}, "LINE_CHANNEL_ACCESS_TOKEN の形"),
    ({**GOOD_LINE, "LINE_CHANNEL_ID": "name"}, "LINE_CHANNEL_ID は数字"),
    ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN は xoxb-"),
    ({**GOOD_SLACK, "SLACK_SIGNING_SECRET": "short"}, "SLACK_SIGNING_SECRET の形"),
]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSUNAGARI_HOME", str(ROOT))


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_a_wrong_setting_is_one_line(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as stopped:
        configuration.check_configuration(load_settings())
    assert said in str(stopped.value)
    assert "\n" not in str(stopped.value)
    for secret in ("x:port", "xoxp-1"):
        assert secret not in str(stopped.value)


@pytest.mark.parametrize("variable", ["TSUNAGARI_SITES", "TSUNAGARI_PRIVACY"])
def test_a_broken_file_is_one_line(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("a: [", "utf-8")
    monkeypatch.setenv(variable, str(broken))
    with pytest.raises(UserError, match=str(broken)) as stopped:
        configuration.check_configuration(load_settings())
    assert "\n" not in str(stopped.value)


def test_good_settings_are_good(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {**GOOD_LINE, **GOOD_SLACK, "TSUNAGARI_LOG": "json"}.items():
        monkeypatch.setenv(name, value)
    settings = replace(
        load_settings(), root=tmp_path, public=True, public_url="https://chat.example.jp"
    )
    configuration.check_configuration(settings)
    marks = {check(settings).mark for check in configuration.CONFIGURATION}
    assert marks == {Mark.GOOD}
    # Looking makes nothing.
    assert not list(tmp_path.iterdir())


def test_servers_side_by_side_need_shared_secrets(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "sqlite://", redis_url="redis://localhost")
    found = configuration.web(settings)
    assert found.mark is Mark.NOTE
    assert "TSUNAGARI_SECRET" in found.text


@pytest.mark.parametrize("url", [None, "http://chat.example.jp"])
def test_a_public_server_needs_a_safe_address(url: str | None, tmp_path: Path) -> None:
    found = configuration.address(Settings(tmp_path, "sqlite://", public=True, public_url=url))
    assert found.mark is Mark.NOTE
    assert "https://" in found.text
