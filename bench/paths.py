"""Where the benchmark reads and writes."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
WORK = ROOT / "build" / "bench"
"""Models, logs, databases: everything the benchmark makes (git-ignored, safe to delete)."""
