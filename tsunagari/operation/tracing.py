"""Traces by OpenTelemetry, from the channel over Rasa and the action to the knowledge.

On only where the standard variable `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; the SDK is
not even imported elsewhere. Spans carry the names of stages, channels and actions: no text, no
id of a conversation.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sanic import Sanic
from sanic.request import Request

from tsunagari import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_NAMES = ("channel", "action")


def tracing_wanted() -> bool:
    """Return whether a collector is configured."""
    return bool(os.environ.get(ENDPOINT))


class Tracing:
    """An `Observer` that makes each stage a span."""

    def __init__(self) -> None:
        """Set the SDK up with its own environment variables (service name, headers, sampler)."""
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say wins over these.
        resource = Resource({"service.name": "tsunagari", "service.version": __version__})
        self._provider = TracerProvider(resource=resource.merge(Resource.create()))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._provider)
        self._tracer: Tracer = self._provider.get_tracer("tsunagari")

    def span(self, name: str, /, **attributes: str) -> AbstractContextManager[object]:
        """See `Observer.span`."""
        marks = {f"tsunagari.{key}": attributes[key] for key in _NAMES if key in attributes}
        return self._tracer.start_as_current_span(f"tsunagari.{name}", attributes=marks)

    def finished(self, name: str, seconds: float, /, **attributes: str) -> None:
        """Nothing: the span has ended itself."""

    def counted(self, name: str, /, **attributes: str) -> None:
        """Nothing: metrics count."""

    def follow_requests(self, app: Sanic) -> None:
        """Continue the trace of whoever sends the request (W3C `traceparent`)."""
        from opentelemetry import context
        from opentelemetry.propagate import extract

        @app.on_request
        async def join(request: Request) -> None:
            if "traceparent" in request.headers:
                context.attach(extract(dict(request.headers)))

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
