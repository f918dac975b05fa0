"""Configuration from the environment, the manifest, and `tsunagari slack check`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sanic import Sanic

from channels.slack.manifest import manifest
from channels.slack.routes import PATH
from conversations.gate import Gate
from tests.channels.slack.loopback import APP_TOKEN, BOT_TOKEN, TEAM, LoopbackSlack
from tests.slack_commands import run
from tsunagari.assembly import Application
from tsunagari.server import create_app
from tsunagari.settings import UserError
from tsunagari.slack_setup import slack_channel, slack_config

GOOD = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "s" * 32}


def test_without_variables_there_is_no_slack() -> None:
    assert slack_config({}) is None
    assert slack_config({"SLACK_BOT_TOKEN": " ", "TSUNAGARI_SLACK_TEAMS": "T1"}) is None


def test_http_and_socket_mode() -> None:
    config = slack_config({**GOOD, "TSUNAGARI_SLACK_TEAMS": "T0A, T0B"})
    assert config is not None
    assert config.teams == {"T0A", "T0B"}
    assert config.app_token is None
    socket = slack_config({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN})
    assert socket is not None
    assert socket.signing_secret is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": APP_TOKEN}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, "SLACK_SIGNING_SECRET"),
        ({**GOOD, "SLACK_BOT_TOKEN": "xoxp-user"}, "SLACK_BOT_TOKEN"),
        ({**GOOD, "SLACK_APP_TOKEN": "xoxb-other"}, "SLACK_APP_TOKEN"),
        ({**GOOD, "TSUNAGARI_SLACK_TEAMS": "支援センター"}, "TSUNAGARI_SLACK_TEAMS"),
    ],
)
def test_what_is_missing_or_wrong_is_one_line_that_names_the_variable(
    given: dict[str, str], named: str
) -> None:
    with pytest.raises(UserError) as problem:
        slack_config(given)
    assert named in str(problem.value)
    assert "\n" not in str(problem.value)
    assert not any(secret in str(problem.value) for secret in given.values() if len(secret) > 20)


def test_the_server_has_the_route_only_where_slack_is_set_up(application: Application) -> None:
    config = slack_config(GOOD)
    assert config is not None
    # A gate of its own: the other tests' bot keeps answering without Slack.
    gate = Gate(application.gate.store, application.responder)
    channel = slack_channel(gate, application.sheet, config)
    assert gate.deliveries.pushes("slack")
    for with_slack in (
        replace(application, slack=channel, slack_config=config),
        replace(application, slack=None, slack_config=None),
    ):
        Sanic.test_mode = True
        Sanic._app_registry.pop("tsunagari", None)
        app = create_app(with_slack)
        paths = {f"/{route.path}" for route in app.router.routes}
        assert (PATH in paths) is (with_slack.slack is not None)


def test_secrets_are_not_shown() -> None:
    shown = repr(slack_config({**GOOD, "SLACK_APP_TOKEN": APP_TOKEN}))
    assert not any(secret in shown for secret in (*GOOD.values(), APP_TOKEN))


def test_the_manifest_over_http_names_our_address_everywhere() -> None:
    made = manifest("https://center.example/")
    address = f"https://center.example{PATH}"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["socket_mode_enabled"] is False


def test_the_manifest_of_socket_mode_names_no_address() -> None:
    made = manifest(None)
    assert "url" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_manifest_keeps_slacks_limits() -> None:
    made = manifest(None)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False


async def test_check_finds_a_good_set_up_good(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api = {"TSUNAGARI_SLACK_API": f"{slack.url}api/"}
    options = {**GOOD, **api, "SLACK_APP_TOKEN": APP_TOKEN, "TSUNAGARI_SLACK_TEAMS": TEAM}
    assert await run(monkeypatch, "check", **options) == 0
    shown = capsys.readouterr().out
    assert "NG" not in shown
    assert TEAM in shown
    assert "Socket Mode" in shown


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN"),
        ({"TSUNAGARI_SLACK_TEAMS": "T0OTHER"}, "TSUNAGARI_SLACK_TEAMS"),
    ],
)
async def test_check_names_what_is_wrong(
    slack: LoopbackSlack,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, str],
    named: str,
) -> None:
    api = {"TSUNAGARI_SLACK_API": f"{slack.url}api/"}
    assert await run(monkeypatch, "check", **{**GOOD, **api, **options}) == 1
    (bad,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("NG")]
    assert named in bad


async def test_check_names_missing_scopes(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.scopes.remove("im:history")
    api = {"TSUNAGARI_SLACK_API": f"{slack.url}api/"}
    assert await run(monkeypatch, "check", **GOOD, **api) == 1
    assert "im:history" in capsys.readouterr().out


async def test_check_without_slack_or_network_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(monkeypatch, "check") == 1
    assert "SLACK_BOT_TOKEN" in capsys.readouterr().err
    nowhere = {**GOOD, "TSUNAGARI_SLACK_API": "http://127.0.0.1:9/api/"}
    assert await run(monkeypatch, "check", **nowhere) == 1
    assert "つながりません" in capsys.readouterr().out


async def test_manifest_is_json_and_wants_an_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TSUNAGARI_PUBLIC_URL", raising=False)
    assert await run(monkeypatch, "manifest", "--url", "https://center.example") == 0
    assert json.loads(capsys.readouterr().out) == manifest("https://center.example")
    assert await run(monkeypatch, "manifest", "--socket-mode") == 0
    assert json.loads(capsys.readouterr().out) == manifest(None)
    assert await run(monkeypatch, "manifest") == 1
    assert "--socket-mode" in capsys.readouterr().err
    assert await run(monkeypatch, "manifest", "--url", "http://center.example") == 1
