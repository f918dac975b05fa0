"""The website: demo page, embedding guide, public knowledge pages, and the widget's files."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint, Sanic
from sanic.exceptions import MethodNotSupported, NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from tsunagari.knowledge_views import KnowledgeViews
from tsunagari.record_finder import Findings, RecordFinder
from tsunagari.web_files import (
    ASSET_HEADERS,
    CONTENT_TYPES,
    IMMUTABLE,
    REVALIDATE,
    SHORT,
    WIDGET_HEADERS,
    Body,
    page_headers,
    read_body,
    respond,
)

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parent.parent
SITE = PROJECT / "site"
WIDGET = PROJECT / "widget" / "dist"
MAX_QUERY = 200
_HTML = CONTENT_TYPES[".html"]
_HOST = re.compile(r"^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$")
_MACHINE_PATHS = re.compile(r"^/(webhooks/|health$|openapi)")
#: Error pages that have words of their own (site/errors.yml); others use the one of 500 or 400.
_GENERAL_ERRORS = {4: 400, 5: 500}


class SiteEntry(Protocol):
    """A website that may show the widget (an entry of sites.yml)."""

    @property
    def key(self) -> str:
        """What its script tag names."""

    @property
    def name(self) -> str:
        """How it is called."""

    @property
    def origins(self) -> Collection[str]:
        """Origins of its pages; `self` is this server."""


class SitePages:
    """Renders the pages of the site.

    Args:
        sites: The websites the embedding guide shows a snippet for.
        public_url: Address of this server as the world knows it; else that of the request.
    """

    def __init__(self, sites: Collection[SiteEntry] = (), public_url: str | None = None) -> None:
        self._sites = sites
        self._public_url = public_url
        self.assets = {
            path.name: read_body(path, ASSET_HEADERS)
            for path in sorted((SITE / "static").iterdir())
        }
        self.widget = {
            path.name: read_body(path, WIDGET_HEADERS)
            for path in sorted(WIDGET.glob("*"))
            if path.suffix in CONTENT_TYPES
        }
        self._errors: dict[int, dict[str, Any]] = yaml.safe_load(
            (SITE / "errors.yml").read_text("utf-8")
        )
        self._embedding: dict[str, Any] = yaml.safe_load(
            (SITE / "embedding.yml").read_text("utf-8")
        )
        self._templates = Environment(
            loader=FileSystemLoader(SITE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = self._asset_address
        self._templates.globals["privacy"] = None
        self._known = lru_cache(maxsize=512)(self._render_known)

    def forget(self, _exchanged: object = None) -> None:
        """Forget what was rendered of a knowledge that was exchanged."""
        self.__dict__.pop("views", None)
        self.__dict__.pop("finder", None)
        self._known.cache_clear()

    @cached_property
    def views(self) -> KnowledgeViews:
        """The knowledge the actions stand on, opened when somebody first looks at it."""
        from actions.resources import knowledge
        from actions.wording import Wording

        opened = knowledge()
        # The compiled safe loader: ten times as fast as the plain one.
        text = (PROJECT / "domain.yml").read_text("utf-8")
        domain = yaml.load(text, Loader=yaml.CSafeLoader)
        return KnowledgeViews(opened.store, Wording(domain))

    @cached_property
    def finder(self) -> RecordFinder:
        """The search over the same knowledge."""
        from actions.resources import knowledge

        opened = knowledge()
        return RecordFinder(opened.store, opened.search)

    def demo(self) -> Body:
        """Return the page of the sample support centre."""
        return self._known("demo.html")

    def embed(self, request: Request) -> Body:
        """Return the embedding guide, with this server's address in its snippets."""
        base = self._public_url or own_address(request)
        return self._page(
            "embed.html",
            scripts=True,
            page="/embed",
            sites=self._sites,
            base=base,
            **self._embedding,
        )

    def knowledge(self, query: str, kind: str) -> Body:
        """Return the list of all records, those of one kind, or what a search found."""
        query = " ".join(query.split())[:MAX_QUERY]
        kind = kind if kind in self.views.kind_labels else ""
        return self._found(query, kind) if query else self._known("knowledge.html", kind)

    def record(self, name: str) -> Body:
        """Return the page of one record.

        Raises:
            NotFound: There is no such record.
        """
        if not self.views.store.has_record(name):
            raise NotFound(f"no record {name}")
        return self._known("record.html", name)

    def source(self, name: str) -> Body:
        """Return the page of one source document.

        Raises:
            NotFound: It is not registered.
        """
        if name not in {document.id for document in self.views.store.documents()}:
            raise NotFound(f"no document {name}")
        return self._known("source.html", name)

    def error(self, status: int) -> Body:
        """Return the page of an error."""
        words = self._errors.get(status) or self._errors[_GENERAL_ERRORS.get(status // 100, 500)]
        return self._page("error.html", False, page="", status=status, **words)

    def link_privacy(self, path: str) -> None:
        """Have every page link the page about personal data, which another room serves."""
        self._templates.globals["privacy"] = path

    def render(self, template: str, **context: Any) -> Body:
        """Return a page of another room in the site's look, without scripts."""
        return self._page(template, **context)

    def _render_known(self, template: str, name: str = "") -> Body:
        """Renders a page that changes only with the knowledge."""
        if template == "demo.html":
            return self._page(template, scripts=True, page="/", widget="loader.js" in self.widget)
        if template == "knowledge.html":
            return self._found("", name)
        views = self.views
        context: dict[str, Any] = {"page": "/knowledge", "store": views.store}
        if template == "record.html":
            record = views.store.record(name)
            context.update(
                record=record,
                note=views.note(record),
                not_researched=views.not_researched,
                kind_label=views.kind_labels[record.kind.value],
                kind_labels=views.kind_labels,
                groups=views.groups(record),
                tables=views.tables(record),
                conditions=views.conditions(record),
                related=views.related(record),
                labels={value.id: value.label for value in views.store.slot_values("applicant")},
            )
        else:
            context.update(document=views.store.document(name), sections=views.sections(name))
        return self._page(template, **context)

    def _found(self, query: str, kind: str) -> Body:
        views = self.views
        found = self.finder.find(query, kind or None) if query else Findings([], [], None)
        return self._page(
            "knowledge.html",
            page="/knowledge",
            store=views.store,
            query=query,
            kind=kind,
            kinds=views.store.slot_values("kind"),
            kind_label=views.kind_labels.get(kind, ""),
            listed=views.listed(kind) if kind and not query else [],
            found=found,
            records=views.listed,
            attribute=views.store.attribute,
            record_count=len(views.store.records()),
            fact_count=len(views.store.facts()),
        )

    def _page(self, template: str, scripts: bool = False, **context: Any) -> Body:
        text = self._templates.get_template(template).render(**context)
        return Body(text.encode(), _HTML, page_headers(scripts))

    def _asset_address(self, name: str) -> str:
        return f"/assets/{name}?v={self.assets[name].version}"


def install(
    app: Sanic, sites: Iterable[SiteEntry] = (), public_url: str | None = None
) -> SitePages:
    """Add the routes and the error pages of the site to the server.

    Args:
        app: The server.
        sites: Websites that may show the widget.
        public_url: Address of the server as the world knows it.
    """
    pages = SitePages(tuple(sites), public_url)
    app.blueprint(blueprint(pages))
    handler = _error_handler(app, pages)
    for problem in (SanicException, Exception):
        app.error_handler.add(problem, handler)
    return pages


def blueprint(pages: SitePages) -> Blueprint:
    """Build the routes."""
    routes = Blueprint("site_pages")

    def get(path: str, name: str, page: Callable[..., Body], caching: str = REVALIDATE) -> None:
        async def serve(request: Request, **parts: str) -> HTTPResponse:
            return respond(request, page(request, **parts), caching)

        routes.add_route(serve, path, methods=["GET", "HEAD"], name=name)

    async def file(request: Request, name: str) -> HTTPResponse:
        bodies = pages.widget if request.path.startswith("/widget/") else pages.assets
        if name not in bodies:
            raise NotFound(f"no file {name}")
        body = bodies[name]
        # An address with the content's own hash can never mean anything else.
        forever = request.args.get("v") == body.version
        return respond(request, body, IMMUTABLE if forever else SHORT)

    get("/", "demo", lambda _request: pages.demo())
    get("/embed", "embed", pages.embed)
    get("/knowledge", "knowledge", lambda request: pages.knowledge(*_search_of(request)))
    get("/knowledge/<record:str>", "record", lambda _request, record: pages.record(record))
    get("/knowledge/sources/<source:str>", "source", lambda _request, source: pages.source(source))
    get("/favicon.ico", "icon", lambda _request: pages.assets["icon.svg"], SHORT)
    for number, path in enumerate(("/assets/<name:str>", "/widget/v1/<name:str>")):
        routes.add_route(file, path, methods=["GET", "HEAD"], name=f"file_{number}")
    return routes


def _search_of(request: Request) -> tuple[str, str]:
    return request.args.get("q", ""), request.args.get("kind", "")


def own_address(request: Request) -> str:
    """Return the address of this server as a request names it; empty for an impossible one."""
    host = request.headers.get("host", "")
    return f"{request.scheme}://{host}" if _HOST.match(host) else ""


def _error_handler(app: Sanic, pages: SitePages) -> Callable[[Request, Exception], Any]:
    def handle(request: Request | None, problem: Exception) -> Any:
        if request is None or _MACHINE_PATHS.match(request.path):
            return app.error_handler.default(request, problem)
        status = getattr(problem, "status_code", 500)
        if status >= 500:
            logger.error("A page failed: %s", request.path, exc_info=problem)
        response = respond(request, pages.error(status), "no-store", status)
        if isinstance(problem, MethodNotSupported):
            response.headers.update(problem.headers)
        return response

    return handle
