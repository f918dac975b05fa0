"""What the review pages show of records, without HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import yaml

from desk.review.citations import Citations
from desk.review.forms import CITES, FACTS, NESTED, Field, Forms
from desk.review.record_files import Item
from desk.review.records import Records
from desk.review.settling import settle
from desk.review.source_files import text_diff
from desk.review.wording import texts
from desk.review.workspace import Change
from knowledge.dates import last_day
from knowledge.schema import Kind, Record
from knowledge.store import Store
from knowledge.validity import HasValidity, Validity, state

SOON_DAYS = 60
_BUREAU = "hub.bureau_"


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to."""

    query: str = ""
    kind: str = ""
    prefecture: str = ""
    show: str = ""


@dataclass(frozen=True)
class Line:
    """One record of the list."""

    id: str
    name: str
    kind: str
    prefectures: str
    facts: int
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """One field with its value, ready for a form."""

    field: Field
    name: str
    value: str
    values: tuple[str, ...]
    problem: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DiffLine:
    """One line of a diff: ``add``, ``del``, ``at`` or ``same``."""

    kind: str
    text: str


class RecordViews:
    """Views over the working records.

    Args:
        records: The records.
        citations: Names what is cited.
        live: Opens what the bot stands on now.
        zone: Time zone of the support centre.
    """

    def __init__(
        self, records: Records, citations: Citations, live: Callable[[], Store], zone: tzinfo
    ) -> None:
        self._records = records
        self._citations = citations
        self._live = live
        self._zone = zone

    def kinds(self) -> dict[str, str]:
        """Return the label of each kind."""
        labels = {value.id: value.label for value in self._records.knowledge().slots["kind"]}
        return {kind.value: labels.get(kind.value, kind.value) for kind in Kind}

    def prefectures(self) -> list[str]:
        """Return all prefectures."""
        return [value.id for value in self._records.knowledge().slots["prefecture"]]

    def without_hub(self) -> list[str]:
        """Return the prefectures that no hub of their own serves."""
        served = {
            name
            for record in self._records.knowledge().records.values()
            if record.kind is Kind.HUB and record.match and not record.id.startswith(_BUREAU)
            for name in record.match.prefectures
        }
        return [name for name in self.prefectures() if name not in served]

    def lines(self, wanted: Filter) -> list[Line]:
        """Return the records of the list."""
        words = [word.casefold() for word in wanted.query.split()]
        found = []
        for item in self._records.items().values():
            if wanted.kind and item.kind != wanted.kind:
                continue
            places = tuple((item.content.get("match") or {}).get("prefectures") or ())
            if wanted.prefecture and wanted.prefecture not in places:
                continue
            if words:
                whole = json.dumps(item.content, ensure_ascii=False, default=str).casefold()
                if not all(word in whole for word in words):
                    continue
            marks = self.marks(item)
            if wanted.show and wanted.show not in {tone for tone, _ in marks}:
                continue
            shown = "、".join(places[:3]) + (f" ほか{len(places) - 3}" if len(places) > 3 else "")
            facts = len(item.content.get("facts") or ())
            found.append(Line(item.id, item.name, item.kind, shown, facts, marks))
        return found

    def marks(self, item: Item) -> tuple[tuple[str, str], ...]:
        """Return what is to be said of a record, as tone and words."""
        marks = []
        if item.record is None or item.problems:
            marks.append(("broken", "直すところあり"))
        else:
            stale = self._stale(item.record)
            if stale:
                marks.append(("stale", stale))
        if self.unpublished(item):
            marks.append(("unpublished", "未公開の変更"))
        return tuple(marks)

    def unpublished(self, item: Item) -> bool:
        """Tell whether the bot says something else of a record than its file."""
        live = self._live()
        if item.record is None or not live.has_record(item.id):
            return True
        return live.record(item.id) != item.record

    def _stale(self, record: Record) -> str:
        today = datetime.now(self._zone).date()
        now = state(record, today)
        if now is Validity.SUPERSEDED:
            return "引き継ぎ済み"
        if now is Validity.EXPIRED:
            return "期限切れ"
        things: list[HasValidity] = [record, *record.facts]
        until = [thing.valid_until for thing in things if thing.valid_until]
        if any(last_day(one) < today for one in until):
            return "期限切れの事実"
        if any(last_day(one) < today + timedelta(days=SOON_DAYS) for one in until):
            return "まもなく期限"
        return ""

    # --- forms ---------------------------------------------------------------------------

    def form(
        self, kind: str, content: Mapping[str, Any], problems: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the parts of the form of a record.

        Args:
            kind: Its kind.
            content: What it says.
            problems: Field path → what is wrong there.
        """
        forms, wrong = Forms(self._records.knowledge()), dict(problems or {})
        simple: list[Shown] = []
        nested: list[tuple[Field, list[Shown]]] = []
        for field in forms.fields("record"):
            if field.widget == FACTS:
                continue
            if field.widget == NESTED:
                inner = content.get(field.name) or {}
                shown = [
                    self._shown(one, f"{field.name}.{one.name}", inner.get(one.name), wrong)
                    for one in forms.fields(field.name)
                ]
                nested.append((field, shown))
            else:
                simple.append(self._shown(field, field.name, content.get(field.name), wrong))
        facts = [
            self._fact(forms, kind, number, fact, wrong)
            for number, fact in enumerate(content.get("facts") or ())
        ]
        blank = self._fact(forms, kind, 0, {}, {}, "N")
        return {"simple": simple, "nested": nested, "facts": facts, "blank": blank, "left": wrong}

    def _fact(
        self,
        forms: Forms,
        kind: str,
        number: int,
        fact: Mapping[str, Any],
        wrong: dict[str, str],
        place: str | None = None,
    ) -> list[Shown]:
        shown = []
        for field in forms.fields("fact", kind):
            problem = wrong.pop(f"facts[{number + 1}].{field.name}", "")
            name = f"facts.{place or number}.{field.name}"
            shown.append(self._shown(field, name, fact.get(field.name), {name: problem}))
        return shown

    def _shown(self, field: Field, name: str, value: Any, problems: dict[str, str]) -> Shown:
        many = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        values = tuple(str(one) for one in many)
        text = "\n".join(values)
        if value is True:
            text = "1"
        labels: tuple[tuple[str, str], ...] = ()
        if field.widget == CITES:
            labels = tuple((one, self._citations.label(one)) for one in values)
        return Shown(field, name, text, values, problems.pop(name, ""), labels)

    def suggestions(self) -> dict[str, list[tuple[str, str]]]:
        """Return what can be typed into fields that name something, by list."""
        knowledge = self._records.knowledge()
        return {
            "records": [(one.id, one.short_name) for one in knowledge.records.values()],
            "countries": [(one.id, one.label) for one in knowledge.slots["country"]],
            "cities": [],
        }

    # --- differences ---------------------------------------------------------------------

    def difference(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[DiffLine]:
        """Return what differs between two states of a record."""
        return diff_lines(text_diff(_as_text(old), _as_text(settle(old, new))))

    def against_live(self, item: Item) -> list[DiffLine]:
        """Return what differs between a record and what the bot says of it."""
        live = self._live()
        if item.record is None:
            return []
        old = (
            json.loads(live.record(item.id).json(exclude_defaults=True))
            if (live.has_record(item.id))
            else {}
        )
        new = json.loads(item.record.json(exclude_defaults=True))
        return diff_lines(text_diff(_as_text(old), _as_text(new)))

    def change(self, change: Change) -> dict[str, Any]:
        """Return a line of the history."""
        return {
            "at": self.time(change.at),
            "who": change.staff_name,
            "deed": texts()["deeds"].get(change.deed, change.deed),
            "path": change.path,
            "record": change.record,
            "name": self._name(change.record),
            "reason": change.reason,
            "diff": diff_lines(change.diff),
        }

    def _name(self, record_id: str | None) -> str:
        item = self._records.get(record_id) if record_id else None
        return item.name if item else record_id or ""

    def time(self, at: float) -> str:
        """Return a moment as people read it."""
        return datetime.fromtimestamp(at, self._zone).strftime("%Y-%m-%d %H:%M")

    def today(self) -> date:
        """Return the day at the support centre."""
        return datetime.now(self._zone).date()


def diff_lines(diff: str) -> list[DiffLine]:
    """Return the lines of a unified diff with what they are."""
    kinds = {"+": "add", "-": "del", "@": "at"}
    return [DiffLine(kinds.get(line[:1], "same"), line) for line in diff.splitlines()]


def _as_text(content: Mapping[str, Any]) -> str:
    if not content:
        return ""
    plain = json.loads(json.dumps(content, ensure_ascii=False, default=str))
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=10_000)
