from __future__ import annotations

from typing import Any

import pytest

from tsunagari import light_imports

light_imports.install()

from rasa.engine.exceptions import GraphRunError  # noqa: E402
from rasa.engine.graph import (  # noqa: E402
    ExecutionContext,
    GraphComponent,
    GraphSchema,
    SchemaNode,
)
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402

from tsunagari.graph_runner import PlainGraphRunner  # noqa: E402


class Join(GraphComponent):
    """Joins its inputs, so that the result shows the order and number of calls."""

    calls = 0

    @classmethod
    def create(cls, config: dict[str, Any], *_arguments: Any, **_named: Any) -> Join:
        component = cls()
        component.name = config["name"]  # type: ignore[attr-defined]
        return component

    def run(self, a: str = "", b: str = "") -> str:
        Join.calls += 1
        return f"{self.name}({a},{b})"  # type: ignore[attr-defined]


def node(name: str, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs,
        uses=Join,
        constructor_name="create",
        fn="run",
        config={"name": name},
        eager=True,
        is_target=False,
    )


SCHEMA = GraphSchema(
    {
        "last": node("last", a="left", b="right"),
        "left": node("left", a="first"),
        "right": node("right", a="first", b="__message__"),
        "first": node("first", a="__message__"),
        "unused": node("unused", a="first"),
    }
)


def create(runner: Any) -> Any:
    return runner.create(SCHEMA, None, ExecutionContext(SCHEMA))


def test_results_equal_those_of_dask() -> None:
    plain, dask = create(PlainGraphRunner), create(DaskGraphRunner)
    for text in ("x", "y"):
        for targets in (["last"], ["right", "left"], ["first"]):
            inputs = {"__message__": text}
            assert plain.run(inputs, targets) == dask.run(inputs, targets)


def test_only_what_the_target_needs_runs_and_only_once() -> None:
    runner = create(PlainGraphRunner)
    Join.calls = 0
    runner.run({"__message__": "x"}, ["last"])
    assert Join.calls == 4


def test_an_input_named_like_a_node_is_refused() -> None:
    with pytest.raises(GraphRunError, match="left"):
        create(PlainGraphRunner).run({"left": "x"}, ["last"])
