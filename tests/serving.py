"""A Sanic application served over loopback, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sanic import Sanic


@asynccontextmanager
async def served(
    app: Sanic, listener: socket.socket, followed: Callable[[], bool] = lambda: False
) -> AsyncIterator[None]:
    """Serve while the block runs.

    Args:
        app: The application.
        listener: Where it listens; bound already.
        followed: Whether somebody still reads a stream, which has to end by itself.
    """
    running = await app.create_server(
        sock=listener, return_asyncio_server=True, access_log=False, debug=False
    )
    await running.startup()
    await running.after_start()
    try:
        yield
    finally:
        # As Sanic's own shutdown does: streams end by themselves, idle connections are cut.
        await running.before_stop()
        await running.close()
        while followed():
            await asyncio.sleep(0.01)
        for connection in list(running.connections):
            connection.close()
        await running.after_stop()
