"""A plain runner for Rasa's prediction graph: no dask, no scheduling, same results.

A prediction graph is a small fixed DAG. dask plans it anew on every message, which costs as
much as a light pipeline's whole parse. Here the order is worked out once per target.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import RasaException

_Results = dict[str, Any]
_Call = Callable[[_Results], Any]


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
        self._orders: dict[tuple[str, ...], list[tuple[str, _Call]]] = {}

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

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, _Call]]:
        """Return the calls of the needed nodes, each after everything it needs."""
        if targets in self._orders:
            return self._orders[targets]
        needs = {
            name: tuple(node.needs.values())
            for name, node in self._schema.minimal_graph_schema(list(targets)).nodes.items()
        }
        order: list[tuple[str, _Call]] = []
        done: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done or name not in needs:
                return
            if name in path:
                raise GraphRunError(f"The graph has a cycle through '{name}'.")
            for parent in needs[name]:
                visit(parent, (*path, name))
            done.add(name)
            order.append((name, _call_of(self._nodes[name], needs[name])))

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
        for name, call in self._order(wanted):
            results[name] = call(results)
        return {name: results[name] for name in wanted}


def _call_of(node: GraphNode, parents: tuple[str, ...]) -> _Call:
    """Return what runs a node on the results so far."""

    def whole(results: _Results) -> Any:
        received = [(parent, results[parent]) for parent in parents if parent in results]
        return node(*received)[1]

    if not node._eager or node._hooks:
        return whole
    # The component is loaded and nobody watches: what `GraphNode` does for each run comes to this.
    run, inputs = partial(node._fn, node._component), node._inputs
    parameter, provider = next(iter(inputs.items())) if len(inputs) == 1 else ("", "")

    def bare(results: _Results) -> Any:
        try:
            if provider:
                return run(**{parameter: results[provider]})
            return run(**{name: results[source] for name, source in inputs.items()})
        except RasaException:
            raise
        except Exception as error:
            raise GraphComponentException(
                f"Error running graph component for node {node._node_name}."
            ) from error

    return bare
