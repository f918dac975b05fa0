"""The pages under /desk/learning: groups of questions, and the steps that deal with them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from desk.learning import decisions as kinds
from desk.learning.anonymity import K
from desk.learning.decisions import Decision
from desk.learning.groups import Group
from desk.learning.learning import LOOK_BACK_DAYS, Learning, LearningError
from desk.learning.wording import texts, wording
from desk.pages import http
from desk.pages.desk import DeskPages, staff_of
from desk.pages.entrance import form_of
from desk.pages.routes import DeskRoutes
from desk.pages.wording import texts as desk_texts
from desk.sessions import StaffSession

logger = logging.getLogger(__name__)

HOME = "/desk/learning"
PUBLISH = "/desk/knowledge/publish"
DISLIKED = "disliked"
PATIENCE_SECONDS = 20.0
"""A page waits no longer for new questions to be grouped."""
_SHOWN = ("fallback", "honest", "maybe", DISLIKED)

Form = Mapping[str, str]


class LearningPages:
    """Renders the pages and takes what their forms send.

    Args:
        pages: The desk's pages, whose frame these have.
        learning: What is shown and done.
        regroup: Puts new questions into groups, outside this process.
        intents: Returns the intents examples can be added to.
        zone: Time zone of the support centre.
    """

    def __init__(
        self,
        pages: DeskPages,
        learning: Learning,
        regroup: Callable[[], Awaitable[None]],
        intents: Callable[[], Sequence[str]],
        zone: tzinfo,
    ) -> None:
        self._pages = pages
        self._learning = learning
        self._regroup = regroup
        self._intents = intents
        self._zone = zone
        self._grouping: asyncio.Task[None] | None = None

    async def overview(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show all groups; new questions are put into groups first."""
        problem = await self._grouped()
        show = request.args.get("show", "")
        said = texts()["done"].get(request.args.get("done", ""))
        groups = await asyncio.to_thread(self._learning.groups)
        pending = await asyncio.to_thread(self._learning.pending)
        filters = [{"id": "", "label": "すべて", "count": len(groups)}]
        for name in _SHOWN:
            found = [one for one in groups if _shows(one, name)]
            label = "役に立たなかった" if name == DISLIKED else texts()["outcomes"][name]
            filters.append({"id": name, "label": label, "count": len(found)})
        shown = [one for one in groups if not show or _shows(one, show)]
        text = self._pages.render(
            "learning/list.html",
            session=session,
            here="learning",
            said=said,
            problem=problem,
            days=LOOK_BACK_DAYS,
            k=K,
            show=show,
            filters=filters,
            groups=[self._group(one) for one in shown],
            pending=[self._decision(one) for one in pending],
            publish=_publish_address(pending),
            decided=[self._decision(one) for one in self._learning.decisions.newest()],
        )
        return http.page(text)

    async def group(self, request: Request, session: StaffSession, key: str) -> HTTPResponse:
        """Show one group with the steps."""
        return await self._group_page(session, key, request.args.get("q", ""))

    async def decide(
        self, request: Request, session: StaffSession, key: str, kind: str
    ) -> HTTPResponse:
        """Do one of the steps."""
        form = form_of(request)
        staff = staff_of(session.account)
        try:
            await asyncio.to_thread(self._learning.decide, staff, key, kind, form)
        except LearningError as error:
            return await self._group_page(session, key, "", str(error), kind, form, 400)
        return http.see_other(f"{HOME}?done={quote(kind)}")

    async def reopen(self, request: Request, session: StaffSession, decision: str) -> HTTPResponse:
        """Put a settled group back on the list."""
        if decision.isascii() and decision.isdigit():
            try:
                self._learning.reopen(int(decision))
            except LearningError:
                return http.see_other(HOME)
        return http.see_other(f"{HOME}?done=reopened")

    async def _grouped(self) -> str | None:
        waiting = await asyncio.to_thread(self._learning.open)
        if all(question.group_key for question in waiting):
            return None
        if self._grouping is None or self._grouping.done():
            self._grouping = asyncio.ensure_future(self._regroup())
        done, _ = await asyncio.wait({self._grouping}, timeout=PATIENCE_SECONDS)
        if not done:
            # It goes on behind the page.
            return wording("problems", "grouping_on")
        if self._grouping.exception() is not None:
            logger.error("Questions cannot be grouped: %s", self._grouping.exception())
            return wording("problems", "grouping")
        return None

    async def _group_page(
        self,
        session: StaffSession,
        key: str,
        query: str,
        problem: str | None = None,
        step: str = "",
        form: Form | None = None,
        status: int = 200,
    ) -> HTTPResponse:
        try:
            group = await asyncio.to_thread(self._learning.group, key)
        except LearningError:
            return http.see_other(HOME)
        near = await asyncio.to_thread(self._learning.near, group, query)
        intent = next((one for one in group.intents if one in texts()["question_intents"]), "")
        ready = [one.text for one in group.examples if "〔" not in one.text]
        filled = {
            "texts": "\n".join(ready),
            "fact": "",
            "record": near[0].record_id if near else "",
            "intent": intent or "ask_attribute",
            **(form or {}),
        }
        text = self._pages.render(
            "learning/group.html",
            session=session,
            here="learning",
            problem=problem,
            group=self._group(group),
            k=K,
            near=near,
            query=query,
            open=step or ("question" if query else ""),
            form=filled,
            records=self._learning.records(),
            record_kinds=list(texts()["record_kinds"].items()),
            intents=self._intents(),
            question_intents=texts()["question_intents"],
            outside_intents=texts()["outside_intents"],
        )
        return http.page(text, status)

    def _group(self, one: Group) -> dict[str, Any]:
        return {
            **{name: getattr(one, name) for name in ("key", "title", "count", "conversations")},
            "shared": one.shared,
            "disliked": one.disliked,
            "last": self._time(one.last_at, "%Y-%m-%d"),
            "channels": "、".join(
                f"{desk_texts()['channels'].get(name, name)} {count}"
                for name, count in one.channels.most_common()
            ),
            "outcomes": _labelled(one.outcomes),
            "words": "・".join(one.words),
            "examples": [asdict(example) for example in one.examples],
        }

    def _decision(self, one: Decision) -> dict[str, Any]:
        return {
            "id": one.id,
            "label": texts()["kinds"][one.kind],
            "texts": "、".join(f"「{text}」" for text in one.texts),
            "name": one.target.get("name"),
            "by": one.staff_name,
            "at": self._time(one.at, "%Y-%m-%d %H:%M"),
            "questions": one.questions,
            "state": texts()["states"][one.state],
            "reopens": one.state == kinds.SETTLED,
        }

    def _time(self, at: float, form: str) -> str:
        return datetime.fromtimestamp(at, self._zone).strftime(form)


def install(app: Sanic, routes: DeskRoutes, learning: LearningPages) -> None:
    """Add the pages to the server, for administrators."""
    blueprint = Blueprint("learning", url_prefix=HOME)
    only = routes.for_administrators
    blueprint.add_route(only(learning.overview), "/", methods=["GET"], name="overview")
    blueprint.add_route(only(learning.group), "/groups/<key:str>", methods=["GET"], name="group")
    blueprint.add_route(
        only(learning.decide), "/groups/<key:str>/<kind:str>", methods=["POST"], name="decide"
    )
    blueprint.add_route(
        only(learning.reopen), "/decisions/<decision:str>/reopen", methods=["POST"], name="reopen"
    )
    app.blueprint(blueprint)


def _shows(group: Group, name: str) -> bool:
    return bool(group.disliked if name == DISLIKED else group.outcomes[name])


def _labelled(outcomes: Counter[str]) -> list[tuple[str, int]]:
    return [(texts()["outcomes"].get(name, name), count) for name, count in outcomes.most_common()]


def _publish_address(pending: Sequence[Decision]) -> str:
    asked = [text for one in pending if one.kind != kinds.ALIAS for text in one.texts]
    return f"{PUBLISH}?{urlencode({'questions': chr(10).join(asked)})}" if asked else PUBLISH
