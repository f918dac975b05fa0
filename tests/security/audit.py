"""`make audit`: asks pip-audit about every pinned package, and believes no empty answer.

pip-audit passes over packages its service knows nothing of; where the service cannot be reached
through a mirror, that is all of them, and it says that no vulnerability is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")
_OPTIONS = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json")
UNREACHABLE = (
    "脆弱性の一覧に届かないため、何も調べていません（{reason}）。"
    "ネットワークのある場所で make audit をやり直してください"
)


def main(uv: str) -> int:
    """Run the audit.

    Returns:
        0 when everything was looked at and nothing is known, 1 when something is known, 2 when
        not everything could be looked at.
    """
    try:
        done = subprocess.run(
            [uv, "tool", "run", "pip-audit", "-r", str(LOCK), *_OPTIONS],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        return _told(2, UNREACHABLE.format(reason=f"{uv}: {error.strerror}"))
    return judge(done.stdout, done.stderr)


def judge(answer: str, problems: str) -> int:
    """Say what an answer of pip-audit means."""
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = [line for line in problems.splitlines() if line.strip()]
        return _told(2, UNREACHABLE.format(reason=lines[-1][:200] if lines else "答えがありません"))
    looked_at = [one for one in found if "skip_reason" not in one]
    if not looked_at:
        return _told(2, UNREACHABLE.format(reason=f"{len(found)} 件すべてが不明"))
    for one in looked_at:
        for known in one["vulns"]:
            mended = "、".join(known.get("fix_versions") or ()) or "なし"
            print(f"{one['name']} {one['version']}: {known['id']}（直った版: {mended}）")
    skipped = len(found) - len(looked_at)
    if skipped:
        names = ", ".join(one["name"] for one in found if "skip_reason" in one)
        _told(2, f"{skipped} 件は調べられませんでした: {names[:300]}")
    wrong = sum(bool(one["vulns"]) for one in looked_at)
    print(f"{len(looked_at)} 件を調べ、{wrong} 件に知られた欠陥があります（docs/security.md の6）")
    return 1 if wrong else 2 if skipped else 0


def _told(code: int, line: str) -> int:
    print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
