"""`/sitemap.xml` and `/knowledge/changes.atom`: what is public, and when it changed."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from knowledge.library.changes import Changes
from knowledge.store import Store
from tsunagari.addresses import own_address
from tsunagari.change_feeds import atom, sitemap

_CACHING = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
_MOST = 100


def install(app: Sanic, library: Path, public_url: str | None) -> None:
    """Add both pages to the server.

    Args:
        app: The server.
        library: File the changes are kept in.
        public_url: Address of the server as the world knows it; else that of the request.
    """
    changes = Changes(library)

    @lru_cache(maxsize=1)
    def noted(_version: str) -> bool:
        """Compares the records with the last look, once for each state of them."""
        changes.note(_store())
        return True

    def made(kind: str, base: str) -> bytes:
        store = _store()
        noted(store.version)
        if kind == "sitemap":
            return sitemap(store, changes.last_changed(), base).encode()
        return atom(changes.listed(limit=_MOST), base).encode()

    async def answer(request: Request, kind: str, media: str) -> HTTPResponse:
        base = (public_url or own_address(request)).rstrip("/")
        # Files are read and compared: not on the loop that answers people.
        body = await asyncio.get_running_loop().run_in_executor(None, made, kind, base)
        return raw(body, content_type=media, headers=_CACHING)

    @app.get("/sitemap.xml")
    async def sitemap_xml(request: Request) -> HTTPResponse:
        return await answer(request, "sitemap", "application/xml; charset=utf-8")

    @app.get("/knowledge/changes.atom")
    async def changes_atom(request: Request) -> HTTPResponse:
        return await answer(request, "atom", "application/atom+xml; charset=utf-8")


def _store() -> Store:
    """Return the knowledge the actions stand on now."""
    from actions.resources import knowledge

    return knowledge().store
