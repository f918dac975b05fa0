from __future__ import annotations

import subprocess
import sys

import pytest

_SERVER = """
import asyncio, os, signal, socket, sys
from sanic import Sanic
from tsunagari.termination import run_until_signalled

app = Sanic("t", configure_logging=False)

@app.get("/")
async def page(_request):
    ...

@app.after_server_start
async def busy(_app, loop):
    if {moment!r} == "while busy":
        os.kill(os.getpid(), signal.{name})
        await asyncio.sleep(0.1)
    elif {moment!r} == "at the end":
        os.kill(os.getpid(), signal.{name})
    else:
        loop.call_later(0.2, os.kill, os.getpid(), signal.{name})
    print("started", flush=True)

@app.after_server_stop
async def close(_app, _loop):
    print("closed", flush=True)

listener = socket.create_server(("127.0.0.1", 0))
run_until_signalled(app, listener)
print("ended", flush=True)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("moment", ["while busy", "at the end", "later"])
def test_a_signal_ends_the_server_in_order_whenever_it_comes(name: str, moment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SERVER.format(name=name, moment=moment)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.stdout.split() == ["started", "closed", "ended"], done.stderr
    assert done.returncode == 0
