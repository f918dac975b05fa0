"""`/health`, `/ready` and `/metrics`."""

from __future__ import annotations

import hmac
import ipaddress
import os

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from conversations.telemetry import observe, stop_observing
from tsunagari.assembly import Application
from tsunagari.operation.metrics import Metrics
from tsunagari.operation.readiness import Readiness
from tsunagari.operation.tracing import Tracing, tracing_wanted
from tsunagari.versions import versions_of

TOKEN = "TSUNAGARI_METRICS_TOKEN"
_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def install(app: Sanic, application: Application) -> None:
    """Register the routes and watch the stages of turns while the server runs."""
    readiness = Readiness(application)
    metrics = Metrics(application.database, application.cluster, lambda: versions_of(application))
    observers: list[Metrics | Tracing] = [metrics]
    if tracing_wanted():
        tracing = Tracing()
        tracing.follow_requests(app)
        observers.append(tracing)
    for observer in observers:
        observe(observer)

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return json(readiness.alive())

    @app.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        able, state = await readiness.check()
        # Versions and what is away help an attacker too: outsiders learn one word.
        shown = state if allowed(request) else {"status": state["status"]}
        return json(shown, status=200 if able else 503, ensure_ascii=False)

    @app.get("/metrics")
    async def exposed(request: Request) -> HTTPResponse:
        if not allowed(request):
            return json({"error": "not found"}, status=404)
        return raw(metrics.exposed(), content_type=_TEXT_FORMAT)

    @app.before_server_stop
    async def leave(_app: Sanic, _loop: object) -> None:
        readiness.stopping = True

    @app.after_server_stop
    async def stop_watching(_app: Sanic, _loop: object) -> None:
        for observer in observers:
            stop_observing(observer)
            if isinstance(observer, Tracing):
                observer.close()


def allowed(request: Request) -> bool:
    """Return whether a request may see the inside.

    With the token of `TSUNAGARI_METRICS_TOKEN`; without one set, from this machine itself, and
    not through a proxy, whose visitors would look the same.
    """
    token = os.environ.get(TOKEN)
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False
