"""Runs in an environment with line-bot-sdk 3: reads request bodies, one JSON a line, from stdin.

Prints, one JSON a line, what LINE's own model classes make of each: null when they keep it whole.
"""

from __future__ import annotations

import json
import sys

from linebot.v3.messaging import ReplyMessageRequest


def judge(body: dict[str, object]) -> str | None:
    try:
        kept = ReplyMessageRequest.from_dict(body).to_dict()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    lost = missing(body, kept)
    return f"lost: {lost}" if lost else None


def missing(given: object, kept: object, where: str = "") -> list[str]:
    if isinstance(given, dict):
        if not isinstance(kept, dict):
            return [where]
        found = [f"{where}/{key}" for key in given if key not in kept]
        for key, value in given.items():
            if key in kept:
                found += missing(value, kept[key], f"{where}/{key}")
        return found
    if isinstance(given, list):
        if not isinstance(kept, list) or len(given) != len(kept):
            return [where]
        return [
            lost
            for number, (one, other) in enumerate(zip(given, kept, strict=True))
            for lost in missing(one, other, f"{where}/{number}")
        ]
    return [] if given == kept else [f"{where}: {given!r} became {kept!r}"]


for line in sys.stdin:
    sys.stdout.write(json.dumps(judge(json.loads(line)), ensure_ascii=False) + "\n")
