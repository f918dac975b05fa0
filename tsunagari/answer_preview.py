"""The answers a record would give, as every channel shows them, before anything is published."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions.resources import Knowledge, current_knowledge
from channels.line import rendering as line
from channels.slack import rendering as slack
from channels.web import messages as web
from conversations.database import Database
from conversations.rows import LoggedMessage
from desk.review.ports import Faces
from knowledge.guide import Guide
from knowledge.schema import Document, Kind, Record
from tsunagari.releases.bot import Bot, TrialBot, plain

if TYPE_CHECKING:
    from tsunagari.responder import RasaResponder


class AnswerPreview:
    """Asks the running bot about a record that nobody else sees yet.

    Args:
        responder: Whose model answers.
    """

    def __init__(self, responder: RasaResponder) -> None:
        self._responder = responder
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._database: Database | None = None

    async def faces(self, record: Record, documents: Sequence[Document]) -> list[Faces]:
        """See `desk.review.ports.Previewer`."""
        bot = TrialBot(self._bot(with_record(current_knowledge(), record, documents)))
        found = []
        for title, turn in _questions(record):
            messages = await bot.converse([turn])
            found.append(_faces(title, messages))
        return found

    def _bot(self, knowledge: Knowledge) -> Bot:
        """Return the live model with conversations of its own."""
        from tsunagari.tracker_store import SnapshotTrackerStore

        if self._database is None:
            self._directory = tempfile.TemporaryDirectory(prefix="tsunagari-preview-")
            path = Path(self._directory.name) / "trials.sqlite"
            self._database = Database(f"sqlite:///{path}")
        processor = copy.copy(self._responder.processor)
        processor.tracker_store = SnapshotTrackerStore(processor.domain, self._database)
        return Bot(processor, knowledge)


def with_record(opened: Knowledge, record: Record, documents: Sequence[Document]) -> Knowledge:
    """Return the knowledge with one record as it would be; the search stays as it is."""
    store = replace(
        opened.store,
        _records={**opened.store._records, record.id: record},
        _documents={
            **opened.store._documents,
            **{one.id: one for one in documents},
        },
    )
    return replace(opened, store=store, guide=Guide(store))


def _questions(record: Record) -> list[tuple[str, str]]:
    asked = [
        (
            f"「{record.short_name}とは」と尋ねられたとき",
            _payload("ask_record", record=record.id),
        )
    ]
    if record.match and record.kind in (Kind.HUB, Kind.DESK, Kind.SCHEME):
        for prefecture in record.match.prefectures[:1]:
            asked.append(
                (
                    f"{prefecture}の会社が、相談先を尋ねたとき",
                    _payload("find_hub", prefecture=prefecture),
                )
            )
    return asked


def _payload(intent: str, **entities: str) -> str:
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"


def _faces(title: str, messages: Sequence[dict[str, Any]]) -> Faces:
    bodies = [
        {
            **message,
            "buttons": [
                {"title": button["title"], "payload": f"c{number}"}
                for number, button in enumerate(message.get("buttons") or [])
            ],
        }
        for message in messages
    ]
    packed = [one["message"] for one in line.render(bodies).messages]
    posts = [
        {"text": post.text, "blocks": post.blocks} for body in bodies for post in slack.render(body)
    ]
    return Faces(title, plain(messages), [_for_widget(body) for body in bodies], packed, posts)


def _for_widget(body: dict[str, Any]) -> dict[str, Any]:
    return web.render(
        LoggedMessage(
            conversation_id="",
            id=0,
            author="bot",
            text=str(body.get("text", "")),
            body=body,
            created_at=0.0,
            client_message_id=None,
        )
    )
