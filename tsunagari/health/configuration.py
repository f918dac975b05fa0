"""Checks of what the environment says; cheap, so the server makes them before it loads anything."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tsunagari.health.finding import Finding, Mark, good, note, unused, wrong
from tsunagari.line_setup import API_URL, CHANNEL_ID, SECRET, TOKEN, line_config
from tsunagari.operation.logs import VARIABLE as LOG
from tsunagari.operation.tracing import ENDPOINT
from tsunagari.privacy_terms import load_terms
from tsunagari.settings import Settings, UserError
from tsunagari.slack_setup import API, SIGNING_SECRET, slack_config
from tsunagari.web_setup import SECRET_VARIABLE, web_config

_HEX_SECRET = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[!-~]{40,}")
_LOGS = ("", "json", "text")


def address(settings: Settings) -> Finding:
    """Where visitors reach the server, and whether that is safe."""
    url = settings.public_url
    if url is not None and not _is_web_address(url):
        return wrong(f"TSUNAGARI_PUBLIC_URL は https:// で始まるアドレスで指定してください: {url}")
    if os.environ.get("TSUNAGARI_PUBLIC", "") not in ("", "0", "1"):
        return wrong("TSUNAGARI_PUBLIC は 1（公開用）か 0 で指定してください")
    if not settings.public:
        return unused("この端末だけで使う設定です")
    if url is None:
        return note(
            "TSUNAGARI_PUBLIC_URL がありません。外から見えるアドレス（https://…）を設定してください"
        )
    if not url.startswith("https://"):
        return note("TSUNAGARI_PUBLIC_URL が https:// ではありません。会話が暗号化されません")
    return good(url)


def web(settings: Settings) -> Finding:
    """The sites, limits, proxies and the secret of the widget."""
    given = os.environ.get(SECRET_VARIABLE)
    if given is None and not (settings.var / "secret").exists():
        # Looking shall not make the file.
        os.environ[SECRET_VARIABLE] = "0" * 64
        try:
            config = web_config(settings)
        finally:
            del os.environ[SECRET_VARIABLE]
    else:
        config = web_config(settings)
    if settings.redis_url is not None and given is None:
        return note(
            f"並べるサーバーで {SECRET_VARIABLE} がそろっていません。同じ値を渡してください"
            "（openssl rand -hex 32）"
        )
    return good(f"サイト {len(list(config.sites))} 件")


def privacy_terms(settings: Settings) -> Finding:
    """What people are told about their personal data."""
    terms = load_terms(settings.privacy, settings.public_url)
    return good(f"第 {terms.version} 版（{settings.privacy}）")


def telemetry(_settings: Settings) -> Finding:
    """How the server logs and where traces go."""
    form = os.environ.get(LOG, "")
    if form not in _LOGS:
        return wrong(f"{LOG} は json か text で指定してください: {form}")
    endpoint = os.environ.get(ENDPOINT, "")
    if endpoint and not _is_web_address(endpoint):
        return wrong(f"{ENDPOINT} は http:// で始まるアドレスで指定してください: {endpoint}")
    return good(f"記録は {form or 'text'}、トレースは{endpoint or '送りません'}")


def line(_settings: Settings) -> Finding:
    """LINE's secrets are there and look like LINE's."""
    config = line_config()
    if config is None:
        return unused("使わない設定です（docs/line.md）")
    if os.environ.get(API_URL):
        return note(f"LINE の代わりに {config.api} へ送る設定です")
    if not _HEX_SECRET.fullmatch(config.secret):
        return wrong(
            f"{SECRET} の形が違います（32 文字の英数字）: LINE Developers の「チャネル基本設定」の"
            "チャネルシークレットを写し直してください"
        )
    if config.token is not None and not _TOKEN.fullmatch(config.token):
        return wrong(
            f"{TOKEN} の形が違います: LINE Developers の「Messaging API設定」の"
            "チャネルアクセストークン（長期）を写し直してください"
        )
    if config.channel_id is not None and not re.fullmatch(r"\d{6,}", config.channel_id):
        return wrong(f"{CHANNEL_ID} は数字です: 「チャネル基本設定」のチャネルIDを写してください")
    return good("鍵の形は正しく、つながるかは tsunagari line check で確かめられます")


def slack(_settings: Settings) -> Finding:
    """Slack's secrets are there and look like Slack's."""
    config = slack_config()
    if config is None:
        return unused("使わない設定です（docs/slack.md）")
    if config.api is not None:
        return note(f"Slack の代わりに {os.environ.get(API)} へ送る設定です")
    if config.signing_secret is not None and not _HEX_SECRET.fullmatch(config.signing_secret):
        return wrong(
            f"{SIGNING_SECRET} の形が違います（32 文字の英数字）: アプリの Basic Information の "
            "Signing Secret を写し直してください"
        )
    return good("鍵の形は正しく、つながるかは tsunagari slack check で確かめられます")


CONFIGURATION: tuple[Callable[[Settings], Finding], ...] = (
    address,
    web,
    privacy_terms,
    telemetry,
    line,
    slack,
)


def check_configuration(settings: Settings) -> None:
    """See that the server can start with these settings, before anything slow happens.

    Raises:
        UserError: Something is unusable; says what and how to mend it.
    """
    for check in CONFIGURATION:
        found = check(settings)
        if found.mark is Mark.WRONG:
            raise UserError(found.text)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
