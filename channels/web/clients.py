"""Which address a request comes from, also behind reverse proxies."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_IPV6_PREFIX = 64


class ClientAddresses:
    """Believes `X-Forwarded-For` only as far as trusted proxies wrote it."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        """Create a reader.

        Args:
            trusted: Addresses or networks of the proxies in front of the server.

        Raises:
            ValueError: One is neither.
        """
        self._trusted = tuple(ipaddress.ip_network(one, strict=False) for one in trusted)

    def key(self, peer: str, forwarded_for: str | None) -> str:
        """Return what stands for the client in rate limits.

        The header is read from its end, where the nearest proxy wrote, up to the first address
        that is not a trusted proxy's. An IPv6 client stands for its /64: it owns all of it.

        Args:
            peer: Address of the connection.
            forwarded_for: The `X-Forwarded-For` header.
        """
        client = _address(peer)
        hops = [part.strip() for part in (forwarded_for or "").split(",") if part.strip()]
        while client is not None and hops and self._is_trusted(client):
            further = _address(hops.pop())
            if further is None:
                break
            client = further
        if client is None:
            return peer
        if client.version == 6:
            return str(ipaddress.ip_network((client, _IPV6_PREFIX), strict=False))
        return str(client)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
