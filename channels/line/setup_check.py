"""Checks a configuration against LINE itself, one finding a line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from channels.line.client import LineApiError, LineClient, LineUnreachableError
from channels.line.quota import WARN_SHARE
from channels.line.routes import PATH


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        title: What.
        problem: What is wrong and what to do, or None.
        note: What is worth knowing.
    """

    title: str
    problem: str | None = None
    note: str = ""


async def findings(client: LineClient, public_url: str | None) -> AsyncIterator[Finding]:
    """Yield what LINE says about our settings; stops at what makes the rest pointless.

    Args:
        client: With the configured credentials.
        public_url: The server's own address, if known.
    """
    info, trouble = await _ask(client.bot_info)
    if trouble is not None:
        yield Finding("アクセストークン", trouble)
        return
    yield Finding("アクセストークン", note=f"{info.get('displayName')} {info.get('basicId')}")
    chats = info.get("chatMode") == "chat"
    yield Finding(
        "応答モード",
        "チャットがオンです。人が同時に返信しないなら、LINE Official Account Manager の"
        "「応答設定」でチャットをオフにしてください"
        if chats
        else None,
    )
    hook, trouble = await _ask(client.webhook)
    yield _hook(hook, trouble, public_url)
    if trouble is None and hook.get("active"):
        tested, trouble = await _ask(client.test_webhook)
        if trouble is None and not tested.get("success"):
            trouble = (
                f"LINE から届きません: {tested.get('reason')} {tested.get('detail')}。"
                "公開の URL・TLS 証明書・チャネルシークレットを確かめてください"
            )
        yield Finding("Webhook の疎通", trouble)
    try:
        allowed, used = await client.quota()
    except (LineApiError, LineUnreachableError) as error:
        yield Finding("今月の送信数", _said(error))
        return
    full = allowed is not None and used >= WARN_SHARE * allowed
    count = f"{used} / {'無制限' if allowed is None else allowed} 通"
    yield Finding(
        "今月の送信数",
        f"残りがわずかです（{count}）。返信は続きますが、遅れた回答は翌月まで送れません"
        if full
        else None,
        count,
    )


def _hook(hook: dict[str, Any], trouble: str | None, public_url: str | None) -> Finding:
    title = "Webhook URL"
    if trouble is not None:
        return Finding(title, trouble)
    endpoint = str(hook.get("endpoint") or "")
    if not hook.get("active"):
        return Finding(
            title, "「Webhookの利用」がオフです。LINE Developers でオンにしてください", endpoint
        )
    expected = (public_url or "").rstrip("/") + PATH
    if not endpoint.endswith(PATH) or (public_url and endpoint != expected):
        shown = expected if public_url else f"https://（公開の URL）{PATH}"
        return Finding(title, f"{endpoint} になっています。{shown} にしてください")
    return Finding(title, note=endpoint)


async def _ask(
    call: Callable[[], Awaitable[dict[str, Any]]],
) -> tuple[dict[str, Any], str | None]:
    try:
        return await call(), None
    except (LineApiError, LineUnreachableError) as error:
        return {}, _said(error)


def _said(error: Exception) -> str:
    if isinstance(error, LineApiError) and error.status in (400, 401, 403):
        return f"LINE が受け付けません（{error}）。トークンかシークレットを確かめてください"
    return f"LINE に聞けません（{error}）"
