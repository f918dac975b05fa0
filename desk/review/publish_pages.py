"""The pages on which the knowledge is published and taken back, and the sheets."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review.pages import HOME, Review, one, values_of
from desk.review.ports import ReleaseRefused
from desk.review.sheets import SheetError, Sheets, Table, Taken, read_file, to_csv, to_xlsx
from desk.review.views import diff_lines
from desk.review.wording import texts, wording
from desk.review.workspace import IMPORTED, PUBLISHED, ROLLED_BACK, StageError, text_diff
from desk.sessions import StaffSession
from knowledge.schema import Kind

PUBLISH = f"{HOME}/publish"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES = {"records": 0, "facts": 1}


class PublishPages:
    """Prepares, publishes and takes back.

    Args:
        pages: The desk's pages, whose frame these have.
        review: What is shown and done.
    """

    def __init__(self, pages: DeskPages, review: Review) -> None:
        self._pages = pages
        self._review = review

    async def overview(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show what is live, what changed, and what can be gone back to."""
        return await self._overview(session, request.args.get("questions", ""), None, request)

    async def _overview(
        self,
        session: StaffSession,
        questions: str,
        problem: str | None,
        request: Request | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        releases, views = self._review.releases, self._review.views
        live = releases.current()
        changed = await asyncio.to_thread(releases.changed_files)
        waiting = [
            (item.id, item.name)
            for item in self._review.records.items().values()
            if views.unpublished(item)
        ]
        candidates = await asyncio.to_thread(releases.candidates)
        done = request.args.get("done", "") if request else ""
        text = self._pages.render(
            "review/publish.html",
            session=session,
            here="knowledge",
            live=live,
            releases=[(one, views.time(one.at)) for one in releases.listed()],
            changed=changed,
            waiting=waiting,
            candidate=candidates[0] if candidates else None,
            questions=questions,
            problem=problem,
            may_change=session.account.administers,
            said=texts()["done"].get(done),
        )
        return http.page(text, status)

    async def prepare(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Begin to prepare."""
        values = values_of(request)
        questions = [line.strip() for line in one(values, "questions").splitlines()]
        try:
            reason = one(values, "reason") or "記録の更新"
            candidate_id = await asyncio.to_thread(
                self._review.releases.prepare,
                session.account.name,
                reason,
                [question for question in questions if question],
            )
        except ReleaseRefused as error:
            return await self._overview(session, one(values, "questions"), str(error), status=409)
        return http.see_other(f"{PUBLISH}/{candidate_id}")

    async def candidate(
        self, request: Request, session: StaffSession, candidate_id: str
    ) -> HTTPResponse:
        """Show how far a preparation is, and what it came to."""
        return await self._candidate(request, session, candidate_id)

    async def _candidate(
        self,
        request: Request,
        session: StaffSession,
        candidate_id: str,
        problem: str | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        try:
            found = self._review.releases.candidate(candidate_id)
        except ReleaseRefused:
            raise NotFound("no such candidate") from None
        stale = found.over and not self._review.releases.working(candidate_id)
        shown = {
            "session": session,
            "here": "knowledge",
            "one": found,
            "stale": stale,
            "models": texts()["models"],
            "kinds": texts()["changes"],
            "counts": Counter(change.kind for change in found.changes),
            "changes": [(change, diff_lines(change.diff)) for change in found.changes],
            "answers": _answers(found.evaluation),
            "may_change": session.account.administers,
            "problem": problem,
        }
        if request.headers.get("x-requested-with") == "desk":
            part = self._pages.render("review/_candidate.html", **shown)
            return http.data({"over": found.over, "step": found.step, "html": part})
        return http.page(self._pages.render("review/candidate.html", **shown), status)

    async def act(
        self, request: Request, session: StaffSession, candidate_id: str, action: str
    ) -> HTTPResponse:
        """Publish a candidate, or stop its preparation."""
        releases, who = self._review.releases, session.account.name
        try:
            if action == "cancel":
                releases.cancel(candidate_id)
                return http.see_other(f"{PUBLISH}?done=cancelled")
            if action != "publish":
                raise NotFound("no such action")
            release = await asyncio.to_thread(releases.publish, candidate_id, who)
        except ReleaseRefused as error:
            return await self._candidate(request, session, candidate_id, str(error), 409)
        self._review.workspace.remember(
            staff_of(session.account), PUBLISHED, f"{release.reason}（版 {release.id}）"
        )
        return http.see_other(f"{PUBLISH}?done=published")

    async def rollback(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Go back to an earlier release."""
        values = values_of(request)
        reason, to = one(values, "reason"), one(values, "to")
        try:
            if not reason:
                raise ReleaseRefused(wording("problems", "reason"))
            self._review.releases.rollback(to, session.account.name, reason)
        except ReleaseRefused as error:
            return await self._overview(session, "", str(error), status=409)
        self._review.workspace.remember(
            staff_of(session.account), ROLLED_BACK, f"{reason}（版 {to} へ）"
        )
        return http.see_other(f"{PUBLISH}?done=rolled_back")


class SheetPages:
    """Gives records out as sheets and takes them back.

    Args:
        pages: The desk's pages, whose frame these have.
        review: What is shown and done.
    """

    def __init__(self, pages: DeskPages, review: Review) -> None:
        self._pages = pages
        self._review = review

    async def overview(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the records of a kind as a sheet, with the ways out and in."""
        kind = request.args.get("kind", Kind.HUB.value)
        said = texts()["done"].get(request.args.get("done", ""))
        return self._page(session, kind, said=said)

    async def download(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Give a sheet out: ``hub.xlsx``, ``hub-records.csv``, ``hub-facts.csv``."""
        stem, _, ending = name.rpartition(".")
        kind, _, part = stem.partition("-")
        sheets = self._sheets(kind)
        tables = await asyncio.to_thread(sheets.tables)
        if ending == "xlsx" and not part:
            body, content_type = await asyncio.to_thread(to_xlsx, tables), _XLSX
        elif ending == "csv" and part in _TABLES:
            body, content_type = to_csv(tables[_TABLES[part]]), "text/csv; charset=utf-8"
        else:
            raise NotFound(f"no sheet {name}")
        return raw(
            body,
            content_type=content_type,
            headers={**http.HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def upload(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show what a file would change, or what is wrong with it; nothing is written yet."""
        kind = one(values_of(request), "kind")
        sheets = self._sheets(kind)
        file = request.files.get("file") if request.files else None
        if file is None or not file.body:
            return self._page(
                session, kind, wrong=[("", wording("problems", "upload"))], status=400
            )
        try:
            taken = await asyncio.to_thread(self._taken, sheets, file.name, file.body)
        except SheetError as error:
            return self._page(session, kind, wrong=error.problems, status=400)
        coded = base64.b64encode(file.body).decode()
        return self._page(session, kind, taken=taken, file=(file.name, coded))

    async def apply(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Write what a file changes, all of it or nothing."""
        values = values_of(request)
        kind = one(values, "kind")
        sheets = self._sheets(kind)
        try:
            body = base64.b64decode(one(values, "content"), validate=True)
            taken = await asyncio.to_thread(self._taken, sheets, one(values, "name"), body)
            files = self._review.records.files_with(taken.contents)
            self._review.workspace.stage(
                staff_of(session.account),
                one(values, "reason") or f"表から取り込み（{one(values, 'name')}）",
                {path: text for path, (text, _) in files.items()},
                {path: version for path, (_, version) in files.items()},
                deed=IMPORTED,
            )
        except SheetError as error:
            return self._page(session, kind, wrong=error.problems, status=400)
        except (StageError, binascii.Error) as error:
            return self._page(session, kind, wrong=[("", str(error))], status=409)
        return http.see_other(f"{HOME}/sheet?kind={quote(kind)}&done=imported")

    @staticmethod
    def _taken(sheets: Sheets, name: str, body: bytes) -> Taken:
        return sheets.taken(read_file(name, body))

    def _sheets(self, kind: str) -> Sheets:
        if kind not in {one.value for one in Kind}:
            raise NotFound(f"no kind {kind}")
        return Sheets(self._review.records, kind)

    def _page(
        self,
        session: StaffSession,
        kind: str,
        wrong: Sequence[tuple[str, str]] = (),
        taken: Taken | None = None,
        file: tuple[str, str] | None = None,
        said: str | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        tables: list[Table] = self._sheets(kind).tables()
        differences: list[tuple[str, Any]] = []
        if taken is not None:
            for path, (text, _) in self._review.records.files_with(taken.contents).items():
                old = self._review.workspace.read(path).text
                differences.append((path, diff_lines(text_diff(old, text))))
        text = self._pages.render(
            "review/sheet.html",
            session=session,
            here="knowledge",
            kind=kind,
            kinds=self._review.views.kinds(),
            tables=tables,
            wrong=wrong,
            taken=taken,
            differences=differences,
            file=file,
            said=said,
            may_change=session.account.administers,
        )
        return http.page(text, status)


def _answers(evaluation: Any) -> list[dict[str, Any]]:
    """Return the changed answers with what differs in them."""
    if evaluation is None:
        return []
    return [
        {
            "question": one.question,
            "extra": one.extra,
            "worse": one.worse,
            "better": bool(one.right_after) and one.right_before is False,
            "same": one.before == one.after,
            "before": one.before,
            "after": one.after,
            "diff": diff_lines(text_diff(one.before, one.after)),
        }
        for one in evaluation.changed
    ]
