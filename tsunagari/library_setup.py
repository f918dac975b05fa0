"""Keeping the search over ingested documents up to date while the server runs."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from knowledge.library import open_library


def install(app: Sanic) -> None:
    """Look for newly ingested documents twice a second, beside the turns."""

    @app.after_server_start
    async def watch_library(_app: Sanic, _loop: Any) -> None:
        app.ctx.library_watch = open_library().watch()

    @app.before_server_stop
    async def leave_library(_app: Sanic, _loop: Any) -> None:
        app.ctx.library_watch.set()
