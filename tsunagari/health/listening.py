"""The address the server listens on: whether it is free, and what to do where it is not."""

from __future__ import annotations

import errno
import json
import socket
import urllib.request

from tsunagari.health.finding import Finding, good, wrong
from tsunagari.settings import Settings

_ANSWER_SECONDS = 2.0


def port(settings: Settings) -> Finding:
    """The port can be bound, or this very server has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and _tsunagari_answers(settings):
                return good(f"{settings.port} でサーバーが動いています")
            return wrong(port_problem(settings, error))
    return good(f"{settings.host}:{settings.port} が空いています")


def port_problem(settings: Settings, error: OSError) -> str:
    """Return why an address cannot be listened on, and what to do."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"HOST={settings.host} はこの端末のアドレスではありません: "
            "127.0.0.1（この端末だけ）か 0.0.0.0（外からも）にしてください"
        )
    example = f"別の番号を指定してください。例: make run PORT={_another(settings.port)}"
    if error.errno == errno.EADDRINUSE:
        return f"ポート {settings.port} を使えません（ほかのプログラムが使用中）: {example}"
    if error.errno == errno.EACCES:
        return f"ポート {settings.port} を使えません（1023 以下は管理者だけ）: {example}"
    return f"ポート {settings.port} を使えません（{error.strerror}）: {example}"


def _another(number: int) -> int:
    return number + 1 if 1023 < number < 65535 else 5005


def _tsunagari_answers(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "localhost"} else settings.host
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        url = f"http://{host}:{settings.port}/health"
        with opener.open(url, timeout=_ANSWER_SECONDS) as answer:
            told = json.loads(answer.read(1000))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("status") == "ok"
