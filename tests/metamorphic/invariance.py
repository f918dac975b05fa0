"""Measures how often the meaning found in an utterance survives a rewrite."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.metamorphic.rewrites import REWRITES, rewrites

Parse = Callable[[str], dict[str, Any]]

HELD_OUT = Path(__file__).parent.parent / "heldout" / "nlu.jsonl"
#: Seeds are plainly typed: a rewrite of a misspelling would measure two phenomena at once.
PLAIN = frozenset({"普通", "口語", "敬語", "一語", "間接", "否定", "二問", "略語", "長文"})
SEEDS_PER_INTENT = 10
#: Phenomena that few utterances show get further seeds, up to so many.
LEAST_PAIRS = 40
#: The company's own words change with their spelling; every other value must not.
COMPARED = frozenset(
    {
        "applicant",
        "attribute",
        "country",
        "industry",
        "prefecture",
        "purpose",
        "record",
        "stage",
    }
)
#: Property that 何ですか stands for: part of the ending that a rewrite changes.
QUESTION_WORD = "overview"


@dataclass
class Invariance:
    """Outcome of one phenomenon.

    Attributes:
        pairs: Seeds it could be applied to.
        intent: How many kept their intent.
        entities: How many kept their entity values.
        broken: Seed, rewrite, and what was understood of each, where something changed.
    """

    pairs: int = 0
    intent: int = 0
    entities: int = 0
    broken: list[tuple[str, str, str, str]] = field(default_factory=list)


def seeds() -> list[dict[str, Any]]:
    """Returns a deterministic sample of the held-out utterances.

    Every intent is in it, and so many utterances for each phenomenon that one of them weighs
    little.
    """
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in HELD_OUT.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["text"].strip():
            groups[item["intent"]].append(item)
    chosen, others = [], []
    for _, items in sorted(groups.items()):
        items.sort(key=lambda item: (item["phenomenon"] not in PLAIN, _order(item["id"])))
        chosen += items[:SEEDS_PER_INTENT]
        others += items[SEEDS_PER_INTENT:]
    shown = Counter(name for item in chosen for name in _phenomena(item))
    for item in others:
        phenomena = _phenomena(item)
        if item["phenomenon"] in PLAIN and any(shown[name] < LEAST_PAIRS for name in phenomena):
            chosen.append(item)
            shown.update(phenomena)
    return chosen


def _phenomena(item: dict[str, Any]) -> list[str]:
    return [name for name, _ in rewrites(item["text"], item["intent"])]


def measure(parse: Parse, chosen: Iterable[dict[str, Any]]) -> dict[str, Invariance]:
    """Rewrites every seed by every phenomenon and compares what is understood.

    Args:
        parse: Understands one message (intent, entities).
        chosen: Lines of the held-out set.

    Returns:
        The outcome of each phenomenon, in the order of the rewrites.
    """
    found: dict[str, Invariance] = defaultdict(Invariance)
    for seed in chosen:
        before = parse(seed["text"])
        right = {before["intent"]["name"], seed["intent"], *seed.get("accept", ())}
        for name, rewritten in rewrites(seed["text"], seed["intent"]):
            after = parse(rewritten)
            same_intent = after["intent"]["name"] in right
            same_entities = values(after) == values(before)
            outcome = found[name]
            outcome.pairs += 1
            outcome.intent += same_intent
            outcome.entities += same_entities
            if not (same_intent and same_entities):
                outcome.broken.append((seed["text"], rewritten, told(before), told(after)))
    return {name: found[name] for name in REWRITES if name in found}


def values(parsed: dict[str, Any]) -> frozenset[tuple[str, str, str | None]]:
    """Returns the entity values of a parse, without places and spellings."""
    return frozenset(
        (entity["entity"], str(entity["value"]), entity.get("role"))
        for entity in parsed.get("entities", ())
        if entity["entity"] in COMPARED and entity["value"] != QUESTION_WORD
    )


def told(parsed: dict[str, Any]) -> str:
    """Returns intent and entity values of a parse in one line."""
    return " ".join([parsed["intent"]["name"], *sorted(str(one[1]) for one in values(parsed))])


def _order(name: str) -> int:
    return zlib.crc32(name.encode())
