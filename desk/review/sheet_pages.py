"""The page on which records go out as sheets and come back."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review.form_values import one, values_of
from desk.review.review import HOME, Review
from desk.review.sheet_files import (
    LONGEST_FILE,
    TOO_LARGE,
    SheetError,
    Table,
    read_file,
    to_csv,
    to_xlsx,
)
from desk.review.sheets import Sheets, Taken
from desk.review.source_files import StageError, text_diff
from desk.review.views import diff_lines
from desk.review.wording import texts, wording
from desk.review.workspace import IMPORTED
from desk.sessions import StaffSession
from knowledge.schema import Kind

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES = {"records": 0, "facts": 1}
LONGEST_UPLOAD = LONGEST_FILE + 64 * 1024
"""Bytes of the form with a file."""
LONGEST_APPLICATION = LONGEST_FILE * 3 // 2
"""Bytes of the form that brings the file back in letters and digits."""


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
        return http.file(body, name, content_type)

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

    async def too_large(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Say that a file is too large; it was not read."""
        kind = request.args.get("kind", Kind.HUB.value)
        return self._page(session, kind, wrong=[("ファイル", TOO_LARGE)], status=413)

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
            longest=LONGEST_FILE,
            too_large=TOO_LARGE,
            said=said,
            may_change=session.account.administers,
        )
        return http.page(text, status)
