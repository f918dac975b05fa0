"""The widget's own checks: types, lint, unit tests, and that widget/dist is a fresh build."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parent.parent.parent / "widget"
NPM = shutil.which("npm")


def why_not() -> str | None:
    if not NPM or not shutil.which("node"):
        return "Node.js がありません（ウィジェットの作り直しの検査だけを飛ばします）"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    major = re.match(r"v(\d+)", version)
    if not major or int(major.group(1)) < 18:
        return f"Node.js 18 以上が要ります（いまは {version.strip()}）"
    if not (WIDGET / "node_modules").exists():
        return "widget/node_modules がありません: cd widget && npm ci"
    return None


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "")
@pytest.mark.parametrize("script", ["check", "test"])
def test_npm(script: str) -> None:
    run = subprocess.run(
        [str(NPM), "run", script], cwd=WIDGET, capture_output=True, text=True, timeout=240
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
