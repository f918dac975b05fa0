"""What is kept of a conversation, for the person it is about: machine-readable and readable."""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.database import Database, now
from conversations.erasure import Erasure
from conversations.ports import NoSheet, SheetView
from conversations.privacy_wording import texts, wording
from conversations.private import PrivateTexts, as_typed

FORMAT = "tsunagari-own-data/1"
#: Work of the staff among itself; whoever asks by law gets it by hand (docs/privacy.md).
_INTERNAL_EVENTS = ("note",)


class OwnData:
    """Collects what is kept of a conversation."""

    def __init__(
        self,
        database: Database,
        private: PrivateTexts | None = None,
        sheet: SheetView | None = None,
        zone: tzinfo = timezone.utc,
    ) -> None:
        """Create it.

        Args:
            database: The one store.
            private: Opens what is sealed: it is the person's own.
            sheet: The consultation sheets.
            zone: In which times are shown.
        """
        self._database = database
        self._private = private
        self._sheet: SheetView = sheet or NoSheet()
        self._zone = zone

    def collect(self, conversation_id: str, internal: bool = False) -> dict[str, Any] | None:
        """Return everything kept of a conversation as plain JSON.

        Args:
            conversation_id: The conversation.
            internal: Also notes of the staff (for the operator who answers a request by law).

        Returns:
            The data; None when there is no such conversation.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(schema.conversation).where(schema.conversation.c.id == conversation_id)
            ).first()
            if row is None:
                return None
            sealed = self._private.messages(connection, conversation_id) if self._private else {}
            data = {
                "format": FORMAT,
                "made_at": self._time(now()),
                "conversation": {
                    "id": row.id,
                    "channel": row.channel,
                    "began_at": self._time(row.created_at),
                    "last_at": self._time(row.updated_at),
                },
                "messages": self._messages(connection, conversation_id, sealed),
                "requests": self._requests(connection, conversation_id),
                "consents": self._rows(connection, schema.consent, conversation_id),
                "feedback": self._rows(connection, schema.feedback, conversation_id),
                "statistics": self._rows(connection, schema.turn_record, conversation_id),
                "kept_unmasked": len(sealed),
                "rows": Erasure(self._database).count(connection, conversation_id),
            }
            if internal:
                notes = self._private.notes(connection, conversation_id) if self._private else {}
                data["staff_notes"] = [
                    {"at": self._time(one.created_at), "text": notes.get(one.id, one.detail)}
                    for one in connection.execute(
                        select(schema.desk_event).where(
                            schema.desk_event.c.conversation_id == conversation_id,
                            schema.desk_event.c.kind.in_(_INTERNAL_EVENTS),
                        )
                    )
                ]
        data["sheet"] = [
            {"label": field["label"], "value": _shown(field)}
            for field in self._sheet.read(conversation_id)["fields"]
        ]
        return data

    def summary(self, data: dict[str, Any]) -> str:
        """Word what is kept in a few lines, for channels without a page of one's own."""
        messages = data["messages"]
        said = {
            author: sum(one["author"] == author for one in messages)
            for author in ("customer", "bot", "staff")
        }
        told = [f"{one['label']}＝{one['value']}" for one in data["sheet"] if one["value"]]
        requests = [f"{one['receipt']}（{one['state']}）" for one in data["requests"]]
        keeping = self._private.keeping if self._private else None
        return wording(
            "export_summary",
            **said,
            first=data["conversation"]["began_at"][:10],
            last=data["conversation"]["last_at"][:10],
            sheet="、".join(told) or texts()["none"],
            requests="、".join(requests) or texts()["none"],
            sealed=data["kept_unmasked"],
            feedback=len(data["feedback"]),
            raw_days=keeping.raw_days if keeping else 0,
            raw_hours=keeping.raw_hours if keeping else 0,
            conversation_days=keeping.conversation_days if keeping else 0,
        )

    def markdown(self, data: dict[str, Any]) -> str:
        """Return the data as Markdown."""
        lines = ["# あなたの記録", "", f"作成: {data['made_at']}", "", self.summary(data), ""]
        lines += ["## 相談カルテ", ""]
        lines += [f"- {one['label']}: {one['value'] or '－'}" for one in data["sheet"]]
        lines += ["", "## 担当者への依頼", ""]
        for one in data["requests"]:
            lines.append(f"- {one['receipt']}（{one['state']}、{one['at']}）")
            lines.append(f"  - ご希望: {_one_line(one['wish'])}")
            lines.append(f"  - ご連絡先: {_one_line(one['contact'])}")
        lines += ["", "## 会話", ""]
        names = {"customer": "あなた", "bot": "ボット", "staff": "担当者"}
        for one in data["messages"]:
            lines.append(f"- {one['at']} {names.get(one['author'], one['author'])}: ")
            lines += [f"  > {line}" for line in one["text"].splitlines() or [""]]
        return "\n".join(lines) + "\n"

    # --- inner -------------------------------------------------------------------------

    def _messages(
        self, connection: Connection, conversation_id: str, sealed: dict[int, str]
    ) -> list[dict[str, Any]]:
        names = {"customer": "あなた", "bot": "ボット", "staff": "担当者"}
        rows = connection.execute(
            select(schema.message)
            .where(schema.message.c.conversation_id == conversation_id)
            .order_by(schema.message.c.id)
        )
        return [
            {
                "at": self._time(row.created_at),
                "author": row.author,
                "author_name": names.get(row.author, row.author),
                "text": as_typed(row.text, sealed.get(row.id)),
                "kept_masked_as": row.text if row.id in sealed else None,
            }
            for row in rows
        ]

    def _requests(self, connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
        table = schema.handoff_request
        found = []
        for row in connection.execute(
            select(table).where(table.c.conversation_id == conversation_id)
        ).all():
            typed = (
                self._private.of_request(connection, conversation_id, row.receipt)
                if self._private
                else {}
            )
            found.append(
                {
                    "receipt": row.receipt,
                    "at": self._time(row.created_at),
                    "state": row.state,
                    "wish": typed.get("wish", row.wish),
                    "contact": typed.get("contact", row.contact),
                    "consent": row.consent,
                    "passed_on": row.sheet,
                }
            )
        return found

    def _rows(
        self, connection: Connection, table: Any, conversation_id: str
    ) -> list[dict[str, Any]]:
        rows = connection.execute(
            select(table).where(table.c.conversation_id == conversation_id)
        ).mappings()
        return [
            {key: value for key, value in row.items() if key != "conversation_id"} for row in rows
        ]

    def _time(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).isoformat(timespec="seconds")


def _shown(field: dict[str, Any]) -> str | None:
    value: str | None = field.get("value")
    for option in field.get("options") or ():
        if option["value"] == value:
            return str(option["label"])
    return value


def _one_line(text: str | None) -> str:
    return " ".join((text or "－").split())
