"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.paths import ROOT

_PACKAGES = ("rasa", "spacy", "ja-ginza", "tensorflow", "SudachiPy", "numpy")


def describe() -> list[str]:
    """Return lines about processor, memory, load, versions and the commit."""
    return [
        f"Processor: {_processor()}, {os.cpu_count()} logical; memory {_memory()}; "
        f"load average at the start {os.getloadavg()[0]:.1f}",
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        + ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        f"Commit {_commit()}",
    ]


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return platform.processor() or "unknown"
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GB"


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()

    commit = git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    changed = git("status", "--porcelain", "--untracked-files=no")
    return f"{commit} with uncommitted changes" if changed else commit
