"""The pages on which drafts of the ingestion become records, or are put aside."""

from __future__ import annotations

from typing import Any

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review.form_values import one, values_of
from desk.review.record_pages import RecordPages
from desk.review.review import HOME, Review
from desk.review.wording import texts
from desk.sessions import StaffSession


class DraftPages:
    """Shows drafts and puts them aside; saving one is saving a record.

    Args:
        pages: The desk's pages, whose frame these have.
        review: What is shown and done.
        forms: Shows the forms of records.
    """

    def __init__(self, pages: DeskPages, review: Review, forms: RecordPages) -> None:
        self._pages = pages
        self._review = review
        self._forms = forms

    async def overview(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the drafts that the ingestion proposed."""
        drafts = self._review.drafts()
        text = self._pages.render(
            "review/drafts.html",
            session=session,
            here="knowledge",
            drafts=list(drafts.listed("draft")) if drafts else [],
            kinds=self._review.views.kinds(),
            label=self._review.citations.label,
            said=texts()["done"].get(request.args.get("done", "")),
        )
        return http.page(text)

    async def draft(self, request: Request, session: StaffSession, number: str) -> HTTPResponse:
        """Show a draft as the form of a record: of a new one, or of the one it adds to."""
        draft = self._draft(number)
        target = self._review.records.get(draft.target) if draft.target else None
        if target is not None:
            content = draft.as_record(target.id)
            merged = {**target.content}
            merged["facts"] = [*(merged.get("facts") or []), *content.get("facts", [])]
            return self._forms.record_page(session, target, merged, {}, draft=number)
        content = {**draft.as_record(f"{draft.kind}.draft")}
        del content["id"]
        return self._forms.new_page(session, str(draft.kind), content, {}, number)

    async def reject(self, request: Request, session: StaffSession, number: str) -> HTTPResponse:
        """Put a draft aside."""
        drafts, values = self._review.drafts(), values_of(request)
        draft = self._draft(number)
        assert drafts is not None
        drafts.reject(draft.id, staff_of(session.account).name, one(values, "reason") or "見送り")
        return http.see_other(f"{HOME}/drafts?done=rejected")

    def _draft(self, number: str) -> Any:
        drafts = self._review.drafts()
        if drafts is None or not (number.isascii() and number.isdigit()):
            raise NotFound("no such draft")
        try:
            return drafts.get(int(number))
        except KeyError:
            raise NotFound("no such draft") from None
