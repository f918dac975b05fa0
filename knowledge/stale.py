"""What needs a look: expired, soon to expire, unconfirmed or old, by who is in charge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from knowledge.dates import dates, is_date, last_day, said
from knowledge.library import LibraryDocument
from knowledge.schema import Document, Kind, Record
from knowledge.store import Store
from knowledge.validity import Validity, state


class Why(str, Enum):
    """Why something needs a look, the most pressing first."""

    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    EXPIRES_SOON = "expires_soon"
    UNCONFIRMED = "unconfirmed"
    NOT_RESEARCHED = "not_researched"
    OLD_STATUS = "old_status"
    OLD_DOCUMENT = "old_document"
    UNDATED = "undated"


#: How each is said.
LABELS = {
    Why.EXPIRED: "期限切れ",
    Why.SUPERSEDED: "後継あり",
    Why.EXPIRES_SOON: "まもなく期限",
    Why.UNCONFIRMED: "現況が未確認",
    Why.NOT_RESEARCHED: "現況を未調査",
    Why.OLD_STATUS: "現況の確認が古い",
    Why.OLD_DOCUMENT: "資料が古い",
    Why.UNDATED: "日付なし",
}
#: Kinds of record whose present status a company depends on.
_LIVE = (Kind.HUB, Kind.SCHEME, Kind.DESK, Kind.ORGANISATION, Kind.EVENT)
_OPERATORS = ("operator", "secretariat")
_INGESTED = "取り込んだ資料"
_NO_OPERATOR = "（担当の記載なし）"


@dataclass(frozen=True)
class Item:
    """One thing to look at.

    Attributes:
        centre: Whose it is: the operator or centre in charge, or the publisher of a document.
        subject: Id of the record or document.
        name: Its name.
        why: Why it needs a look.
        detail: The fact, date or wording in question.
        since: The date that makes it so, as it is kept; None where there is none.
    """

    centre: str
    subject: str
    name: str
    why: Why
    detail: str
    since: str | None = None


def stale(
    store: Store,
    ingested: Iterable[LibraryDocument],
    day: date,
    *,
    within: int = 60,
    status_months: int = 12,
    document_years: int = 3,
) -> list[Item]:
    """Returns what needs a look, centre by centre, the most pressing first.

    Args:
        store: The records and registered documents.
        ingested: Every edition of the ingested documents.
        day: Today.
        within: Days within which an expiry is soon.
        status_months: Months after which a checked status is old.
        document_years: Years after which a document is old.
    """
    soon = day + timedelta(days=within)
    editions = {one.id: one for one in ingested}
    found: list[Item] = []
    for record in store.records():
        centre = centre_of(record, store)
        found += _record(record, centre, day, soon)
        found += _facts(record, centre, day, soon)
        found += _sources(record, centre, editions)
        if record.kind in _LIVE:
            found += _status(record, centre, day, status_months)
    for document in store.documents():
        centre = document.publisher or document.title
        found += _document(document, centre, document.title, day, soon, document_years)
    for one in editions.values():
        if one.superseded_by is not None:
            continue
        centre = one.publisher or _INGESTED
        found += _document(one, centre, one.title, day, soon, document_years)
    order = list(Why)
    return sorted(found, key=lambda item: (item.centre, order.index(item.why), item.subject))


def centre_of(record: Record, store: Store) -> str:
    """Returns who is in charge of a record: its operator as a record, as told, or itself."""
    if record.kind in {Kind.HUB, Kind.ORGANISATION}:
        return record.short_name
    wanted = ("hub.", "organisation.") if record.kind is Kind.DESK else ("organisation.",)
    for other in record.related:
        if other.startswith(wanted) and store.has_record(other):
            return store.record(other).short_name
    for attribute in _OPERATORS:
        for fact in record.facts_about(attribute):
            named = re.search(r"は(?:、)?([^、。]{2,20}?)(?:です|が|。|$)", fact.text)
            if named:
                return named[1]
    return _NO_OPERATOR


def _record(record: Record, centre: str, day: date, soon: date) -> Iterator[Item]:
    for why, since in _ends(record, day, soon):
        detail = record.superseded_by or f"{said(since or '')}まで"
        yield Item(centre, record.id, record.short_name, why, detail, since)


def _facts(record: Record, centre: str, day: date, soon: date) -> Iterator[Item]:
    for fact in record.facts:
        # A fact that was replaced is in order: the newer one stands beside it.
        for why, since in _ends(fact, day, soon):
            if why is not Why.SUPERSEDED:
                yield Item(centre, record.id, record.short_name, why, fact.text, since)


def _sources(
    record: Record, centre: str, editions: Mapping[str, LibraryDocument]
) -> Iterator[Item]:
    """Yields the facts that stand on an edition a newer one has taken the place of."""
    for fact in record.facts:
        for document in {reference.split("#", 1)[0] for reference in fact.cite}:
            newer = editions[document].superseded_by if document in editions else None
            if newer:
                detail = f"出典に新しい版（{newer}）があります：{fact.text}"
                yield Item(centre, record.id, record.short_name, Why.SUPERSEDED, detail)


def _status(record: Record, centre: str, day: date, months: int) -> Iterator[Item]:
    status, name = record.status, record.short_name
    if status is None:
        yield Item(centre, record.id, name, Why.NOT_RESEARCHED, "現況の記録がありません")
        return
    if status.confidence != "high":
        yield Item(centre, record.id, name, Why.UNCONFIRMED, status.text, status.checked)
    checked = status.checked if is_date(status.checked) else None
    if checked and last_day(checked) < day - timedelta(days=round(months * 30.5)):
        yield Item(centre, record.id, name, Why.OLD_STATUS, f"{said(checked)}に確認", checked)


def _document(
    document: Document | LibraryDocument,
    centre: str,
    title: str,
    day: date,
    soon: date,
    years: int,
) -> Iterator[Item]:
    for why, since in _ends(document, day, soon):
        detail = document.superseded_by or f"{said(since or '')}まで"
        yield Item(centre, document.id, title, why, detail, since)
    written = _date_of(document)
    if written is None:
        yield Item(centre, document.id, title, Why.UNDATED, "資料の日付が分かりません")
    elif last_day(written) < _years_before(day, years):
        yield Item(centre, document.id, title, Why.OLD_DOCUMENT, f"{said(written)}の資料", written)


def _date_of(document: Document | LibraryDocument) -> str | None:
    """Returns the date of a document; registered ones tell it in words."""
    text = document.date or ""
    return text if is_date(text) else next(iter(dates(text)), None)


def _ends(
    thing: Record | Document | LibraryDocument | object, day: date, soon: date
) -> Iterator[tuple[Why, str | None]]:
    until = getattr(thing, "valid_until", None)
    found = state(thing, day)  # type: ignore[arg-type]
    if found is Validity.SUPERSEDED:
        yield Why.SUPERSEDED, until
    elif found is Validity.EXPIRED:
        yield Why.EXPIRED, until
    elif until and last_day(until) <= soon:
        yield Why.EXPIRES_SOON, until


def _years_before(day: date, years: int) -> date:
    # 29 February has no counterpart in most years.
    return day.replace(year=day.year - years, day=min(day.day, 28))
