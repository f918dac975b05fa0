"""The page /desk/report: choosing a period; a process beside the server counts and draws."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from sanic import Blueprint, Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages
from desk.pages.routes import DeskRoutes
from desk.report.period import Period, PeriodError, read_period
from desk.sessions import StaffSession

HOME = "/desk/report"
_TYPES = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}
_MONTHS = 12
_FAILED = "報告を作れませんでした。サーバーの記録を見てください。"

#: Makes a report: (period as the command takes it, `part`, `html` or `csv`) → bytes; raises
#: `asyncio.TimeoutError` while it is still being made.
Reporter = Callable[[str, str], Awaitable[bytes]]


class ReportPages:
    """Renders the page and hands the files out.

    Args:
        pages: The desk's pages, whose frame this one has.
        make: Makes a report outside this process.
        zone: Time zone of the support centre.
        clock: The time, seconds since the epoch.
    """

    def __init__(
        self, pages: DeskPages, make: Reporter, zone: tzinfo, clock: Callable[[], float]
    ) -> None:
        self._pages = pages
        self._make = make
        self._zone = zone
        self._clock = clock

    async def page(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show the report of a period."""
        problem, body, status, waiting = None, "", 200, False
        period: Period | None = None
        query: dict[str, str] = {}
        try:
            period, query = self._period(request)
            body = (await self._make(_named(period), "part")).decode("utf-8")
        except PeriodError as error:
            problem, status = str(error), 400
        except asyncio.TimeoutError:
            status, waiting = 202, True
        except OSError:
            problem, status = _FAILED, 500
        dated = "from" in query
        text = self._pages.render(
            "report/page.html",
            session=session,
            here="report",
            problem=problem,
            body=body,
            waiting=waiting,
            periods=self._periods(query.get("period", "")),
            chosen=query.get("period", ""),
            first=period.first.isoformat() if period and dated else "",
            last=period.last.isoformat() if period and dated else "",
            query=urlencode(query),
        )
        return http.page(text, status)

    async def file(self, request: Request, session: StaffSession, name: str) -> HTTPResponse:
        """Hand the report out as a file: `report.html` or `report.csv`.

        While it is being made, a page asks for it again by itself; the browser saves it then.
        """
        stem, _, kind = name.partition(".")
        if stem != "report" or kind not in _TYPES:
            raise NotFound("no such file")
        problem, status = None, 200
        query: dict[str, str] = {}
        try:
            period, query = self._period(request)
            made = await self._make(_named(period), kind)
            saved_as = f"tsunagari-{period.first}-{period.last}.{kind}"
            return http.file(made, saved_as, _TYPES[kind])
        except PeriodError as error:
            problem, status = str(error), 400
        except asyncio.TimeoutError:
            status = 202
        except OSError:
            problem, status = _FAILED, 500
        text = self._pages.render(
            "report/waiting.html",
            session=session,
            here="report",
            problem=problem,
            query=urlencode(query),
        )
        return http.page(text, status)

    def _period(self, request: Request) -> tuple[Period, dict[str, str]]:
        first, last = request.args.get("from", ""), request.args.get("to", "")
        if first or last:
            today = self._today().isoformat()
            query = {"from": first or last, "to": last or today}
            return self._read(f"{query['from']}..{query['to']}"), query
        chosen = request.args.get("period", "")
        return self._read(chosen), {"period": chosen} if chosen else {}

    def _read(self, text: str) -> Period:
        return read_period(text, self._today(), self._zone)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), self._zone).date()

    def _periods(self, chosen: str) -> list[tuple[str, str]]:
        today = self._today()
        found = [("", "今月（今日まで）"), ("30d", "この 30 日間"), ("7d", "この 7 日間")]
        day = today.replace(day=1)
        for _ in range(_MONTHS):
            day = (day - timedelta(days=1)).replace(day=1)
            found.append((f"{day:%Y-%m}", f"{day.year}年{day.month}月"))
        year = today.year if today.month >= 4 else today.year - 1
        found += [(f"{one}年度", f"{one}年度") for one in (year, year - 1)]
        known = chosen in dict(found)
        return found if known else [*found, (chosen, chosen)]


def install(app: Sanic, routes: DeskRoutes, report: ReportPages) -> None:
    """Add the page to the server, for administrators."""
    blueprint = Blueprint("report", url_prefix=HOME)
    only = routes.for_administrators
    blueprint.add_route(only(report.page), "/", methods=["GET"], name="page")
    blueprint.add_route(only(report.file), "/files/<name:str>", methods=["GET"], name="file")
    app.blueprint(blueprint)


def _named(period: Period) -> str:
    return f"{period.first}..{period.last}"
