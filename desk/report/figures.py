"""The figures of a period, counted from the turns, the requests for a person and the ratings.

A consultation is a conversation with at least one message in the period. Nothing a company typed
is read here.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from conversations.database import Database
from conversations.schema import feedback, handoff_request, turn_record
from conversations.turn_records import ANSWERED, FALLBACK, HONEST, MAYBE, PLAN, PROFILE
from desk.report.period import Period

UNKNOWN = ""
"""Key of what a company did not tell."""
OUTCOMES = (ANSWERED, MAYBE, HONEST, FALLBACK)
FUNNEL = ("consulted", "told", "planned", "asked_desk", "taken", "resolved")
_TURN_COLUMNS = [
    column for column in turn_record.c if column.name not in {"group_key", "decision_id", "band"}
]


@dataclass(frozen=True)
class Figures:
    """What is counted in a period. All counts are whole; hiding small ones is another's task.

    Attributes:
        consultations: Conversations with a message.
        turns: Messages answered.
        turns_each: Median messages of a consultation.
        milliseconds: Median and 95th percentile of the time an answer took; None without turns.
        funnel: Step of `FUNNEL` → consultations that reached it.
        by: Part of the profile, or `channel` → value → consultations.
        outcomes: How questions ended → number.
        requests: Wishes for a person.
        reasons: Why → number.
        waits: Minutes until a person took a request up, sorted.
        results: `resolved`, `unresolved`, `open` (nobody has taken it), `unsaid` → number.
        ratings: `up`, `down` → number.
        complaints: Reason of a thumb down → number.
        records: Record → consultations it was cited in.
        daily: Day → consultations begun or gone on with on that day.
        monthly: First day of a month → the same of that month.
    """

    consultations: int = 0
    turns: int = 0
    turns_each: float | None = None
    milliseconds: tuple[float, float] | None = None
    funnel: Mapping[str, int] = field(default_factory=dict)
    by: Mapping[str, Counter[str]] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    waits: Sequence[float] = ()
    results: Counter[str] = field(default_factory=Counter)
    ratings: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    daily: Mapping[date, int] = field(default_factory=dict)
    monthly: Mapping[date, int] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """Questions asked."""
        return sum(self.outcomes.values())

    def share(self, outcome: str) -> float | None:
        """Share of the questions that ended so; None without questions."""
        return self.outcomes[outcome] / self.questions if self.questions else None

    @property
    def handed_over(self) -> float | None:
        """Share of the consultations that asked for a person."""
        if not self.consultations:
            return None
        return self.funnel["asked_desk"] / self.consultations

    @property
    def wait(self) -> tuple[float, float] | None:
        """Median and 90th percentile of the wait, in minutes."""
        return (quantile(self.waits, 0.5), quantile(self.waits, 0.9)) if self.waits else None


def count(database: Database, period: Period) -> Figures:
    """Count a period."""
    span = (period.start, period.end)
    with database.read() as connection:
        turns = connection.execute(
            select(*_TURN_COLUMNS)
            .where(turn_record.c.at >= span[0], turn_record.c.at < span[1])
            .order_by(turn_record.c.inbox_id)
        ).all()
        requests = connection.execute(
            select(
                handoff_request.c.conversation_id,
                handoff_request.c.created_at,
                handoff_request.c.claimed_at,
                handoff_request.c.reason,
                handoff_request.c.outcome,
            ).where(handoff_request.c.created_at >= span[0], handoff_request.c.created_at < span[1])
        ).all()
        ratings = connection.execute(
            select(feedback.c.rating, feedback.c.reason).where(
                feedback.c.created_at >= span[0], feedback.c.created_at < span[1]
            )
        ).all()
    return _figures(period, turns, requests, ratings)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of sorted values does not exceed."""
    return values[min(len(values) - 1, int(share * len(values)))]


def _figures(
    period: Period, turns: Sequence[Any], requests: Sequence[Any], ratings: Sequence[Any]
) -> Figures:
    profiles: defaultdict[str, dict[str, str]] = defaultdict(dict)
    channels: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    planned: set[str] = set()
    cited: defaultdict[str, set[str]] = defaultdict(set)
    days: defaultdict[date, set[str]] = defaultdict(set)
    for turn in turns:
        who = turn.conversation_id
        sizes[who] += 1
        channels[who] = turn.channel
        # The last thing a company said about itself counts.
        profiles[who].update(
            {name: value for name in PROFILE if (value := getattr(turn, name)) is not None}
        )
        if turn.outcome == PLAN:
            planned.add(who)
        for record in turn.records:
            cited[record].add(who)
        days[datetime.fromtimestamp(turn.at, period.zone).date()].add(who)
    months: dict[date, set[str]] = {}
    for number in range(period.days):
        day = period.first + timedelta(days=number)
        months.setdefault(day.replace(day=1), set()).update(days.get(day, ()))
    asked = {one.conversation_id for one in requests}
    by = {name: Counter(profiles[who].get(name, UNKNOWN) for who in sizes) for name in PROFILE}
    by["channel"] = Counter(channels.values())
    took = sorted(turn.milliseconds for turn in turns)
    waits = sorted((one.claimed_at - one.created_at) / 60 for one in requests if one.claimed_at)
    return Figures(
        consultations=len(sizes),
        turns=len(turns),
        turns_each=statistics.median(sizes.values()) if sizes else None,
        milliseconds=(quantile(took, 0.5), quantile(took, 0.95)) if took else None,
        funnel={
            "consulted": len(sizes),
            "told": sum(1 for who in sizes if profiles[who]),
            "planned": len(planned),
            "asked_desk": len(asked),
            "taken": _conversations(requests, lambda one: one.claimed_at is not None),
            "resolved": _conversations(requests, lambda one: one.outcome == "resolved"),
        },
        by=by,
        outcomes=Counter(turn.outcome for turn in turns if turn.outcome in OUTCOMES),
        requests=len(requests),
        reasons=Counter(one.reason or "other" for one in requests),
        waits=waits,
        results=Counter(map(_result, requests)),
        ratings=Counter(one.rating for one in ratings),
        complaints=Counter(one.reason or "other" for one in ratings if one.rating == "down"),
        records=Counter({record: len(who) for record, who in cited.items()}),
        daily={
            day: len(days.get(day, ()))
            for day in (period.first + timedelta(days=number) for number in range(period.days))
        },
        monthly={month: len(who) for month, who in months.items()},
    )


def _conversations(requests: Iterable[Any], fits: Any) -> int:
    return len({one.conversation_id for one in requests if fits(one)})


def _result(request: Any) -> str:
    if request.outcome:
        return str(request.outcome)
    return "open" if request.claimed_at is None else "unsaid"
