"""The sets themselves: whole, unique, well formed."""

from __future__ import annotations

import json
import re

import pytest

from .folding import fold
from .score import load
from .verdicts import HEADINGS

FLOORS = {
    "first": {"nlu": 450, "facts": 350, "honest": 120, "profiles": 80},
    "second": {"facts": 340, "honest": 120, "profiles": 50, "context": 40},
    "third": {"facts": 200, "honest": 80, "profiles": 30, "context": 24},
    "fourth": {"facts": 120, "honest": 50, "profiles": 20, "context": 24},
    "fifth": {"facts": 160, "honest": 40, "profiles": 30, "context": 50},
}


@pytest.mark.parametrize(
    ("collection", "name"), [(one, name) for one, sets in FLOORS.items() for name in sets]
)
def test_set_is_whole(collection: str, name: str) -> None:
    cases = load(name, collection)
    assert len(cases) >= FLOORS[collection][name]
    assert len({case["id"] for case in cases}) == len(cases)
    texts = [
        json.dumps(
            case.get("text") or case.get("question") or case.get("messages") or case["turns"]
        )
        for case in cases
    ]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("collection", FLOORS)
def test_patterns_compile(collection: str) -> None:
    for case in load("facts", collection):
        assert case["cite"] in HEADINGS
        assert case["expect_all"] or case["expect_any"]
        for pattern in [*case["expect_all"], *case["expect_any"], *case["forbid"]]:
            re.compile(fold(pattern))
    for case in load("honest", collection):
        for key in ("expect_any", "who_can_help_any", "forbid", "allow_numbers"):
            for pattern in case.get(key, []):
                re.compile(fold(pattern))
    for case in load("profiles", collection):
        for patterns in case["expect"].values():
            for pattern in patterns:
                re.compile(fold(pattern))


INTENTS = {
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "skip",
    "start_over",
    "resume",
    "start_consultation",
    "inform",
    "correct",
    "change_conditions",
    "ask_plan",
    "ask_why",
    "show_sheet",
    "ask_record",
    "ask_attribute",
    "list_records",
    "find_hub",
    "find_scheme",
    "find_desk",
    "find_record",
    "compare",
    "ask_status",
    "ask_source",
    "ask_document",
    "request_human",
    "delete_data",
    "not_helpful",
    "ask_capability",
    "ask_bot",
    "insult",
    "chitchat",
    "ask_outside",
    "out_of_scope",
    "nlu_fallback",
}
VALUES = {
    "record": r"[a-z_]+\.[a-z0-9_]+",
    "country": r"country\.[a-z_]+",
    "attribute": r"[a-z_]+",
    "prefecture": r"北海道|.+[都府県]",
    "industry": r"[a-z]+",
    "purpose": r"[a-z_]+",
    "stage": r"collecting|planning|feasibility|preparing|operating",
    "applicant": r"sme|large|municipality|organisation",
}


def test_utterances_name_known_intents_and_well_formed_values() -> None:
    cases = load("nlu")
    assert {case["intent"] for case in cases} == INTENTS
    for case in cases:
        assert {*case.get("accept", []), *case.get("clauses", [])} <= INTENTS
        for entity in case["entities"]:
            assert re.fullmatch(VALUES[entity["entity"]], entity["value"]), case["id"]
