"""A plain runner for Rasa's prediction graph: no dask, no scheduling, same results.

A prediction graph is a small fixed DAG. dask plans it anew on every message, which costs as
much as a light pipeline's whole parse. Here the order is worked out once per target.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class PlainGraphRunner(GraphRunner):
    """Runs the nodes of a graph one after another in a precomputed topological order."""

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> None:
        self._schema = graph_schema
        self._nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        self._orders: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> PlainGraphRunner:
        """See `GraphRunner.create`."""
        return cls(graph_schema, model_storage, execution_context, hooks)

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Return the needed nodes with their inputs, each after everything it needs."""
        if targets in self._orders:
            return self._orders[targets]
        needs = {
            name: tuple(node.needs.values())
            for name, node in self._schema.minimal_graph_schema(list(targets)).nodes.items()
        }
        order: list[tuple[str, tuple[str, ...]]] = []
        done: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done or name not in needs:
                return
            if name in path:
                raise GraphRunError(f"The graph has a cycle through '{name}'.")
            for parent in needs[name]:
                visit(parent, (*path, name))
            done.add(name)
            order.append((name, needs[name]))

        for name in needs:
            visit(name, ())
        self._orders[targets] = order
        return order

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """See `GraphRunner.run`."""
        wanted = tuple(targets or self._schema.target_names)
        results: dict[str, Any] = dict(inputs or {})
        clashes = results.keys() & self._nodes.keys()
        if clashes:
            raise GraphRunError(f"Inputs clash with node names: {sorted(clashes)}")
        for name, parents in self._order(wanted):
            received = [(parent, results[parent]) for parent in parents if parent in results]
            results[name] = self._nodes[name](*received)[1]
        return {name: results[name] for name in wanted}
