"""The address of this server, as a request names it."""

from __future__ import annotations

import re

from sanic.request import Request

_HOST = re.compile(r"^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$")


def own_address(request: Request) -> str:
    """Return the address of this server as a request names it; empty for an impossible one."""
    host = request.headers.get("host", "")
    return f"{request.scheme}://{host}" if _HOST.match(host) else ""
