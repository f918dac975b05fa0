"""The pages under /desk/knowledge that show and change records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.model import Staff
from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review import forms
from desk.review.citations import Citations, new_document
from desk.review.ports import Drafts, Previewer, Releases
from desk.review.records import InvalidRecord, Item, Records
from desk.review.views import Filter, RecordViews
from desk.review.wording import texts, wording
from desk.review.workspace import Conflict, StageError, Workspace
from desk.sessions import StaffSession
from knowledge.dates import is_date
from knowledge.errors import Problem
from knowledge.schema import Document, Kind

HOME = "/desk/knowledge"
MOST_LINES = 300
NEW_SOURCE = "new"
_QUICK = frozenset({Kind.HUB.value})


@dataclass(frozen=True)
class Review:
    """Everything the review pages stand on.

    Attributes:
        workspace: The working files.
        records: The records in them.
        views: What is shown of them.
        citations: What can be cited.
        releases: Publishing.
        previewer: Answers before they are published.
        drafts: Opens the drafts of the ingestion; None where there is none.
    """

    workspace: Workspace
    records: Records
    views: RecordViews
    citations: Citations
    releases: Releases
    previewer: Previewer
    drafts: Callable[[], Drafts | None]


class RecordPages:
    """Shows and changes records.

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
        item = self._item(name)
        problems = {problem.field or "": problem.what for problem in item.problems}
        said = texts()["done"].get(request.args.get("done", ""))
        return self._record_page(session, item, item.content, problems, said=said)

    async def new(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Let somebody choose what a new record is about."""
        kinds = self._review.views.kinds()
        about = [(kind, kinds[kind], words) for kind, words in texts()["kinds_new"].items()]
        return self._page("review/new.html", session, about=about)

    async def new_of(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Show an empty form."""
        self._kind(kind)
        if kind in _QUICK and "all" not in request.args:
            given = {"prefecture": request.args.get("prefecture", "")}
            return self._quick_page(session, kind, given, {})
        return self._new_page(session, kind, {}, {})

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

    # --- changing ------------------------------------------------------------------------

    async def save(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Save the form of a record."""
        item, values = self._item(name), values_of(request)
        content = forms.read(self._forms(), values, item.kind)
        content["id"] = item.id
        seen = one(values, "seen")
        reason = one(values, "reason")
        try:
            self._needs(reason, "reason")
            documents = self._documents(content, values)
            staff = staff_of(session.account)
            self._review.records.save(staff, content, reason, seen, documents)
            self._draft_became(values, staff, item.id)
        except InvalidRecord as error:
            return self._record_page(session, item, content, by_field(error), seen, status=400)
        except Conflict as error:
            return self._record_page(
                session, item, content, {}, item.seen, str(error), conflict=True, status=409
            )
        except StageError as error:
            return self._record_page(session, item, content, {}, seen, str(error), status=409)
        return http.see_other(f"{HOME}/records/{quote(item.id)}?done=saved")

    async def add(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Save a new record."""
        self._kind(kind)
        values = values_of(request)
        quick = one(values, "quick") != ""
        staff = staff_of(session.account)
        try:
            if quick:
                content, documents = self._quick(values, kind)
            else:
                content = forms.read(self._forms(), values, kind)
                content["id"] = one(values, "id") or self._review.records.new_id(
                    kind, next(iter(content.get("readings", [])), "")
                )
                documents = self._documents(content, values)
            reason = one(values, "reason") or "新しい記録"
            record_id = self._review.records.save(staff, content, reason, None, documents)
            self._draft_became(values, staff, record_id)
        except InvalidRecord as error:
            wrong = by_field(error)
            if quick:
                given = {name: one(values, name) for name in values}
                return self._quick_page(session, kind, given, wrong, 400)
            return self._new_page(session, kind, content, wrong, one(values, "draft"), status=400)
        except StageError as error:
            given = {name: one(values, name) for name in values}
            return self._quick_page(session, kind, given, {"": str(error)}, 409)
        return http.see_other(f"{HOME}/records/{quote(record_id)}?done=added")

    async def retire(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Let a record run out, or take it out of its file."""
        item, values = self._item(name), values_of(request)
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
            return self._record_page(session, item, item.content, {}, None, problem, status=400)
        except StageError as error:
            return self._record_page(session, item, item.content, {}, None, str(error), status=409)
        return http.see_other(f"{HOME}/records/{quote(item.id)}?done=retired")

    async def preview(self, request: Request, session: StaffSession, kind: str) -> HTTPResponse:
        """Show the answers of what stands in a form; a part of a page."""
        self._kind(kind)
        values = values_of(request)
        try:
            if one(values, "quick"):
                content, documents = self._quick(values, kind)
            else:
                content = forms.read(self._forms(), values, kind)
                content["id"] = one(values, "id") or f"{kind}.preview"
                documents = self._documents(content, values)
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

    # --- drafts --------------------------------------------------------------------------

    async def drafts(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the drafts that the ingestion proposed."""
        drafts = self._review.drafts()
        return self._page(
            "review/drafts.html",
            session,
            drafts=list(drafts.listed("draft")) if drafts else [],
            kinds=self._review.views.kinds(),
            label=self._review.citations.label,
            said=texts()["done"].get(request.args.get("done", "")),
        )

    async def draft(self, request: Request, session: StaffSession, number: str) -> HTTPResponse:
        """Show a draft as the form of a record: of a new one, or of the one it adds to."""
        draft = self._draft(number)
        target = self._review.records.get(draft.target) if draft.target else None
        if target is not None:
            content = draft.as_record(target.id)
            merged = {**target.content}
            merged["facts"] = [*(merged.get("facts") or []), *content.get("facts", [])]
            return self._record_page(session, target, merged, {}, draft=number)
        content = {**draft.as_record(f"{draft.kind}.draft")}
        del content["id"]
        return self._new_page(session, str(draft.kind), content, {}, number)

    async def reject(self, request: Request, session: StaffSession, number: str) -> HTTPResponse:
        """Put a draft aside."""
        drafts, values = self._review.drafts(), values_of(request)
        draft = self._draft(number)
        assert drafts is not None
        drafts.reject(draft.id, staff_of(session.account).name, one(values, "reason") or "見送り")
        return http.see_other(f"{HOME}/drafts?done=rejected")

    # --- parts ---------------------------------------------------------------------------

    def _quick(self, values: forms.Values, kind: str) -> tuple[dict[str, Any], list[Document]]:
        """Return the record of the short form of a hub."""
        wrong: dict[str, str] = {}
        given = {name: one(values, name) for name in values}
        name, reading = given.get("name", ""), given.get("reading", "")
        what = [line.strip() for line in given.get("what", "").splitlines() if line.strip()]
        place = given.get("prefecture", "")
        for field, value in (("name", name), ("reading", reading), ("what", what),
                             ("place", place)):  # fmt: skip
            if not value:
                wrong["prefecture" if field == "place" else field] = wording("problems", field)
        documents: list[Document] = []
        cites = [line for line in given.get("cite", "").split() if line]
        if not cites and given.get("new_title") and given.get("new_publisher"):
            document, cite = new_document(
                given["new_title"],
                given["new_publisher"],
                given.get("new_date", ""),
                given.get("new_url", ""),
                "",
            )
            documents, cites = [document], [cite]
        if not cites:
            wrong["cite"] = wording("problems", "source")
        if wrong:
            raise InvalidRecord([_problem(field, said) for field, said in wrong.items()])
        short = given.get("short_name") or name
        facts = [
            {"attribute": "overview" if number == 0 else "activities",
             "text": self._sentence(name, text), "cite": cites}
            for number, text in enumerate(what)
        ]  # fmt: skip
        for attribute in ("contact", "url"):
            if given.get(attribute):
                label = {"contact": "連絡先", "url": "公式ページ"}[attribute]
                text = f"{name}の{label}は {given[attribute]} です。"
                facts.append({"attribute": attribute, "text": text, "cite": cites})
        content: dict[str, Any] = {
            "id": self._review.records.new_id(kind, reading),
            "kind": kind,
            "name": name,
            "short_name": short[:20],
            "readings": reading.split(),
            "summary": self._sentence(name, what[0]),
            "facts": facts,
            "match": {"prefectures": [place]},
        }
        documents += self._review.citations.to_register(cites)
        return content, documents

    @staticmethod
    def _sentence(name: str, text: str) -> str:
        text = text if text.endswith(("。", "！", "？")) else f"{text}。"
        return text if name in text else texts()["quick_fact"].format(name=name, what=text)

    def _documents(self, content: dict[str, Any], values: forms.Values) -> list[Document]:
        """Return the documents to be registered with a record; names them in its citations."""
        documents = []
        title = one(values, "new_title")
        if title:
            document, cite = new_document(
                title,
                one(values, "new_publisher"),
                one(values, "new_date"),
                one(values, "new_url"),
                one(values, "new_heading"),
            )
            documents.append(document)
            for fact in content.get("facts", ()):
                cites = [cite if name == NEW_SOURCE else name for name in fact.get("cite", ())]
                fact["cite"] = cites or [cite]
        cites = [name for fact in content.get("facts", ()) for name in fact.get("cite", ())]
        return [*documents, *self._review.citations.to_register(cites)]

    def _record_page(
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

    def _new_page(
        self,
        session: StaffSession,
        kind: str,
        content: Mapping[str, Any],
        problems: Mapping[str, str],
        draft: str = "",
        status: int = 200,
    ) -> HTTPResponse:
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

    def _quick_page(
        self,
        session: StaffSession,
        kind: str,
        given: Mapping[str, str],
        problems: Mapping[str, str],
        status: int = 200,
    ) -> HTTPResponse:
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

    def _draft_became(self, values: forms.Values, staff: Staff, record_id: str) -> None:
        drafts, number = self._review.drafts(), one(values, "draft")
        if drafts is not None and number.isdigit():
            drafts.accept(int(number), staff.name, record_id)

    def _draft(self, number: str) -> Any:
        drafts = self._review.drafts()
        if drafts is None or not (number.isascii() and number.isdigit()):
            raise NotFound("no such draft")
        try:
            return drafts.get(int(number))
        except KeyError:
            raise NotFound("no such draft") from None

    def _forms(self) -> forms.Forms:
        return forms.Forms(self._review.records.knowledge())

    def _item(self, name: str) -> Item:
        item = self._review.records.get(name)
        if item is None:
            raise NotFound(f"no record {name}")
        return item

    @staticmethod
    def _kind(kind: str) -> None:
        if kind not in {one.value for one in Kind}:
            raise NotFound(f"no kind {kind}")

    @staticmethod
    def _needs(value: str, name: str) -> None:
        if not value:
            raise StageError(wording("problems", name))


def values_of(request: Request) -> dict[str, Sequence[str]]:
    """Return the fields of a form with all their values."""
    form = request.form or {}
    return {str(name): [str(value) for value in values] for name, values in form.items()}


def one(values: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the value of a field, trimmed."""
    found = values.get(name) or [""]
    return str(found[0]).strip()


def by_field(error: InvalidRecord) -> dict[str, str]:
    """Return problems by the field they belong to."""
    return {problem.field or "": problem.what for problem in error.problems}


def label_of(path: str) -> str:
    """Return how people call a field of a record."""
    parts = path.replace("]", "").replace("[", ".").split(".")
    fields = texts()["fields"]
    if parts[0] == "facts" and len(parts) > 1:
        inner = fields["fact"].get(parts[2], {}).get("label", parts[2]) if len(parts) > 2 else ""
        return f"事実 {parts[1]} {inner}".strip()
    if parts[0] in ("match", "status") and len(parts) > 1:
        return str(fields[parts[0]].get(parts[1], {}).get("label", parts[1]))
    return str(fields["record"].get(parts[0], {}).get("label", parts[0]))


def wording_of(problems: Mapping[str, str]) -> str:
    """Return one line for everything that is wrong."""
    return "　".join(
        f"{label_of(field)}: {what}" if field else what for field, what in problems.items()
    )


def _problem(field: str, what: str) -> Problem:
    return Problem("records", what, None, field)
