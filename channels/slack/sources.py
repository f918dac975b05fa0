"""Sources and present status as the small grey lines under a statement."""

from __future__ import annotations

from collections.abc import Iterable

from answers.model import Citation, StatusNote
from channels.slack.mrkdwn import escape, link
from channels.slack.wording import wording


def source_line(citations: Iterable[Citation]) -> str:
    """Word sources; each document once, with its headings and their own sources.

    Returns:
        Text in Slack's format, or an empty string for none.
    """
    documents: dict[str, list[Citation]] = {}
    for citation in dict.fromkeys(citations):
        documents.setdefault(citation.title, []).append(citation)
    if not documents:
        return ""
    told = [_document(title, found) for title, found in documents.items()]
    return wording("source") + "、".join(told)


def status_line(note: StatusNote, named: bool = False) -> str:
    """Word the present status of something.

    Args:
        note: The status.
        named: Whether the line must say of what.
    """
    subject = f"{escape(note.subject)}の" if named else ""
    publisher = f"（{escape(note.publisher)}）" if note.publisher else ""
    address = f" {link(note.url, note.url)}" if note.url else ""
    return f"{subject}{wording('status')}{escape(note.text)}{publisher}{address}"


def _document(title: str, citations: list[Citation]) -> str:
    url = next((citation.url for citation in citations if citation.url), None)
    named = link(url, title) if url else escape(title)
    headings: dict[str, str] = {}
    for citation in citations:
        headings[citation.heading] = citation.source or headings.get(citation.heading, "")
    return named + "".join(
        f"「{escape(heading)}」" + (f"（{escape(source)}）" if source else "")
        for heading, source in headings.items()
    )
