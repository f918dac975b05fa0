"""Every intent has examples, a rule, an answer and a test; every phrase is used."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.analysis import Analyser

ROOT = Path(__file__).resolve().parent.parent.parent
_DECLINED = ("ask_capability", "ask_bot", "chitchat", "out_of_scope", "insult", "not_helpful")
PAYLOAD_ONLY = {"reopen_slot", "nlu_fallback"}
DEFAULT_ACTIONS = {"action_deactivate_loop", "action_listen"}
FEWEST_EXAMPLES = 15
ANNOTATION = re.compile(r"\[(?P<text>[^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@cache
def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def intents() -> list[str]:
    declared: list[str] = load("domain.yml")["intents"]
    return declared


@cache
def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data").rglob("*.yml")):
        for entry in load(path.relative_to(ROOT).as_posix()).get("nlu", ()):
            if "intent" in entry:
                lines = entry["examples"].splitlines()
                found.setdefault(entry["intent"], []).extend(line[2:] for line in lines if line)
    return found


def steps(name: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in load(name)[key]:
        for step in one["steps"]:
            found += step.get("or", [step])
    return found


@cache
def all_steps() -> tuple[dict[str, Any], ...]:
    return tuple(steps("data/rules.yml", "rules") + steps("data/stories.yml", "stories"))


@cache
def action_code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))


@pytest.mark.parametrize("intent", [one for one in intents() if one not in PAYLOAD_ONLY])
def test_intent_has_examples(intent: str) -> None:
    assert len(examples().get(intent, [])) >= FEWEST_EXAMPLES


def test_no_examples_of_unknown_intents() -> None:
    assert set(examples()) <= set(intents())


def test_no_example_stands_twice_or_under_two_intents() -> None:
    seen: dict[str, str] = {}
    for intent, lines in examples().items():
        for line in lines:
            plain = ANNOTATION.sub(lambda match: match["text"], line)
            assert plain not in seen, f"{plain}: {intent}, {seen[plain]}"
            seen[plain] = intent


@pytest.mark.parametrize("intent", intents())
def test_intent_has_a_rule(intent: str) -> None:
    assert intent in {step.get("intent") for step in all_steps()}


@pytest.mark.parametrize("intent", [one for one in intents() if one not in PAYLOAD_ONLY])
def test_intent_has_a_held_out_test(intent: str) -> None:
    lines = (ROOT / "tests/heldout/nlu.jsonl").read_text(encoding="utf-8").splitlines()
    assert intent in {json.loads(line)["intent"] for line in lines}


def test_held_out_utterances_are_not_trained_on() -> None:
    lines = (ROOT / "tests/heldout/nlu.jsonl").read_text(encoding="utf-8").splitlines()
    held_out = {json.loads(line)["text"] for line in lines}
    trained = {
        ANNOTATION.sub(lambda match: match["text"], line)
        for some in examples().values()
        for line in some
    }
    # Greetings and single names are too short to be written twice by anything but need.
    assert not {one for one in held_out & trained if len(one) > 8}


def test_every_action_of_a_rule_exists() -> None:
    domain = load("domain.yml")
    known = {*domain["actions"], *domain["responses"], *domain["forms"], *DEFAULT_ACTIONS}
    used = {step["action"] for step in all_steps() if "action" in step}
    assert used <= known


def test_every_action_is_implemented() -> None:
    for name in load("domain.yml")["actions"]:
        slot = name.removeprefix("action_ask_consultation_form_")
        written = f'"{name}"' in action_code() or f'slot = "{slot}"' in action_code()
        assert written, name


def test_every_response_is_used() -> None:
    named = {step["action"] for step in all_steps() if "action" in step}
    patterns = [
        re.compile(re.sub(r"\{[^}]+\}", "[a-z_]+", one))
        for one in re.findall(r'"(utter_[a-z_{}.]+)"', action_code())
        if one != "utter_{intent}"
    ]
    # ActionDecline answers these intents with the response of the same name.
    named |= {f"utter_{one}" for one in _DECLINED}
    for response in load("domain.yml")["responses"]:
        used = response in named or any(one.fullmatch(response) for one in patterns)
        asked = response.startswith("utter_ask_")
        assert used or asked, response


def test_annotated_spans_align_with_tokens() -> None:
    analyser = Analyser()
    for lines in examples().values():
        for line in lines:
            plain, spans = _plain(line)
            tokens = analyser.tokens(plain)
            starts = {token.start for token in tokens}
            ends = {token.end for token in tokens}
            for start, end in spans:
                assert start in starts and end in ends, f"{line}: {plain[start:end]}"


def _plain(line: str) -> tuple[str, list[tuple[int, int]]]:
    plain, spans, at = "", [], 0
    for match in ANNOTATION.finditer(line):
        plain += line[at : match.start()]
        spans.append((len(plain), len(plain) + len(match["text"])))
        plain += match["text"]
        at = match.end()
    return plain + line[at:], spans
