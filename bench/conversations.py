"""What the users of the benchmark type: the scenarios of tests/conversations, in order."""

from __future__ import annotations

import itertools
import random

import yaml

from bench.paths import ROOT

Conversation = tuple[str, ...]

_SEED = 2014

# One round of look-ups and small talk, repeated to make a conversation long.
ROUND = (
    "MOBIOについて教えて",
    "ベトナムの人口は？",
    "ありがとう",
    "案件化調査はいくらまで？",
)


# Input no user types; the gate turns it away before the dialogue.
_LEFT_OUT = "invalid"


def scenarios() -> list[Conversation]:
    """Read the scenarios' messages, sorted by file.

    Raises:
        ValueError: There are none.
    """
    found = [
        tuple(str(turn["user"]) for turn in entry["turns"])
        for path in sorted((ROOT / "tests" / "conversations").glob("*/*.yml"))
        if path.parent.name != _LEFT_OUT
        for entry in yaml.safe_load(path.read_text("utf-8"))
    ]
    if not found:
        raise ValueError("tests/conversations holds no scenarios")
    return found


def mixed(turns: int) -> list[Conversation]:
    """Return conversations of at least so many messages in all, in a fixed mixed order."""
    known = scenarios()
    random.Random(_SEED).shuffle(known)
    chosen: list[Conversation] = []
    for conversation in itertools.cycle(known):
        if sum(map(len, chosen)) >= turns:
            break
        chosen.append(conversation)
    return chosen
