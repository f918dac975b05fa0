"""LINE's own model classes as second judge, in an environment of their own (pydantic 2)."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answers.model import Answer
from answers.plain_text import to_plain_text
from tests.channels.line.test_rendering import CARD, OUTPUTS, turn

VARIABLE = "LINE_SDK_PYTHON"
ROOT = Path(__file__).resolve().parents[3]
JUDGE = Path(__file__).parent / "official_judge.py"


@cache
def python() -> str:
    """Returns an interpreter with line-bot-sdk 3, or skips visibly."""
    found = os.environ.get(VARIABLE) or str(ROOT / ".venv-line" / "bin" / "python")
    works = (
        Path(found).exists()
        and not subprocess.run(
            [found, "-c", "import linebot.v3.messaging"], capture_output=True, check=False
        ).returncode
    )
    if not works:
        pytest.skip("line-bot-sdk is not here: make line-sdk, or set LINE_SDK_PYTHON")
    return found


def judged(bodies: list[dict[str, Any]]) -> list[str | None]:
    lines = "".join(json.dumps(body) + "\n" for body in bodies)
    done = subprocess.run(
        [python(), str(JUDGE)], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def request(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"replyToken": "t", "messages": messages}


def test_the_judge_sees_what_is_wrong() -> None:
    wrong = [
        {"type": "text"},
        {"type": "text", "text": "a", "quickreply": {}},
        {"type": "flex", "altText": "a"},
    ]
    found = judged([request([one]) for one in wrong] + [request([{"type": "text", "text": "a"}])])
    assert all(found[:-1])
    assert found[-1] is None


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(OUTPUTS, min_size=1, max_size=2), min_size=15, max_size=15))
def test_the_official_models_accept_any_turn(turns: list[list[dict[str, Any]]]) -> None:
    bodies = [request(messages[:5]) for outputs in turns if (messages := turn(outputs)[0])]
    assert [one for one in judged(bodies) if one] == []


def test_the_official_models_accept_a_plan() -> None:
    answer = Answer(kind="plan", lead=CARD.summary, cards=(CARD, CARD))
    buttons = [{"title": "とても長い選択肢の見出しなのでボタンには入らない", "payload": "/a"}]
    output = {"text": to_plain_text(answer), "custom": answer.dict(), "buttons": buttons}
    assert judged([request(turn([output])[0])]) == [None]
