"""Connects to public addresses only, to exactly the address that was checked.

A name is looked up once; every address it has must be public; the connection goes to the
checked address, while name, certificate and Host header stay those of the URL. So neither a
redirect nor a name server that changes its answer leads inside.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from knowledge.ingest.rejection import Rejected


class Guard:
    """Decides which addresses may be connected to.

    Args:
        allowed_hosts: Names or addresses that may be private: an intranet server the operator
            names on purpose, and the server of the tests.
    """

    def __init__(self, allowed_hosts: Collection[str] = ()) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    def allows_any(self, host: str) -> bool:
        """Says whether the operator named this host."""
        return host.lower() in self._allowed

    def addresses(self, host: str, port: int) -> list[str]:
        """Returns the addresses of a host, all of them checked.

        Raises:
            Rejected: It has none, or one that is not public.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Rejected("unknown_host", host=host) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allows_any(host):
            for address in addresses:
                if not is_public(address):
                    raise Rejected("private", host=host, address=address)
        return addresses


def is_public(address: str) -> bool:
    """Says whether an address is one of the open internet.

    Private, loopback, link-local, shared, multicast and reserved ones are not, nor is an IPv6
    address that stands for such an IPv4 address.
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def session(guard: Guard) -> requests.Session:
    """Returns a session whose every connection goes through the guard.

    Proxies and credentials of the environment are not used: they would lead past it.
    """
    opened = requests.Session()
    opened.trust_env = False
    adapter = _Adapter(guard)
    opened.mount("http://", adapter)
    opened.mount("https://", adapter)
    return opened


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, _guarded(HTTPConnection, self._guard)),
            "https": _pool(HTTPSConnectionPool, _guarded(HTTPSConnection, self._guard)),
        }


def _pool(kind: type[Any], connection: type[Any]) -> type[Any]:
    return type(f"Guarded{kind.__name__}", (kind,), {"ConnectionCls": connection})


def _guarded(kind: type[Any], guard: Guard) -> type[Any]:
    """Returns a connection class that looks the host up through the guard."""

    def _new_conn(self: Any) -> socket.socket:
        problem: OSError | None = None
        for address in guard.addresses(self._dns_host, self.port):
            try:
                return create_connection(
                    (address, self.port),
                    self.timeout,
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                problem = error
        raise NewConnectionError(self, str(problem)) from problem

    return type(f"Guarded{kind.__name__}", (kind,), {"_new_conn": _new_conn})
