"""Structured logs: one JSON object a line, for installations that collect them.

`TSUNAGARI_LOG=json` turns them on; on a terminal lines stay readable. Either way no text of a
conversation is logged, and ids of conversations, which may hold a LINE or Slack user's id, are
logged as short digests.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from typing import Any

import structlog
from httptools import HttpParserError
from sanic.exceptions import SanicException, ServiceUnavailable
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from conversations.database_problems import explained
from conversations.masking import mask_numbers

VARIABLE = "TSUNAGARI_LOG"
_CONVERSATION = re.compile(r"\b(?:web|line|slack|rest|terminal):[^\s,'\")]+")
_TELLING = re.compile(rf"{_CONVERSATION.pattern}|\d{{2}}")
_DIGITS = 10
_TRACES = logging.Formatter()


class WithoutIds(logging.Filter):
    """Replaces ids of conversations in log records by digests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter.filter`."""
        if record.args or "@" in str(record.msg) or _TELLING.search(str(record.msg)):
            record.msg, record.args = without_ids(record.getMessage()), None
        if record.exc_info and record.exc_info[0] is not None:
            # What an error says may quote what it was about.
            trace = without_ids(_TRACES.formatException(record.exc_info))
            record.msg, record.args = f"{record.getMessage()}\n{trace}", None
            record.exc_info = record.exc_text = None
        return True


class StoreTrouble(logging.Filter):
    """Tells trouble with the store in one line that says how to mend it, not as a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter.filter`."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, (DBAPIError, PoolTimeoutError)) and not isinstance(
            error, (DataError, IntegrityError, ProgrammingError)
        ):
            record.msg, record.args = f"{record.getMessage()}: {explained(error)}", None
            record.exc_info = record.exc_text = None
        return True


class HungUp(logging.Filter):
    """Leaves out that somebody hung up before the answer came: nothing is to be mended."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter.filter`."""
        error = record.exc_info[1] if record.exc_info else None
        # Sanic's words for a request whose connection is gone; a slow answer has others.
        return not (isinstance(error, ServiceUnavailable) and str(error) == "Cancelled")


class Unreadable(logging.Filter):
    """Tells of a request that is no HTTP in one line: the server has closed the connection."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter.filter`."""
        error = record.exc_info[1] if record.exc_info else None
        below_routes = record.name == "sanic.error" and "connection_task" in str(record.msg)
        if below_routes and isinstance(error, (SanicException, HttpParserError, UnicodeError)):
            record.msg, record.args = "A request could not be read", None
            record.exc_info = record.exc_text = None
        return True


def without_ids(text: str) -> str:
    """Return a log line with each conversation's id as a digest, the same for the same id.

    Nothing of ours logs what people typed; what a library tells loses numbers and addresses here.
    """
    return mask_numbers(_CONVERSATION.sub(lambda found: digest(found[0]), text))


def digest(conversation_id: str) -> str:
    """Return what stands for a conversation in logs."""
    channel, _, _ = conversation_id.partition(":")
    return f"{channel}#{hashlib.sha256(conversation_id.encode()).hexdigest()[:_DIGITS]}"


def set_up() -> None:
    """Change the root logger's handlers as the environment asks; call after `quieten`."""
    root = logging.getLogger()
    if os.environ.get(VARIABLE) == "json":
        for handler in root.handlers:
            handler.setFormatter(json_formatter())
    for handler in root.handlers:
        handler.addFilter(HungUp())
        handler.addFilter(Unreadable())
        handler.addFilter(StoreTrouble())
        handler.addFilter(WithoutIds())


def json_formatter() -> logging.Formatter:
    """Return a formatter that writes JSON lines (structlog)."""
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _with_trace,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _with_trace(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Name the running trace, where there is one."""
    from tsunagari.operation.tracing import tracing_wanted

    if tracing_wanted():
        from opentelemetry.trace import get_current_span

        context = get_current_span().get_span_context()
        if context.is_valid:
            event["trace_id"] = f"{context.trace_id:032x}"
            event["span_id"] = f"{context.span_id:016x}"
    return event
