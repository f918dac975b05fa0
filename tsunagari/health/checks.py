"""Checks of an installation for `tsunagari doctor`, in the order they are shown."""

from __future__ import annotations

from collections.abc import Callable

from tsunagari.health import configuration, installation, listening, services
from tsunagari.health.finding import Finding
from tsunagari.settings import Settings

CHECKS: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
    ("Python", installation.python),
    ("パッケージ (packages)", installation.packages),
    ("知識ベース (knowledge)", installation.knowledge),
    ("モデル (model)", installation.model),
    ("公開した版 (releases)", installation.releases),
    ("公開の設定 (address)", configuration.address),
    ("ウィジェット (web)", configuration.web),
    ("個人情報の掲示 (privacy)", configuration.privacy_terms),
    ("記録の設定 (logs, traces)", configuration.telemetry),
    ("LINE", configuration.line),
    ("Slack", configuration.slack),
    ("会話の記録 (store)", services.store),
    ("暗号鍵 (keys)", services.keys),
    ("Redis", services.redis),
    ("RabbitMQ (event broker)", services.event_broker),
    ("ポート (port)", listening.port),
    ("空き容量 (disk)", installation.disk),
    ("書き込み権限 (write access)", installation.write_access),
)
