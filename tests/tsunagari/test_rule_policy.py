from __future__ import annotations

import json
import random
from typing import Any

from tsunagari import light_imports

light_imports.install()

from rasa.core.policies.rule_policy import RulePolicy  # noqa: E402

from tsunagari.rule_policy import IndexedRulePolicy, _RuleIndex  # noqa: E402

ACTIONS = ["action_listen", "action_a", "action_b", "consultation_form"]
INTENTS = ["inform", "greet", "ask"]
UNSET = "should_not_be_set"


def random_state(random: random.Random, rule: bool) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if random.random() < 0.9:
        state["prev_action"] = {"action_name": random.choice(ACTIONS)}
    if random.random() < 0.7:
        state["user"] = {"intent": random.choice(INTENTS)}
    if random.random() < 0.4:
        names = ["consultation_form", UNSET] if rule else ["consultation_form"]
        state["active_loop"] = {"name": random.choice(names)}
    if rule and random.random() < 0.1:
        state["prev_action"] = {"action_name": UNSET}
    if rule and random.random() < 0.1:
        state["user"] = {"intent": UNSET}
    return state


def test_the_index_never_changes_which_rules_apply() -> None:
    chance = random.Random(7)
    lookup = {
        json.dumps(
            [random_state(chance, True) for _ in range(chance.randint(1, 4))], sort_keys=True
        ): "x"
        for _ in range(300)
    }
    stock, indexed = object.__new__(RulePolicy), object.__new__(IndexedRulePolicy)
    found = 0
    for _ in range(500):
        states = [random_state(chance, False) for _ in range(chance.randint(1, 6))]
        expected = stock._get_possible_keys(lookup, states)
        assert indexed._get_possible_keys(lookup, states) == expected
        found += bool(expected)
    assert found > 100
    assert indexed._get_possible_keys(lookup, []) == set(lookup)


def test_two_lookups_do_not_mix() -> None:
    policy = object.__new__(IndexedRulePolicy)
    state = {"prev_action": {"action_name": "action_a"}}
    one, two = {json.dumps([state]): "x"}, {json.dumps([state, state]): "y"}
    for _ in range(2):
        assert policy._get_possible_keys(one, [state, state]) == set(one)
        assert policy._get_possible_keys(two, [state, state]) == set(two)


def test_words_are_asked_for_only_where_a_rule_could_follow_from_them() -> None:
    def follows(**state: Any) -> bool:
        return _RuleIndex({json.dumps([state]): "x"}).follows_words

    heard = {"action_name": "action_listen"}
    assert follows(prev_action=heard)
    assert follows(prev_action=heard, user={"text": "こんにちは"})
    assert follows(user={"text": "こんにちは"})
    assert not follows(prev_action=heard, user={"intent": "greet"})
    assert not follows(prev_action={"action_name": "action_a"})
