"""Checks of what is on this machine: Python, packages, knowledge, model, disk."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from conversations.database import DatabaseError, read_url
from tsunagari.building import knowledge_stamp, model_is_current
from tsunagari.fingerprint import KNOWLEDGE_SOURCES, fingerprint
from tsunagari.health.finding import Finding, good, note, unused, wrong
from tsunagari.releases.shelf import Shelf
from tsunagari.settings import Settings

MIN_FREE_BYTES = 500 * 1024 * 1024
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;.*)?", re.M)
_LEFT_OUT = re.compile(r"^[a-z0-9][a-z0-9._-]*$", re.M)


def python(_settings: Settings) -> Finding:
    """Rasa 3.6 needs CPython 3.10."""
    running = sys.version.split()[0]
    if sys.version_info[:2] == (3, 10):
        return good(running)
    return wrong(f"Python 3.10 が必要です（いまは {running}）。make run で用意されます")


def packages(settings: Settings) -> Finding:
    """The installed versions of the packages the lock names for every platform."""
    lock = settings.root / "requirements.lock"
    if not lock.exists():
        return wrong(f"{lock} がありません。配布物を取り直してください")
    left_out = _left_out(settings.root)
    differing, missing = [], 0
    for pin in _PIN.finditer(lock.read_text(encoding="utf-8")):
        if pin["marker"]:
            continue
        try:
            installed = importlib.metadata.version(pin["name"])
        except importlib.metadata.PackageNotFoundError:
            if pin["name"] in left_out:
                missing += 1
                continue
            installed = "なし"
        if installed != pin["version"]:
            differing.append(f"{pin['name']} {installed}→{pin['version']}")
    if not differing:
        return good(
            f"使わない {missing} 件を除いて、固定した版です" if missing else "固定した版です"
        )
    named = ", ".join(differing[:3]) + (" ほか" if len(differing) > 3 else "")
    return wrong(
        f"{len(differing)} 件が固定した版と違います（{named}）。make run をやり直してください"
    )


def _left_out(root: Path) -> set[str]:
    """Return what the image does without."""
    listed = root / "deploy" / "unused.txt"
    return set(_LEFT_OUT.findall(listed.read_text("utf-8"))) if listed.exists() else set()


def knowledge(settings: Settings) -> Finding:
    """The knowledge base is built from the records as they are."""
    if knowledge_stamp(settings).matches(fingerprint(settings.root, KNOWLEDGE_SOURCES)):
        return good("最新です")
    return wrong("知識ベースが最新ではありません。make train を実行してください")


def model(settings: Settings) -> Finding:
    """The model is trained from the files as they are."""
    if model_is_current(settings):
        return good("最新です")
    return wrong("モデルが最新ではありません。make train を実行してください")


def releases(settings: Settings) -> Finding:
    """What was published last is there and was made by this program."""
    shelf = Shelf(settings)
    pointed = shelf.pointer()
    if not pointed:
        return unused("まだ公開していません。上の知識ベースとモデルで答えます")
    live = shelf.live()
    if live is None:
        return note(
            f"公開した版 {pointed} は使えません（更新の前のプログラムのものか、壊れています）。"
            "tsunagari knowledge publish で公開し直してください"
        )
    damaged = shelf.damage(live.id)
    if damaged is not None:
        return wrong(
            f"{damaged} を読めません（ないか、壊れています）。"
            "tsunagari knowledge rollback で前の版に戻してください"
        )
    return good(f"{live.id}（{shelf.root}）")


def disk(settings: Settings) -> Finding:
    """Room for conversations, models, releases and temporary files, wherever each lies."""
    free = {place: shutil.disk_usage(place).free for place in _places(settings)}
    short = {place: size for place, size in free.items() if size < MIN_FREE_BYTES}
    if not short:
        return good(f"{min(free.values()) // 1024**2:,} MB")
    named = "、".join(f"{place} に {size // 1024**2} MB" for place, size in short.items())
    return wrong(f"空きが {named} しかありません。500 MB 以上あけてください")


def _places(settings: Settings) -> list[Path]:
    """Return one existing folder for each file system that is written to."""
    wanted = [settings.root, settings.var, settings.releases, Path(tempfile.gettempdir())]
    try:
        parts = read_url(settings.database_url)
    except DatabaseError:
        parts = None
    if parts is not None and parts.get_backend_name() == "sqlite" and parts.database:
        wanted.insert(0, Path(parts.database).absolute())
    found: dict[int, Path] = {}
    for path in wanted:
        folder = next(one for one in (path, *path.parents) if one.exists())
        found.setdefault(folder.stat().st_dev, folder)
    return list(found.values())


def write_access(settings: Settings) -> Finding:
    """What must be written can be; an image writes nothing but `var/`."""
    wanted = [settings.var, settings.releases, settings.library.parent, Path(tempfile.gettempdir())]
    if not settings.public:
        wanted += [settings.build, settings.models]
    for path in wanted:
        folder = next(one for one in (path, *path.parents) if one.exists())
        if not os.access(folder, os.W_OK):
            return wrong(f"{folder} に書き込めません。持ち主と権限を確かめてください")
    return good()
