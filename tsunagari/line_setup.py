"""Setting the LINE channel up: secrets from the environment, and where a place lies.

Nothing of the channel is imported unless it is set up.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conversations.ports import Act, SheetView
from tsunagari.settings import UserError

if TYPE_CHECKING:
    from channels.line.client import LineConfig
    from tsunagari.assembly import Application

SECRET = "LINE_CHANNEL_SECRET"
TOKEN = "LINE_CHANNEL_ACCESS_TOKEN"
CHANNEL_ID = "LINE_CHANNEL_ID"
API_URL = "LINE_API_URL"
API_DATA_URL = "LINE_API_DATA_URL"


def line_config(needed: bool = False) -> LineConfig | None:
    """Read the channel's settings.

    Args:
        needed: Whether the channel must be set up (else it may be left out altogether).

    Returns:
        None when nothing of the channel is set.

    Raises:
        UserError: A part is missing.
    """
    secret, token, channel_id = (
        (os.environ.get(name) or "").strip() for name in (SECRET, TOKEN, CHANNEL_ID)
    )
    if not (secret or token or channel_id or needed):
        return None
    if not secret:
        raise UserError(
            f"環境変数 {SECRET} がありません: LINE Developers の「チャネル基本設定」の"
            "チャネルシークレットを設定してください"
        )
    if not token and not channel_id:
        raise UserError(
            f"環境変数 {TOKEN} も {CHANNEL_ID} もありません: どちらか一方を設定してください"
        )
    from channels.line.client import API, API_DATA, LineConfig

    return LineConfig(
        secret=secret,
        token=token or None,
        channel_id=channel_id or None,
        api=(os.environ.get(API_URL) or API).rstrip("/"),
        api_data=(os.environ.get(API_DATA_URL) or API_DATA).rstrip("/"),
    )


def locator(sheet: SheetView) -> Callable[[float, float, str], Act | None]:
    """Return what turns a place into the act that fills the prefecture in."""
    from channels.line.geography import prefecture_at

    def locate(latitude: float, longitude: float, address: str) -> Act | None:
        prefecture = prefecture_at(latitude, longitude, address)
        if prefecture is None:
            return None
        try:
            return sheet.edit("prefecture", prefecture)
        except (KeyError, ValueError):
            return None

    return locate


def install(app: Any, application: Application) -> None:
    """Add the channel to the server, where it is set up.

    Raises:
        UserError: It is set up in part only.
    """
    config = line_config()
    if config is None:
        return
    from channels.line import routes
    from channels.line.channel import LineChannel

    channel = LineChannel(application.gate, config, locator(application.sheet))
    app.ctx.line = channel
    app.blueprint(routes.blueprint(channel))
    routes.run_beside(channel, app)
