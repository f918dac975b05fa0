"""What every request to the web channel passes: whose it is, and how its page is answered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.web import bodies
from channels.web.channel import WebChannel
from channels.web.errors import WebError, as_web_error, error_response
from channels.web.visitors import Visitor
from conversations.database import STORE_AWAY
from conversations.database_problems import explained

logger = logging.getLogger(__name__)

Handler = Callable[..., Awaitable["HTTPResponse | None"]]


class Door:
    """Lets requests in and their answers out."""

    def __init__(self, channel: WebChannel) -> None:
        """Create it for the channel behind."""
        self._channel = channel

    def guarded(self, handler: Handler) -> Handler:
        """Turn errors into answers of the contract, readable for the page that asked."""

        @wraps(handler)
        async def guard(request: Request, **arguments: Any) -> HTTPResponse | None:
            try:
                response = await handler(request, **arguments)
            except (WebError, SanicException) as error:
                response = error_response(as_web_error(error))
            except STORE_AWAY as error:
                logger.error("The store cannot be used: %s", explained(error))
                response = error_response(as_web_error(error))
            except Exception:
                logger.exception("A request to the web channel failed")
                response = error_response(WebError(500, "internal"))
            if response is not None:
                response.headers.update(self.headers(request))
            return response

        return guard

    def headers(self, request: Request) -> dict[str, str]:
        """Return what every answer carries."""
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Origin",
            "X-Content-Type-Options": "nosniff",
        }
        origin = origin_of(request)
        if origin is not None and self.knows(request):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"
        return headers

    def knows(self, request: Request) -> bool:
        """Return whether the page that asks is on a site of ours."""
        origin = origin_of(request)
        return origin is not None and self._channel.config.sites.knows(origin, host_of(request))

    def address(self, request: Request) -> str:
        """Return what stands for the client's address in limits."""
        # Several headers of the name are one list, in their order.
        forwarded = ", ".join(request.headers.getall("x-forwarded-for", []))
        return self._channel.config.clients.key(str(request.ip or ""), forwarded)

    def visitor(self, request: Request) -> Visitor:
        """Return who asks, counted.

        Raises:
            WebError: 401, 403 or 429.
        """
        address, origin = self.address(request), origin_of(request)
        limits = self._channel.config.limits
        if request.method == "GET":
            self._channel.limit("reads", address, limits.reads)
        else:
            self._channel.limit("ip", address, limits.ip)
            if origin is None:
                raise WebError(403, "origin_not_allowed")
        authorization = request.headers.getone("authorization", None)
        return self._channel.visitor(authorization, origin, host_of(request), address)


def host_of(request: Request) -> str:
    """Return the host a request was sent to."""
    return str(request.headers.getone("host", ""))


def origin_of(request: Request) -> str | None:
    """Return which website a request comes from; None where the browser does not say."""
    origin = request.headers.getone("origin", None)
    return None if origin is None else str(origin)


def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        WebError: 400 or 413.
    """
    return bodies.parse(request.body, request.headers.getone("content-type", ""))
