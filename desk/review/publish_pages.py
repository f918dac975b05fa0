"""The pages on which the knowledge is published and taken back."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.review.form_values import one, values_of
from desk.review.ports import ReleaseRefused
from desk.review.review import HOME, Review
from desk.review.source_files import text_diff
from desk.review.views import diff_lines
from desk.review.wording import texts, wording
from desk.review.workspace import PUBLISHED, ROLLED_BACK
from desk.sessions import StaffSession

PUBLISH = f"{HOME}/publish"


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
