"""`make fuzz`: every reader of outside input for some seconds, coverage-guided."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv-fuzz"
FOUND = ROOT / "build" / "fuzz"
_SLOW_SECONDS = 5
_LONGEST = 4096


def available() -> bool:
    """Return whether atheris is installed."""
    return (TOOLS / "atheris").is_dir()


def fuzz(name: str, seconds: int, runs: int = -1) -> subprocess.CompletedProcess[str]:
    """Try one reader; what fails is written to `build/fuzz/`.

    Args:
        name: Of the target.
        seconds: How long.
        runs: How often at most; -1 for as often as the time allows.
    """
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tsunagari-fuzz-") as corpus:
        for number, seed in enumerate(TARGETS[name][1]):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = {
            "max_total_time": seconds,
            "runs": runs,
            "timeout": _SLOW_SECONDS,
            "max_len": _LONGEST,
            "artifact_prefix": f"{FOUND}/{name}-",
            "print_final_stats": 1,
        }
        given = [f"-{option}={value}" for option, value in options.items()]
        return subprocess.run(
            [sys.executable, "-m", "tests.fuzz.driver", name, *given, corpus],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(TOOLS)])},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def main() -> int:
    """Try all readers and say how each fared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    if not available():
        print("atheris がありません: make fuzz-tools を実行してください", file=sys.stderr)
        return 2
    failed = 0
    for name in TARGETS:
        done = fuzz(name, seconds)
        tried = done.stderr.rpartition("number_of_executed_units:")[2].split() or ["?"]
        print(f"{'OK' if done.returncode == 0 else 'NG'}  {name}: {tried[0]} 回")
        if done.returncode:
            failed += 1
            print(done.stderr[-3000:], file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
