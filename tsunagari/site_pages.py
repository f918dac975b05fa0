"""The pages of the website: demo page, embedding guide, public knowledge pages."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic.exceptions import NotFound
from sanic.request import Request

from tsunagari.addresses import own_address
from tsunagari.knowledge_views import KnowledgeViews
from tsunagari.record_finder import Findings, RecordFinder
from tsunagari.web_files import (
    ASSET_HEADERS,
    CONTENT_TYPES,
    WIDGET_HEADERS,
    Body,
    page_headers,
    read_body,
)

PROJECT = Path(__file__).resolve().parent.parent
SITE = PROJECT / "site"
WIDGET = PROJECT / "widget" / "dist"
MAX_QUERY = 200
_HTML = CONTENT_TYPES[".html"]
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
