"""Traces as a collector receives them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from conversations.telemetry import observe, stop_observing
from tsunagari.assembly import Application
from tsunagari.operation.tracing import ENDPOINT, Tracing


class Collector:
    def __init__(self) -> None:
        self.spans: list[Span] = []
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = ExportTraceServiceRequest.FromString(body)
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        spans.extend(scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector = Collector()
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{collector.server.server_port}")
    yield collector
    collector.server.shutdown()
    collector.server.server_close()


async def test_a_turn_is_one_trace_from_the_channel_to_the_knowledge(
    collector: Collector, application: Application
) -> None:
    from conversations.ports import IncomingMessage

    tracing = Tracing()
    observe(tracing)
    try:
        question = "タイの作業員の賃金は？"
        await application.gate.receive(IncomingMessage("rest:traced", "rest", text=question))
    finally:
        stop_observing(tracing)
        tracing.close()
    spans = {span.name: span for span in collector.spans}
    assert {f"tsunagari.{name}" for name in ("turn", "understand", "act", "look_up", "store")} <= {
        *spans
    }
    turn = spans["tsunagari.turn"]
    assert len({span.trace_id for span in collector.spans}) == 1
    assert spans["tsunagari.understand"].parent_span_id == turn.span_id
    acts = [span for span in collector.spans if span.name == "tsunagari.act"]
    assert spans["tsunagari.look_up"].parent_span_id in {act.span_id for act in acts}
    # Names of stages, channels and actions; nothing a company typed, no id of a conversation.
    values = [mark.value.string_value for span in collector.spans for mark in span.attributes]
    assert not any("賃金" in value or "traced" in value for value in values)
    assert "rest" in values
