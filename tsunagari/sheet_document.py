"""Gathering a consultation sheet: profile and plan from the dialogue, questions from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from rasa_sdk import Tracker

from actions.plan import show_plan
from actions.profile_slots import ASKED_SLOTS, PROFILE_SLOTS, label_of, profile_of
from actions.resources import Knowledge
from actions.turn import Turn
from actions.wording import Wording
from answers import Answer, Citation, Point, answer_in
from answers.sheet.model import (
    Field,
    Group,
    PersonRequest,
    Question,
    Recommendation,
    Reply,
    SheetDocument,
    Source,
    Statement,
)
from answers.sheet.wording import texts, wording
from desk.model import CaseMessage
from desk.requests import HandoffRequest
from desk.taking_back import CANCELLED, HIDDEN
from knowledge.guide import Profile

MOST_QUESTIONS = 12
MOST_STATEMENTS = 3
MOST_REPLIES = 12
_ANSWERS = frozenset({"fact", "record", "list", "comparison", "reasons", "not_in_material"})
_CONFIDENT = "high"
#: Taken back before anybody had it, or from the company's page: it is no answer.
_NOT_SAID = frozenset({HIDDEN, CANCELLED})
#: Forgotten on a sheet: what the last message changed.
_OF_THE_TURN = frozenset({"changes"})


class Sources:
    """Numbers sources in the order they are first named."""

    def __init__(self) -> None:
        self._numbers: dict[Citation, int] = {}

    def refer(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """Return the numbers of some citations, adding the new ones."""
        found = list(citations)
        for citation in found:
            self._numbers.setdefault(citation, len(self._numbers) + 1)
        return tuple(sorted({self._numbers[citation] for citation in found}))

    @property
    def all(self) -> tuple[Source, ...]:
        """All sources, by their numbers; a document named just before is 同資料."""
        before: Citation | None = None
        listed = []
        for one in self._numbers:
            same = before is not None and before.document == one.document
            title = wording("same_document") if same else one.title
            source = f"（{one.source}）" if one.source else ""
            listed.append(Source(f"{title}「{one.heading}」{source}", one.url))
            before = one
        return tuple(listed)


class SheetWriter:
    """Writes sheets.

    Args:
        knowledge: Store and guide.
        responses: Responses of the domain: the dialogue's own words.
        zone: Time zone of the support centre.
    """

    def __init__(self, knowledge: Knowledge, responses: dict[str, Any], zone: tzinfo) -> None:
        self._knowledge = knowledge
        self._wording = Wording({"responses": responses})
        self._zone = zone

    def write(
        self,
        slots: Mapping[str, Any],
        messages: Sequence[CaseMessage],
        request: HandoffRequest | None,
        at: float,
    ) -> SheetDocument:
        """Return the sheet of a conversation.

        Args:
            slots: State of the dialogue.
            messages: The whole log, oldest first.
            request: The newest request for a person that came with consent.
            at: The time now.
        """
        sources = Sources()
        profile = profile_of(dict(slots))
        plan = self._plan(slots, profile)
        groups = tuple(_groups(plan, sources)) if plan else ()
        asked = list(self._questions(messages, sources))
        unanswered = [one for one in asked if one.answers[0].text == wording("not_in_material")]
        shown = asked[-MOST_QUESTIONS:]
        return SheetDocument(
            made_at=self._moment(at),
            profile=tuple(self._fields(profile)),
            plan=groups,
            remarks=_statements(plan.remarks, sources) if plan else (),
            questions=tuple(shown),
            questions_left_out=len(asked) - len(shown),
            replies=tuple(
                Reply(one.text, self._moment(one.at))
                for one in messages
                if one.staff_id and one.taken_back not in _NOT_SAID
            )[-MOST_REPLIES:],
            open_points=tuple(self._open_points(profile, plan, unanswered, request)),
            person=self._person(request) if request else None,
            sources=sources.all,
        )

    def _moment(self, at: float) -> str:
        moment = datetime.fromtimestamp(at, self._zone)
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"

    def _fields(self, profile: Profile) -> Iterator[Field]:
        for slot in PROFILE_SLOTS:
            value = profile.value(slot)
            if value is not None:
                yield Field(self._label(slot), label_of(self._knowledge.store, slot, value), True)
        # What is open takes one line, however much it is.
        for key, slots in self._open_slots(profile).items():
            yield Field(wording(key), "、".join(map(self._label, slots)), False)

    def _open_slots(self, profile: Profile) -> dict[str, list[str]]:
        """Return the slots without a value, by whether they were declined; no empty lists."""
        found: dict[str, list[str]] = {}
        for slot in ASKED_SLOTS:
            if profile.value(slot) is None:
                key = "declined" if slot in profile.declined else "untold"
                found.setdefault(key, []).append(slot)
        return found

    def _label(self, slot: str) -> str:
        return self._wording.text(f"utter_slot_{slot}")

    def _plan(self, slots: Mapping[str, Any], profile: Profile) -> Answer | None:
        """Return the plan for the profile as it is now, where one has been shown."""
        if not slots.get("plan"):
            return None
        kept = {name: value for name, value in slots.items() if name not in _OF_THE_TURN}
        tracker = Tracker("sheet", kept, {}, [], False, None, {}, None)
        return show_plan(Turn(tracker, (), profile, self._wording, self._knowledge))

    def _questions(self, messages: Sequence[CaseMessage], sources: Sources) -> Iterator[Question]:
        asked: CaseMessage | None = None
        for message in messages:
            if message.author == "customer":
                asked = message
                continue
            answer = answer_in((message.body or {}).get("custom"))
            if asked is None or answer is None or answer.kind not in _ANSWERS:
                continue
            told = [point for point in _told(answer) if point.text.strip()]
            missing = answer.kind == "not_in_material"
            statements = _statements(told[:MOST_STATEMENTS], sources)
            yield Question(
                asked.text.strip(),
                self._moment(asked.at),
                (Statement(wording("not_in_material")),) if missing else statements,
                0 if missing else max(0, len(told) - MOST_STATEMENTS),
            )

    def _open_points(
        self,
        profile: Profile,
        plan: Answer | None,
        unanswered: Iterable[Question],
        request: HandoffRequest | None,
    ) -> Iterator[str]:
        for key, slots in self._open_slots(profile).items():
            yield wording(f"open_{key}", labels="、".join(map(self._label, slots)))
        for question in dict.fromkeys(one.asked for one in unanswered):
            yield wording("open_question", question=question)
        doubtful = [
            card.title
            for card in (plan.cards if plan else ())
            if card.status is not None and card.status.confidence != _CONFIDENT
        ]
        if doubtful:
            yield wording("open_status", names="、".join(doubtful))
        if request is not None and request.outcome == "unresolved":
            yield wording("open_unsettled")

    def _person(self, request: HandoffRequest) -> PersonRequest:
        words: dict[str, str] = texts()["request"]
        told = {
            "receipt": request.receipt,
            "at": self._moment(request.created_at),
            "wish": request.wish,
            "contact": request.contact,
            "state": texts()["states"].get(request.state, request.state),
            "outcome": texts()["outcomes"].get(request.outcome),
        }
        key = "withdrawn_consent" if request.state == "withdrawn" else "consent"
        return PersonRequest(
            tuple((words[name], value) for name, value in told.items() if value),
            wording(key, at=self._moment(request.created_at)),
        )


def _told(answer: Answer) -> Iterator[Point]:
    yield answer.lead
    yield from answer.points
    for card in answer.cards:
        text = f"{card.title}：{card.summary.text}"
        yield Point(text=text, citations=card.summary.citations)
    if answer.table is not None:
        table = answer.table
        for row in table.rows:
            cells = "、".join(
                f"{head}: {cell}" for head, cell in zip(table.header[1:], row[1:], strict=True)
            )
            yield Point(text=f"{row[0]} … {cells}", citations=table.citations)


def _statements(points: Iterable[Point], sources: Sources) -> tuple[Statement, ...]:
    return tuple(Statement(point.text, sources.refer(point.citations)) for point in points)


def _groups(plan: Answer, sources: Sources) -> Iterator[Group]:
    by_heading: dict[str, list[Recommendation]] = {}
    for card in plan.cards:
        told = (card.summary, *card.reasons, *card.points)
        by_heading.setdefault(card.group, []).append(
            Recommendation(
                card.title,
                card.summary.text,
                tuple(one.text for one in card.reasons),
                tuple(one.text for one in card.points),
                card.status.text if card.status else None,
                card.status.publisher if card.status else None,
                card.status.url if card.status else None,
                sources.refer(one for point in told for one in point.citations),
            )
        )
    for heading, recommendations in by_heading.items():
        yield Group(heading, tuple(recommendations))
