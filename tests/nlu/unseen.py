"""Scores a fresh set of utterances: intents, values named, and names that were never said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

UNSEEN = Path(__file__).with_name("unseen_utterances.tsv")
#: Values that name one particular thing: what is found beyond the expected is a false link.
NAMES = frozenset({"record", "country", "prefecture", "city", "region"})
Parse = Callable[[str], dict[str, Any]]
Value = tuple[str, str, "str | None"]


class Case(NamedTuple):
    """One line of the set.

    Attributes:
        style: How it is typed.
        intents: Any of these is right.
        expected: For each value that must be found, the ways to be right.
        open: Entities of which any value may be found.
        text: The utterance.
    """

    style: str
    intents: frozenset[str]
    expected: tuple[frozenset[Value], ...]
    open: frozenset[str]
    text: str


class Outcome(NamedTuple):
    """What became of one case.

    Attributes:
        intent: True where the intent is right.
        missing: Expected values that were not found.
        false: Names found that were not said.
        told: Intent and values that were found, for people.
    """

    intent: bool
    missing: list[str]
    false: list[str]
    told: str

    @property
    def right(self) -> bool:
        """True where nothing is wrong."""
        return self.intent and not self.missing and not self.false


def read(path: Path = UNSEEN) -> list[Case]:
    """Reads the set."""
    return list(_cases(path.read_text("utf-8").splitlines()))


def _cases(lines: list[str]) -> Iterator[Case]:
    for line in lines:
        if not line or line.startswith("#"):
            continue
        style, intents, entities, text = line.split("\t")
        expected, free = [], set()
        for item in entities.split():
            if item == "-":
                continue
            ways = [_value(way) for way in item.split("|")]
            free.update(name for name, value, _ in ways if value in ("?", "*"))
            ways = [way for way in ways if way[1] not in ("?", "*")]
            if ways and "=?" not in item:
                expected.append(frozenset(ways))
        yield Case(
            style,
            frozenset(intents.split("|")),
            tuple(expected),
            frozenset(free),
            text.replace("\\n", "\n"),
        )


def _value(way: str) -> Value:
    role = "excluded" if way.startswith("!") else None
    name, _, value = way.lstrip("!?").partition("=")
    return name, value, role


def score(parse: Parse, case: Case) -> Outcome:
    """Compares what was understood with what was meant."""
    parsed = parse(case.text)
    entities = parsed.get("entities", ())
    found: set[Value] = set()
    for entity in entities:
        role = entity.get("role")
        values = [entity["value"], *entity.get("candidates", ())]
        found.update((entity["entity"], str(value), role) for value in values)
        if entity["entity"] == "city":
            found.add(("prefecture", entity.get("prefecture", ""), role))
    missing = [str(next(iter(ways))) for ways in case.expected if not ways & found]
    meant = {value[1] for ways in case.expected for value in ways}
    false = [
        str(entity["value"])
        for entity in entities
        if entity["entity"] in NAMES - case.open
        and not {entity["value"], entity.get("prefecture"), *entity.get("candidates", ())} & meant
    ]
    intent = parsed["intent"]["name"]
    told = " ".join([intent, parsed["band"], *(f"{e['entity']}={e['value']}" for e in entities)])
    return Outcome(intent in case.intents, missing, false, told)


def by_style(outcomes: list[tuple[Case, Outcome]]) -> dict[str, list[Outcome]]:
    """Groups the outcomes by style, in file order."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for case, outcome in outcomes:
        groups[case.style].append(outcome)
    return dict(groups)
