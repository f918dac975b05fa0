"""Checks of an installation; each returns None or one line saying what to do."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable

from tsunagari.building import knowledge_stamp, model_is_current
from tsunagari.fingerprint import KNOWLEDGE_SOURCES, fingerprint
from tsunagari.settings import Settings, UserError

MIN_FREE_BYTES = 500 * 1024 * 1024
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;.*)?", re.M)


def check_python(_settings: Settings) -> str | None:
    """Rasa 3.6 needs CPython 3.10."""
    if sys.version_info[:2] == (3, 10):
        return None
    return f"Python 3.10 が必要です（いまは {sys.version.split()[0]}）。make run で用意されます"


def check_packages(settings: Settings) -> str | None:
    """The installed versions of the packages the lock names for every platform."""
    lock = settings.root / "requirements.lock"
    if not lock.exists():
        return "requirements.lock がありません。配布物を取り直してください"
    wrong = []
    for pin in _PIN.finditer(lock.read_text(encoding="utf-8")):
        if pin["marker"]:
            continue
        try:
            installed = importlib.metadata.version(pin["name"])
        except importlib.metadata.PackageNotFoundError:
            installed = "なし"
        if installed != pin["version"]:
            wrong.append(f"{pin['name']} {installed}→{pin['version']}")
    if not wrong:
        return None
    named = ", ".join(wrong[:3]) + (" ほか" if len(wrong) > 3 else "")
    return f"{len(wrong)} 件が固定した版と違います（{named}）。make run をやり直してください"


def check_knowledge(settings: Settings) -> str | None:
    """The knowledge base is built from the records as they are."""
    if knowledge_stamp(settings).matches(fingerprint(settings.root, KNOWLEDGE_SOURCES)):
        return None
    return "知識ベースが最新ではありません。make train を実行してください"


def check_model(settings: Settings) -> str | None:
    """The model is trained from the files as they are."""
    if model_is_current(settings):
        return None
    return "モデルが最新ではありません。make train を実行してください"


def check_store(settings: Settings) -> str | None:
    """The one store opens and takes writes."""
    from tsunagari.assembly import open_database

    try:
        database = open_database(settings)
    except UserError as error:
        return str(error)
    database.close()
    return None


def check_privacy(settings: Settings) -> str | None:
    """The terms of privacy are usable, and the keys of sealed texts are at hand."""
    from tsunagari.privacy_setup import open_vault
    from tsunagari.privacy_terms import load_terms

    try:
        load_terms(settings.privacy, settings.public_url)
        open_vault(settings)
    except UserError as error:
        return str(error)
    return None


def check_port(settings: Settings) -> str | None:
    """The port can be bound."""
    import errno
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = "使用中" if error.errno == errno.EADDRINUSE else str(error.strerror)
            return f"{settings.port} は{reason}です。例: make run PORT={settings.port + 1}"
    return None


def check_disk(settings: Settings) -> str | None:
    """Room for models, logs and conversations."""
    free = shutil.disk_usage(settings.root).free
    if free >= MIN_FREE_BYTES:
        return None
    return f"空きが {free // 1024 // 1024} MB しかありません。500 MB 以上あけてください"


def check_write_access(settings: Settings) -> str | None:
    """The project directory and the temporary directory can be written."""
    for directory in (settings.root, tempfile.gettempdir()):
        if not os.access(directory, os.W_OK):
            return f"{directory} に書き込めません。権限を確かめてください"
    return None


CHECKS: tuple[tuple[str, Callable[[Settings], str | None]], ...] = (
    ("Python", check_python),
    ("パッケージ (packages)", check_packages),
    ("知識ベース (knowledge)", check_knowledge),
    ("モデル (model)", check_model),
    ("会話の記録 (store)", check_store),
    ("個人情報 (privacy)", check_privacy),
    ("ポート (port)", check_port),
    ("空き容量 (disk)", check_disk),
    ("書き込み権限 (write access)", check_write_access),
)
