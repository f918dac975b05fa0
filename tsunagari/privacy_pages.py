"""HTTP of privacy: the centre's notice, and a person's own data behind a sealed link."""

from __future__ import annotations

import json
from datetime import datetime

from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from channels.web.visitors import WebConfig
from conversations.own_data import OwnData
from conversations.own_data_policy import LINK_MINUTES
from conversations.vault import Sealed, Vault
from tsunagari.privacy_terms import PAGE, Terms
from tsunagari.site_pages import SitePages
from tsunagari.web_files import REVALIDATE, respond

PATH = "/my-data"
PER_MINUTE = 20
_TYPES = {"json": "application/json; charset=utf-8", "md": "text/markdown; charset=utf-8"}
_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class OwnDataLinks:
    """Addresses of pages with a conversation's data; they say nothing of whose they are."""

    def __init__(self, vault: Vault, public_url: str | None) -> None:
        self._vault = vault
        self._base = (public_url or "").rstrip("/")

    def link(self, conversation_id: str) -> str | None:
        """Return the address; None where the channel has no page of its own."""
        if not conversation_id.startswith("web:"):
            return None
        until = int(datetime.now().timestamp()) + LINK_MINUTES * 60
        sealed = self._vault.seal(json.dumps([conversation_id, until]))
        return f"{self._base}{PATH}/{sealed.key_id}.{sealed.text}"

    def opened(self, token: str) -> str | None:
        """Return the conversation of a link; None where it is over or not ours."""
        key_id, _, text = token.partition(".")
        told = self._vault.open(Sealed(key_id, text)) if len(token) < 600 else None
        if told is None:
            return None
        conversation_id, until = json.loads(told)
        return str(conversation_id) if until > datetime.now().timestamp() else None


def install(
    app: Sanic,
    pages: SitePages,
    terms: Terms,
    own_data: OwnData,
    links: OwnDataLinks,
    config: WebConfig,
) -> None:
    """Add the pages to the server.

    Args:
        app: The server.
        pages: Renders in the site's look.
        terms: What the notice says.
        own_data: Collects what is kept.
        links: Opens links.
        config: Whose limiter and idea of client addresses are used.
    """
    pages.link_privacy(PAGE)

    @app.route(PAGE, methods=["GET", "HEAD"], name="privacy")
    async def notice(request: Request) -> HTTPResponse:
        return respond(request, pages.render("privacy.html", page=PAGE, **terms.page), REVALIDATE)

    @app.get(f"{PATH}/<token:str>", name="own_data")
    async def mine(request: Request, token: str) -> HTTPResponse:
        forwarded = ", ".join(request.headers.getall("x-forwarded-for", []))
        address = config.clients.key(str(request.ip or ""), forwarded)
        if config.limiter.take(f"own-data:{address}", PER_MINUTE):
            raise NotFound("too many requests for own data")
        stem, _, extension = token.rpartition(".")
        if extension not in _TYPES:
            stem, extension = token, "html"
        conversation_id = links.opened(stem)
        data = own_data.collect(conversation_id) if conversation_id else None
        if data is None:
            raise NotFound("no such link to own data")
        if extension == "html":
            body = pages.render(
                "own_data.html",
                page="",
                data=data,
                summary=own_data.summary(data),
                address=f"{PATH}/{stem}",
            )
            response = respond(request, body, "no-store")
            response.headers.update(_PRIVATE)
            return response
        if extension == "json":
            text = json.dumps(data, ensure_ascii=False, indent=2)
        else:
            text = own_data.markdown(data)
        return raw(
            text.encode("utf-8", "replace"),
            content_type=_TYPES[extension],
            headers={
                **_PRIVATE,
                "Content-Disposition": f'attachment; filename="my-data.{extension}"',
            },
        )
