"""Drafts of records: proposed from passages, answered from only once a person accepted them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.library.tables import now, opened

#: Longest short name of a record.
_SHORT = 20


@dataclass(frozen=True)
class DraftField:
    """One proposed fact.

    Attributes:
        attribute: Id of the property, as in ``vocabulary/attributes.yml``.
        text: The statement.
        cite: The passage it stands in.
        quote: The words of the passage behind it.
        confidence: 0–1, how surely the rule reads such words.
        value: The figure alone.
        unit: Its unit.
        as_of: Date the figure holds for.
        valid_until: Date it holds to.
        values: Ids where the property is a condition of matching (applicants).
    """

    attribute: str
    text: str
    cite: str
    quote: str
    confidence: float
    value: float | None = None
    unit: str | None = None
    as_of: str | None = None
    valid_until: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A proposed record, or proposed facts of an existing one.

    Attributes:
        id: Number; 0 before it is stored.
        document: Document it was read from.
        kind: Kind of record.
        name: Proposed name.
        target: Id of the record the facts would be added to; None for a new one.
        fields: Proposed facts.
        status: ``draft``, ``accepted`` or ``rejected``.
        created: When it was proposed.
        decided: When it was decided.
        by: Who edited or decided it last.
        reason: Why it was rejected.
        record_id: The record it became part of.
    """

    id: int
    document: str
    kind: str
    name: str
    target: str | None
    fields: tuple[DraftField, ...]
    status: str = "draft"
    created: str = ""
    decided: str | None = None
    by: str | None = None
    reason: str | None = None
    record_id: str | None = None

    def as_record(self, record_id: str) -> dict[str, Any]:
        """Returns the object for ``records/*.yml``, to be completed and checked by a person.

        Args:
            record_id: The id it shall have.
        """
        short = re.sub(r"[（(].*", "", self.name)[:_SHORT]
        stated = [one for one in self.fields if one.text]
        overview = next((one.text for one in stated if one.attribute == "overview"), None)
        record: dict[str, Any] = {
            "id": record_id,
            "kind": self.kind,
            "name": self.name,
            "short_name": short,
            "summary": overview or (stated[0].text if stated else self.name),
            "facts": [_fact(one) for one in stated],
        }
        applicants = [one for field in self.fields for one in field.values]
        if applicants:
            record["match"] = {"applicants": list(dict.fromkeys(applicants))}
        ends = [one.valid_until for one in self.fields if one.valid_until]
        if ends:
            record["valid_until"] = max(ends)
        return record


class Drafts:
    """The drafts of one library file.

    Args:
        path: The library's file; an absent one holds none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def listed(
        self, status: str | None = "draft", document: str | None = None
    ) -> tuple[Draft, ...]:
        """Returns drafts, the newest documents first, in the order they were read.

        Args:
            status: Only of this status; None for all.
            document: Only of this document.
        """
        if not self.path.exists():
            return ()
        with opened(self.path) as connection:
            rows = connection.execute(
                "SELECT * FROM draft WHERE (? IS NULL OR status = ?)"
                " AND (? IS NULL OR document = ?) ORDER BY created DESC, id",
                (status, status, document, document),
            ).fetchall()
        return tuple(_draft(row) for row in rows)

    def get(self, draft_id: int) -> Draft:
        """Returns one draft; KeyError when there is none of this number."""
        if self.path.exists():
            with opened(self.path) as connection:
                row = connection.execute("SELECT * FROM draft WHERE id = ?", (draft_id,)).fetchone()
            if row:
                return _draft(row)
        raise KeyError(draft_id)

    def propose(self, drafts: Iterable[Draft]) -> int:
        """Stores new drafts and returns how many.

        What was already decided for the same document series, name and facts is not
        proposed again.
        """
        count = 0
        with opened(self.path, write=True) as connection:
            for one in drafts:
                series = one.document.rsplit("_", 1)[0]
                decided = connection.execute(
                    "SELECT fields FROM draft WHERE document LIKE ? AND name = ?"
                    " AND status != 'draft'",
                    (f"{series}_%", one.name),
                ).fetchall()
                if any(_stated(row["fields"]) == _texts(one.fields) for row in decided):
                    continue
                connection.execute(
                    "DELETE FROM draft WHERE document LIKE ? AND document != ? AND name = ?"
                    " AND status = 'draft'",
                    (f"{series}_%", one.document, one.name),
                )
                connection.execute(
                    "INSERT INTO draft (document, kind, name, target, fields, status, created)"
                    " VALUES (?, ?, ?, ?, ?, 'draft', ?)",
                    (one.document, one.kind, one.name, one.target, _json(one.fields), now()),
                )
                count += 1
        return count

    def edit(
        self,
        draft_id: int,
        who: str,
        *,
        kind: str | None = None,
        name: str | None = None,
        fields: Sequence[DraftField] | None = None,
    ) -> Draft:
        """Changes an undecided draft.

        Raises:
            KeyError: There is no such draft.
            ValueError: It has been decided already.
        """
        before = self._undecided(draft_id)
        with opened(self.path, write=True) as connection:
            connection.execute(
                "UPDATE draft SET kind = ?, name = ?, fields = ?, by = ? WHERE id = ?",
                (
                    kind or before.kind,
                    name or before.name,
                    _json(before.fields if fields is None else fields),
                    who,
                    draft_id,
                ),
            )
        return self.get(draft_id)

    def accept(self, draft_id: int, who: str, record_id: str) -> Draft:
        """Remembers that a draft went into a record.

        Raises:
            KeyError: There is no such draft.
            ValueError: It has been decided already.
        """
        return self._decide(draft_id, "accepted", who, record_id=record_id)

    def reject(self, draft_id: int, who: str, reason: str) -> Draft:
        """Remembers that a draft is not wanted; it is not proposed again.

        Raises:
            KeyError: There is no such draft.
            ValueError: It has been decided already.
        """
        return self._decide(draft_id, "rejected", who, reason=reason)

    def _decide(
        self,
        draft_id: int,
        status: str,
        who: str,
        reason: str | None = None,
        record_id: str | None = None,
    ) -> Draft:
        self._undecided(draft_id)
        with opened(self.path, write=True) as connection:
            changed = connection.execute(
                "UPDATE draft SET status = ?, decided = ?, by = ?, reason = ?, record_id = ?"
                " WHERE id = ? AND status = 'draft'",
                (status, now(), who, reason, record_id, draft_id),
            ).rowcount
        if not changed:
            self._undecided(draft_id)
        return self.get(draft_id)

    def _undecided(self, draft_id: int) -> Draft:
        draft = self.get(draft_id)
        if draft.status != "draft":
            raise ValueError(f"下書き {draft_id} は処理済みです（{draft.by}、{draft.decided}）")
        return draft


def _fact(field: DraftField) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "attribute": field.attribute,
        "text": field.text,
        "cite": [field.cite],
    }
    for name in ("value", "unit", "as_of", "valid_until"):
        if getattr(field, name) is not None:
            fact[name] = getattr(field, name)
    return fact


def _json(fields: Iterable[DraftField]) -> str:
    return json.dumps([asdict(one) for one in fields], ensure_ascii=False)


def _texts(fields: Iterable[DraftField]) -> set[tuple[str, str]]:
    return {(one.attribute, one.text) for one in fields}


def _stated(text: str) -> set[tuple[str, str]]:
    return {(one["attribute"], one["text"]) for one in json.loads(text)}


def _draft(row: sqlite3.Row) -> Draft:
    values = dict(row)
    values["fields"] = tuple(
        DraftField(**{**one, "values": tuple(one["values"])}) for one in json.loads(row["fields"])
    )
    return Draft(**values)
