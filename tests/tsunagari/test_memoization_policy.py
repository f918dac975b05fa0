from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tsunagari import light_imports

light_imports.install()

from rasa.core.policies.memoization import MemoizationPolicy  # noqa: E402

from tsunagari.memoization_policy import ReadableMemoizationPolicy  # noqa: E402

STATES: list[dict[str, Any]] = [
    {},
    {"user": {"intent": "inform"}, "prev_action": {"action_name": "action_listen"}},
    {"prev_action": {"action_name": "form"}, "active_loop": {"name": "form"}},
]


def test_what_the_stock_policy_memorised_is_found_again() -> None:
    config = {**MemoizationPolicy.get_default_config(), "enable_feature_string_compression": True}
    stock = object.__new__(MemoizationPolicy)
    stock.config = config
    lookup = {stock._create_feature_key(STATES[:end]): f"action_{end}" for end in (1, 2, 3)}
    served = ReadableMemoizationPolicy(
        config, None, None, SimpleNamespace(is_finetuning=False), lookup=lookup
    )
    for end in (1, 2, 3):
        assert served._recall_states(STATES[:end]) == f"action_{end}"
    assert served._recall_states(STATES[1:]) is None
    assert served._recall_states([]) is None
