"""Asking Slack whether the app is set up as the channel needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.api import error_code, patiently
from channels.slack.manifest import DESK_SCOPES, EVENTS, SCOPES

_ADVICE = {
    "invalid_auth": "トークンが違います。OAuth & Permissions からコピーし直してください",
    "not_authed": "トークンが空です",
    "account_inactive": "アプリが取り外されています。ワークスペースに入れ直してください",
    "token_revoked": "トークンが取り消されています。アプリを入れ直してください",
    "not_allowed_token_type": "トークンの種類が違います（xapp- は Basic Information にあります）",
    "socket_mode_not_enabled": "Socket Mode が切れています。アプリの設定でオンにしてください",
}

_DESK_ADVICE = {
    "channel_not_found": "チャンネルが見つからないか、非公開でボットが招待されていません。"
    "ID を確かめ、チャンネルで /invite @つながり としてください",
    "missing_scope": "権限が足りません",
}
_MESSAGE_EVENTS = "、".join(event for event in EVENTS if event.startswith("message."))
_SIGNS = {
    "event": (
        "担当者の発言（イベント）",
        "サーバーを動かし、カードのスレッドに何か書いてください。"
        f"届かなければ、Event Subscriptions に {_MESSAGE_EVENTS} があるか見てください",
    ),
    "interaction": (
        "ボタンとモーダル",
        "サーバーを動かし、カードのボタンを押してください。届かなければ、Interactivity & Shortcuts "
        "がオンで、Request URL がイベントと同じか見てください",
    ),
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
    client: AsyncWebClient, app_token: str | None, teams: Collection[str], desk: bool = False
) -> AsyncIterator[Finding]:
    """Look at the bot token, its scopes, the allow-list and Socket Mode.

    Args:
        client: With the bot token.
        app_token: Of Socket Mode, where it is used.
        teams: The workspaces allowed.
        desk: Whether the staff answers in Slack too.
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
    wanted = [*SCOPES, *(DESK_SCOPES if desk else ())]
    missing = [scope for scope in wanted if scope not in granted]
    yield Finding(
        "権限（Bot Token Scopes）",
        f"足りません: {', '.join(missing)}（足したあと、アプリを入れ直してください）"
        if missing
        else None,
        f"{len(wanted)} 件",
    )
    if teams and told["team_id"] not in teams:
        yield Finding(
            "TSUNAGARI_SLACK_TEAMS",
            f"このアプリのワークスペース {told['team_id']} が入っていません",
        )
    if app_token is not None:
        yield await _socket_mode(client, app_token)


async def desk_findings(
    client: AsyncWebClient, channel: str, signs: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Look at the staff's channel, and at what has come from it so far.

    Slack tells nobody with a bot's token which events an app has subscribed to: what has arrived
    is the proof.

    Args:
        client: With the bot token.
        channel: The staff's channel.
        signs: When something of a kind (`event`, `interaction`) came last, in words.
    """
    title = "担当者のチャンネル"
    try:
        told = await patiently(lambda: client.conversations_info(channel=channel))
    except SlackApiError as error:
        code = error_code(error)
        yield Finding(title, f"{_DESK_ADVICE.get(code, 'Slack に断られました')}（{code}）")
        return
    found = told["channel"]
    name = f"#{found.get('name')}（{channel}）"
    if found.get("is_archived"):
        yield Finding(title, f"{name} はアーカイブされています")
    elif not found.get("is_member"):
        yield Finding(
            title, f"{name} にボットがいません。チャンネルで /invite @つながり としてください"
        )
    else:
        yield Finding(title, detail=name)
    if not found.get("is_private") and not found.get("is_im"):
        yield Finding(
            "チャンネルの公開範囲",
            f"{name} は、ワークスペースのだれでも読めます。非公開のチャンネルにしてください",
        )
    for kind, (what, where) in _SIGNS.items():
        at = signs.get(kind)
        yield Finding(
            what, None if at else f"まだ一度も届いていません。{where}", f"最後に届いたのは {at}"
        )


async def _socket_mode(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await patiently(lambda: client.apps_connections_open(app_token=app_token))
    except SlackApiError as error:
        return Finding("SLACK_APP_TOKEN（Socket Mode）", _advice(error))
    return Finding("SLACK_APP_TOKEN（Socket Mode）")


def _advice(error: SlackApiError) -> str:
    code = error_code(error)
    return f"{_ADVICE.get(code, 'Slack に断られました')}（{code}）"
