"""The pages that show records: the list, the forms, the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages
from desk.review.form_values import wording_of
from desk.review.record_files import Item
from desk.review.review import Review
from desk.review.views import Filter
from desk.review.wording import texts
from desk.sessions import StaffSession
from knowledge.schema import Kind

MOST_LINES = 300
_QUICK = frozenset({Kind.HUB.value})


class RecordPages:
    """Shows records.

    Args:
        pages: The desk's pages, whose frame these have.
        review: What is shown and done.
    """

    def __init__(self, pages: DeskPages, review: Review) -> None:
        self._pages = pages
        self._review = review

    # --- looking -------------------------------------------------------------------------

    async def overview(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the list."""
        views = self._review.views
        wanted = Filter(
            *(request.args.get(name, "").strip() for name in ("q", "kind", "prefecture", "show"))
        )
        found = views.lines(wanted)
        drafts = self._review.drafts()
        return self._page(
            "review/list.html",
            session,
            wanted=wanted,
            lines=found[:MOST_LINES],
            count=len(found),
            kinds=views.kinds(),
            prefectures=views.prefectures(),
            without_hub=views.without_hub(),
            broken=self._review.records.broken_files(),
            by_hand=self._review.workspace.changed_by_hand(),
            drafts=len(drafts.listed("draft")) if drafts else 0,
            said=texts()["done"].get(request.args.get("done", "")),
        )

    async def record(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Show the form of a record."""
        item = self.item(name)
        problems = {problem.field or "": problem.what for problem in item.problems}
        said = texts()["done"].get(request.args.get("done", ""))
        return self.record_page(session, item, item.content, problems, said=said)

    async def new(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Let somebody choose what a new record is about."""
        kinds = self._review.views.kinds()
        about = [(kind, kinds[kind], words) for kind, words in texts()["kinds_new"].items()]
        return self._page("review/new.html", session, about=about)

    async def new_of(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Show an empty form."""
        self.must_be_kind(kind)
        if kind in _QUICK and "all" not in request.args:
            given = {"prefecture": request.args.get("prefecture", "")}
            return self.quick_page(session, kind, given, {})
        return self.new_page(session, kind, {}, {})

    async def history(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show who changed what."""
        changes = self._review.workspace.history(200, record=request.args.get("record") or None)
        return self._page(
            "review/history.html",
            session,
            record=request.args.get("record"),
            changes=[self._review.views.change(one) for one in changes],
        )

    async def citations(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Search what can be cited; a part of a page."""
        found = self._review.citations.find(request.args.get("q", "")[:200])
        return http.page(self._pages.render("review/_citations.html", found=found))

    # --- parts ---------------------------------------------------------------------------

    def record_page(
        self,
        session: StaffSession,
        item: Item,
        content: Mapping[str, Any],
        problems: Mapping[str, str],
        seen: str | None = None,
        problem: str | None = None,
        conflict: bool = False,
        status: int = 200,
        said: str | None = None,
        draft: str = "",
    ) -> HTTPResponse:
        """Show the form of a record as it is, or as somebody wants it to be.

        Args:
            session: Who looks.
            item: The record.
            content: What the form holds.
            problems: What is wrong with it, by field.
            seen: What was seen of the record when the form was first shown.
            problem: One sentence above the form.
            conflict: Whether somebody else changed the record meanwhile.
            status: Of the answer.
            said: What was done.
            draft: The draft that this came from.
        """
        views = self._review.views
        changes = self._review.workspace.history(20, record=item.id)
        return self._page(
            "review/record.html",
            session,
            status,
            item=item,
            form=views.form(item.kind, content, problems),
            problem=problem or (wording_of(problems) if problems else None),
            conflict=views.difference(item.content, content) if conflict else [],
            seen=seen or item.seen,
            kind=item.kind,
            kind_label=views.kinds().get(item.kind, item.kind),
            marks=views.marks(item),
            live=views.against_live(item),
            references=self._review.records.references(item.id),
            changes=[views.change(one) for one in changes],
            suggestions=views.suggestions(),
            today=views.today().isoformat(),
            may_change=session.account.administers,
            said=said,
            draft=draft,
        )

    def new_page(
        self,
        session: StaffSession,
        kind: str,
        content: Mapping[str, Any],
        problems: Mapping[str, str],
        draft: str = "",
        status: int = 200,
    ) -> HTTPResponse:
        """Show the form of a new record.

        Args:
            session: Who looks.
            kind: Which kind.
            content: What the form holds.
            problems: What is wrong with it, by field.
            draft: The draft that this came from.
            status: Of the answer.
        """
        views = self._review.views
        filled = dict(content)
        filled.setdefault("facts", [{"attribute": "overview"}])
        return self._page(
            "review/new_of.html",
            session,
            status,
            form=views.form(kind, filled, problems),
            problem=wording_of(problems) if problems else None,
            kind=kind,
            kind_label=views.kinds()[kind],
            suggestions=views.suggestions(),
            draft=draft,
            may_change=session.account.administers,
        )

    def quick_page(
        self,
        session: StaffSession,
        kind: str,
        given: Mapping[str, str],
        problems: Mapping[str, str],
        status: int = 200,
    ) -> HTTPResponse:
        """Show the short form of a new record.

        Args:
            session: Who looks.
            kind: Which kind.
            given: What the form holds.
            problems: What is wrong with it, by field.
            status: Of the answer.
        """
        views = self._review.views
        cited = [(cite, self._review.citations.label(cite))
                 for cite in given.get("cite", "").split()]  # fmt: skip
        return self._page(
            "review/quick.html",
            session,
            status,
            kind=kind,
            kind_label=views.kinds()[kind],
            given=given,
            wrong=problems,
            cited=cited,
            problem=wording_of(problems) if problems else None,
            prefectures=views.prefectures(),
            without_hub=views.without_hub(),
            may_change=session.account.administers,
        )

    def _page(
        self, template: str, session: StaffSession, status: int = 200, **context: Any
    ) -> HTTPResponse:
        text = self._pages.render(template, session=session, here="knowledge", **context)
        return http.page(text, status)

    def item(self, name: str) -> Item:
        """Return a record; `NotFound` where there is none."""
        item = self._review.records.get(name)
        if item is None:
            raise NotFound(f"no record {name}")
        return item

    @staticmethod
    def must_be_kind(kind: str) -> None:
        """Raise `NotFound` where there is no such kind."""
        if kind not in {one.value for one in Kind}:
            raise NotFound(f"no kind {kind}")
