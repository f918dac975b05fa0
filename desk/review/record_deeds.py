"""What is done with records: saved, added, ended, tried before they are saved."""

from __future__ import annotations

from urllib.parse import quote

from sanic.request import Request
from sanic.response import HTTPResponse

from desk.model import Staff
from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review import forms
from desk.review.form_values import by_field, label_of, one, values_of
from desk.review.record_forms import RecordForms
from desk.review.record_pages import RecordPages
from desk.review.records import InvalidRecord
from desk.review.review import HOME, Review
from desk.review.source_files import Conflict, StageError
from desk.review.wording import wording
from desk.sessions import StaffSession
from knowledge.dates import is_date


class RecordDeeds:
    """Changes records; what is wrong is shown in the form it was written in.

    Args:
        pages: The desk's pages, whose frame these have.
        review: What is shown and done.
        shown: Shows the forms.
    """

    def __init__(self, pages: DeskPages, review: Review, shown: RecordPages) -> None:
        self._pages = pages
        self._review = review
        self._shown = shown
        self._forms = RecordForms(review)

    async def save(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Save the form of a record."""
        item, values = self._shown.item(name), values_of(request)
        content = self._forms.full(values, item.kind)
        content["id"] = item.id
        seen = one(values, "seen")
        reason = one(values, "reason")
        try:
            self._needs(reason, "reason")
            documents = self._forms.documents(content, values)
            staff = staff_of(session.account)
            self._review.records.save(staff, content, reason, seen, documents)
            self._draft_became(values, staff, item.id)
        except InvalidRecord as error:
            return self._shown.record_page(
                session, item, content, by_field(error), seen, status=400
            )
        except Conflict as error:
            return self._shown.record_page(
                session, item, content, {}, item.seen, str(error), conflict=True, status=409
            )
        except StageError as error:
            return self._shown.record_page(session, item, content, {}, seen, str(error), status=409)
        return http.see_other(f"{HOME}/records/{quote(item.id)}?done=saved")

    async def add(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Save a new record."""
        self._shown.must_be_kind(kind)
        values = values_of(request)
        quick = one(values, "quick") != ""
        staff = staff_of(session.account)
        try:
            if quick:
                content, documents = self._forms.quick(values, kind)
            else:
                content = self._forms.full(values, kind)
                content["id"] = one(values, "id") or self._review.records.new_id(
                    kind, next(iter(content.get("readings", [])), "")
                )
                documents = self._forms.documents(content, values)
            reason = one(values, "reason") or "新しい記録"
            record_id = self._review.records.save(staff, content, reason, None, documents)
            self._draft_became(values, staff, record_id)
        except InvalidRecord as error:
            wrong = by_field(error)
            if quick:
                given = {name: one(values, name) for name in values}
                return self._shown.quick_page(session, kind, given, wrong, 400)
            return self._shown.new_page(
                session, kind, content, wrong, one(values, "draft"), status=400
            )
        except StageError as error:
            given = {name: one(values, name) for name in values}
            return self._shown.quick_page(session, kind, given, {"": str(error)}, 409)
        return http.see_other(f"{HOME}/records/{quote(record_id)}?done=added")

    async def retire(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Let a record run out, or take it out of its file."""
        item, values = self._shown.item(name), values_of(request)
        staff, reason = staff_of(session.account), one(values, "reason")
        try:
            self._needs(reason, "reason")
            if one(values, "how") == "remove":
                self._review.records.remove(staff, item, reason)
                return http.see_other(f"{HOME}?done=removed")
            until = one(values, "until")
            if not is_date(until):
                raise StageError(wording("problems", "until"))
            self._review.records.retire(staff, item, until, reason)
        except InvalidRecord as error:
            problem = "；".join(one.what for one in error.problems)
            return self._shown.record_page(
                session, item, item.content, {}, None, problem, status=400
            )
        except StageError as error:
            return self._shown.record_page(
                session, item, item.content, {}, None, str(error), status=409
            )
        return http.see_other(f"{HOME}/records/{quote(item.id)}?done=retired")

    async def preview(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Show the answers of what stands in a form; a part of a page."""
        self._shown.must_be_kind(kind)
        values = values_of(request)
        try:
            if one(values, "quick"):
                content, documents = self._forms.quick(values, kind)
            else:
                content = self._forms.full(values, kind)
                content["id"] = one(values, "id") or f"{kind}.preview"
                documents = self._forms.documents(content, values)
            record = self._review.records.check(content, documents)
        except InvalidRecord as error:
            problems = [f"{label_of(one.field or '')}: {one.what}" for one in error.problems]
            text = self._pages.render("review/_preview.html", faces=[], problems=problems, diff=[])
            return http.page(text, 400)
        faces = await self._review.previewer.faces(record, documents)
        item = self._review.records.get(record.id)
        diff = self._review.views.difference(item.content, content) if item else []
        return http.page(
            self._pages.render("review/_preview.html", faces=faces, problems=[], diff=diff)
        )

    # --- parts ---------------------------------------------------------------------------

    def _draft_became(self, values: forms.Values, staff: Staff, record_id: str) -> None:
        drafts, number = self._review.drafts(), one(values, "draft")
        if drafts is not None and number.isdigit():
            drafts.accept(int(number), staff.name, record_id)

    @staticmethod
    def _needs(value: str, name: str) -> None:
        if not value:
            raise StageError(wording("problems", name))
