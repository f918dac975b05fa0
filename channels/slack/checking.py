"""Asking Slack whether the app is set up as the channel needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.api import error_code, patiently
from channels.slack.manifest import SCOPES

_ADVICE = {
    "invalid_auth": "トークンが違います。OAuth & Permissions からコピーし直してください",
    "not_authed": "トークンが空です",
    "account_inactive": "アプリが取り外されています。ワークスペースに入れ直してください",
    "token_revoked": "トークンが取り消されています。アプリを入れ直してください",
    "not_allowed_token_type": "トークンの種類が違います（xapp- は Basic Information にあります）",
    "socket_mode_not_enabled": "Socket Mode が切れています。アプリの設定でオンにしてください",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        title: What.
        problem: What is wrong with it, or None.
        detail: What was found.
    """

    title: str
    problem: str | None = None
    detail: str = ""


async def findings(
    client: AsyncWebClient, app_token: str | None, teams: Collection[str]
) -> AsyncIterator[Finding]:
    """Look at the bot token, its scopes, the allow-list and Socket Mode.

    Args:
        client: With the bot token.
        app_token: Of Socket Mode, where it is used.
        teams: The workspaces allowed.
    """
    try:
        told = await patiently(client.auth_test)
    except SlackApiError as error:
        yield Finding("SLACK_BOT_TOKEN", _advice(error))
        return
    except Exception as error:
        yield Finding("Slack への接続", f"つながりません（{error}）")
        return
    yield Finding("SLACK_BOT_TOKEN", detail=f"{told.get('team')}（{told['team_id']}）")
    granted = str(told.headers.get("x-oauth-scopes") or "").replace(" ", "").split(",")
    missing = [scope for scope in SCOPES if scope not in granted]
    yield Finding(
        "権限（Bot Token Scopes）",
        f"足りません: {', '.join(missing)}（足したあと、アプリを入れ直してください）"
        if missing
        else None,
        f"{len(SCOPES)} 件",
    )
    if teams and told["team_id"] not in teams:
        yield Finding(
            "TSUNAGARI_SLACK_TEAMS",
            f"このアプリのワークスペース {told['team_id']} が入っていません",
        )
    if app_token is not None:
        yield await _socket_mode(client, app_token)


async def _socket_mode(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await patiently(lambda: client.apps_connections_open(app_token=app_token))
    except SlackApiError as error:
        return Finding("SLACK_APP_TOKEN（Socket Mode）", _advice(error))
    return Finding("SLACK_APP_TOKEN（Socket Mode）")


def _advice(error: SlackApiError) -> str:
    code = error_code(error)
    return f"{_ADVICE.get(code, 'Slack に断られました')}（{code}）"
