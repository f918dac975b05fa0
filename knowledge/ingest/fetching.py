"""Fetches a page or file from the web: politely, with limits, and never from inside."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import requests

from knowledge.ingest.addresses import Guard, session
from knowledge.ingest.limits import MEGABYTE, megabytes
from knowledge.ingest.rejection import Rejected

AGENT = "tsunagari"
_HEADERS = {
    "User-Agent": f"{AGENT}/1 (knowledge ingest)",
    "Accept": "text/html,application/pdf,application/vnd.openxmlformats-officedocument.*,text/*",
    "Accept-Language": "ja",
}
_PIECE = 64 * 1024
_MOST_ROBOTS = 512 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = frozenset({80, 443})
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
}


@dataclass(frozen=True)
class FetchLimits:
    """Limits of one fetch.

    Attributes:
        connect_seconds: To connect, and between two pieces.
        seconds: For the whole of it.
        file_bytes: Size of what comes, unpacked.
        redirects: How many are followed.
        allowed_hosts: Hosts that may have a private address and any port.
    """

    connect_seconds: float = 15.0
    seconds: float = 120.0
    file_bytes: int = 100 * MEGABYTE
    redirects: int = 5
    allowed_hosts: Collection[str] = field(default=())


@dataclass(frozen=True)
class Fetched:
    """What came.

    Attributes:
        url: Where it was in the end.
        name: File name.
        declared: Media type the server named.
        charset: Encoding it named.
        etag: For the next time.
        last_modified: For the next time.
    """

    url: str
    name: str
    declared: str
    charset: str | None
    etag: str | None
    last_modified: str | None


def canonical(url: str) -> str:
    """Returns an address in its one spelling, without its fragment.

    Raises:
        Rejected: It is no address of the web, or names a user.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Rejected("address") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise Rejected("address")
    if parts.username or parts.password:
        raise Rejected("credentials")
    scheme = parts.scheme.lower()
    shown = f"[{host}]" if ":" in host else host.lower()
    if port and port != {"http": 80, "https": 443}[scheme]:
        shown += f":{port}"
    return urlunsplit((scheme, shown, parts.path or "/", parts.query, ""))


def fetch(
    url: str,
    into: IO[bytes],
    limits: FetchLimits,
    etag: str | None = None,
    last_modified: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fetched | None:
    """Fetches an address into a file.

    Args:
        url: The address, as :func:`canonical` returns it.
        into: Where the bytes go.
        limits: Of this fetch.
        etag: What the server said of what is already there.
        last_modified: The same.
        progress: Told (bytes so far, bytes or 0).

    Returns:
        What came; None where nothing changed (304).

    Raises:
        Rejected: It may not or cannot be fetched; why.
    """
    guard = Guard(limits.allowed_hosts)
    ends = time.monotonic() + limits.seconds
    asked = dict(_HEADERS)
    if etag:
        asked["If-None-Match"] = etag
    if last_modified:
        asked["If-Modified-Since"] = last_modified
    with session(guard) as opened:
        robots: dict[str, Any] = {}
        for _ in range(limits.redirects + 1):
            _check_port(url, guard)
            _check_robots(opened, url, robots, limits, ends)
            with _get(opened, url, asked, limits) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url = _redirected(url, response.headers["location"])
                    continue
                if response.status_code == 304:
                    return None
                _check_status(response.status_code)
                _receive(response, into, limits, ends, progress)
                return _told(url, response)
    raise Rejected("redirects", limit=limits.redirects)


def _get(
    opened: requests.Session, url: str, headers: dict[str, str], limits: FetchLimits
) -> requests.Response:
    try:
        return opened.get(
            url,
            headers=headers,
            timeout=(limits.connect_seconds, limits.connect_seconds),
            allow_redirects=False,
            stream=True,
        )
    except requests.exceptions.SSLError as error:
        raise Rejected("tls") from error
    except requests.exceptions.Timeout as error:
        raise Rejected("timeout", limit=f"{limits.connect_seconds:g}") from error
    except requests.exceptions.RequestException as error:
        raise Rejected("network", why=_why(error)) from error


def _check_port(url: str, guard: Guard) -> None:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    if port not in _PORTS and not guard.allows_any(parts.hostname or ""):
        raise Rejected("port", port=port)


def _redirected(url: str, location: str) -> str:
    target = canonical(urljoin(url, location))
    if url.startswith("https:") and target.startswith("http:"):
        raise Rejected("redirect_down", address=target)
    return target


def _check_status(status: int) -> None:
    if status in {401, 403, 451}:
        raise Rejected("forbidden", status=status)
    if status in {404, 410}:
        raise Rejected("not_found", status=status)
    if status != 200:
        raise Rejected("status", status=status)


def _check_robots(
    opened: requests.Session,
    url: str,
    known: dict[str, Any],
    limits: FetchLimits,
    ends: float,
) -> None:
    """Asks robots.txt (RFC 9309): none means yes, one that cannot be had for now means no."""
    from protego import Protego

    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin not in known:
        known[origin] = Protego.parse(_robots_text(opened, origin, limits, ends))
    if not known[origin].can_fetch(url, AGENT):
        raise Rejected("robots", host=parts.hostname)


def _robots_text(opened: requests.Session, origin: str, limits: FetchLimits, ends: float) -> str:
    address = f"{origin}/robots.txt"
    for _ in range(limits.redirects + 1):
        with _get(opened, address, dict(_HEADERS), limits) as response:
            status = response.status_code
            if status in _REDIRECTS and "location" in response.headers:
                address = _redirected(address, response.headers["location"])
                _check_port(address, Guard(limits.allowed_hosts))
                continue
            if status >= 500 or status == 429:
                raise Rejected("robots_unavailable", host=urlsplit(origin).hostname, why=status)
            return _head(response, ends, limits).decode("utf-8", "replace") if status == 200 else ""
    return ""


def _head(response: requests.Response, ends: float, limits: FetchLimits) -> bytes:
    data = b""
    for piece in _pieces(response, ends, limits):
        data += piece
        if len(data) >= _MOST_ROBOTS:
            break
    return data[:_MOST_ROBOTS]


def _receive(
    response: requests.Response,
    into: IO[bytes],
    limits: FetchLimits,
    ends: float,
    progress: Callable[[int, int], None] | None,
) -> None:
    length = response.headers.get("content-length", "")
    whole = int(length) if length.isdigit() else 0
    if whole > limits.file_bytes:
        raise Rejected("too_big", size=megabytes(whole), limit=megabytes(limits.file_bytes))
    so_far = 0
    for piece in _pieces(response, ends, limits):
        so_far += len(piece)
        if so_far > limits.file_bytes:
            raise Rejected("too_big", size=megabytes(so_far), limit=megabytes(limits.file_bytes))
        into.write(piece)
        if progress is not None:
            progress(so_far, whole)


def _pieces(response: requests.Response, ends: float, limits: FetchLimits) -> Any:
    try:
        for piece in response.iter_content(_PIECE):
            if time.monotonic() > ends:
                raise Rejected("timeout", limit=f"{limits.seconds:g}")
            yield piece
    except requests.exceptions.RequestException as error:
        raise Rejected("network", why=_why(error)) from error


def _told(url: str, response: requests.Response) -> Fetched:
    declared, _, parameters = response.headers.get("content-type", "").partition(";")
    declared = declared.strip().lower()
    charset = re.search(r"charset=[\"']?([\w-]+)", parameters, re.IGNORECASE)
    named = _FILE_NAME.search(response.headers.get("content-disposition", ""))
    name = unquote(named[1]) if named else unquote(PurePosixPath(urlsplit(url).path).name)
    name = PurePosixPath(name.replace("\\", "/")).name or "index"
    if "." not in name:
        name += _EXTENSIONS.get(declared, "")
    return Fetched(
        url,
        name,
        declared,
        charset[1] if charset else None,
        response.headers.get("etag"),
        response.headers.get("last-modified"),
    )


def _why(error: Exception) -> str:
    """Returns what went wrong without addresses of memory and nested class names."""
    text = str(error)
    found = re.search(r"\[Errno -?\d+\] ([^')]+)", text)
    return found[1] if found else type(error).__name__
