"""Ending the server on SIGTERM and SIGINT, also in the moment it has just started.

Sanic's own handler stops the event loop at once. While the start-up listeners run, that loop
runs only until they are done: there a stop either breaks them off with an error or is used up,
and then the server stays and ignores every further signal.
"""

from __future__ import annotations

import asyncio
import signal
import socket

from sanic import Sanic

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STARTED_SECONDS = 0.05
"""After the last listener: by then the loop runs for the server, not for the listeners."""


def run_until_signalled(app: Sanic, listener: socket.socket) -> None:
    """Serve until a signal asks to end, then end in order.

    Args:
        app: With all its listeners: the one added here must be the last.
        listener: The bound socket.
    """
    asked = asyncio.Event()

    @app.before_server_start
    async def listen(_app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        for number in _SIGNALS:
            loop.add_signal_handler(number, asked.set)

    @app.after_server_start
    async def watch(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        app.add_task(_end(app, asked))

    app.run(sock=listener, access_log=False, motd=False, debug=False, register_sys_signals=False)


async def _end(app: Sanic, asked: asyncio.Event) -> None:
    await asked.wait()
    await asyncio.sleep(_STARTED_SECONDS)
    app.stop()
