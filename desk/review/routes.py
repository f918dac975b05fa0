"""Addresses of the review pages: everybody at the desk may read, administrators change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sanic import Blueprint, Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages.desk import DeskPages
from desk.pages.routes import DeskRoutes
from desk.review.draft_pages import DraftPages
from desk.review.publish_pages import PublishPages
from desk.review.record_deeds import RecordDeeds
from desk.review.record_pages import RecordPages
from desk.review.review import HOME, Review
from desk.review.sheet_pages import LONGEST_APPLICATION, LONGEST_UPLOAD, SheetPages


def install(app: Sanic, routes: DeskRoutes, pages: DeskPages, review: Review) -> None:
    """Add the pages to the server."""
    blueprint = Blueprint("review", url_prefix=HOME)
    records, publish = RecordPages(pages, review), PublishPages(pages, review)
    deeds = RecordDeeds(pages, review, records)
    sheets, drafts = SheetPages(pages, review), DraftPages(pages, review, records)

    def add(
        path: str, handler: Callable[..., Any], method: str = "GET", longest: int | None = None
    ) -> None:
        guard = routes.for_staff if method == "GET" else routes.for_administrators

        async def exists(request: Request, **parts: str) -> HTTPResponse:
            if not pages.accounts.any_active():
                raise NotFound("the desk has no accounts")
            if longest is not None and not await routes.take_in(request, longest):
                refuse = routes.for_administrators(sheets.too_large, changes=False)
                refused: HTTPResponse = await refuse(request)
                return refused
            # Reading changed files takes a moment: turns of the bot go on meanwhile.
            await asyncio.to_thread(review.records.items)
            response: HTTPResponse = await guard(handler)(request, **parts)
            return response

        name = f"{handler.__self__.__class__.__name__}_{handler.__name__}_{method}"  # type: ignore[attr-defined]
        blueprint.add_route(exists, path, methods=[method], name=name, stream=longest is not None)

    add("/", records.overview)
    add("/new", records.new)
    add("/new/<kind:str>", records.new_of)
    add("/new/<kind:str>", deeds.add, "POST")
    add("/records/<name:str>", records.record)
    add("/records/<name:str>", deeds.save, "POST")
    add("/records/<name:str>/retire", deeds.retire, "POST")
    add("/preview/<kind:str>", deeds.preview, "POST")
    add("/citations", records.citations)
    add("/history", records.history)
    add("/drafts", drafts.overview)
    add("/drafts/<number:str>", drafts.draft)
    add("/drafts/<number:str>/reject", drafts.reject, "POST")
    add("/sheet", sheets.overview)
    add("/sheet/<name:str>", sheets.download)
    add("/sheet", sheets.upload, "POST", LONGEST_UPLOAD)
    add("/sheet/apply", sheets.apply, "POST", LONGEST_APPLICATION)
    add("/publish", publish.overview)
    add("/publish", publish.prepare, "POST")
    add("/rollback", publish.rollback, "POST")
    add("/publish/<candidate_id:str>", publish.candidate)
    add("/publish/<candidate_id:str>/<action:str>", publish.act, "POST")
    app.blueprint(blueprint)
