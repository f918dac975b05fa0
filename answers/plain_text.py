"""The reference rendering: an :class:`~answers.model.Answer` as plain Japanese text.

The text is complete by itself: facts, sources, present status. A source is printed in
full where it first occurs and as 同資料 while it stays the same; statements in a row that share
their source share one bracket, so that a long answer stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from answers.model import Answer, Card, Citation, Point, StatusNote, Table

_SHORT_TITLE = "同資料"


class _SourceBrackets:
    """Words the 〔出典: …〕 brackets of one answer; 同資料 is the document named last."""

    def __init__(self) -> None:
        self._last: str | None = None

    def bracket(self, citations: Sequence[Citation]) -> str:
        """Returns the bracket for some citations, or an empty string for none."""
        if not citations:
            return ""
        return f"〔出典: {'、'.join(self._word(citations))}〕"

    def _word(self, citations: Iterable[Citation]) -> list[str]:
        words: list[str] = []
        for citation in citations:
            # The title names the page too, where a document is cited by pages.
            title = _SHORT_TITLE if citation.title == self._last else citation.title
            self._last = citation.title
            word = f"{title}「{citation.heading}」"
            if citation.source:
                word += f"（{citation.source}）"
            words.append(word)
        return _without_less_exact(words)


def _without_less_exact(words: Sequence[str]) -> list[str]:
    """Drops repeats, and a section that is named again with its own source."""
    return [
        word
        for word in dict.fromkeys(words)
        if not any(other != word and other.startswith(f"{word}（") for other in words)
    ]


def _points(points: Sequence[Point], brackets: _SourceBrackets, bullet: str) -> list[str]:
    lines = []
    for index, point in enumerate(points):
        following = points[index + 1].citations if index + 1 < len(points) else None
        shared = following == point.citations
        source = "" if shared else brackets.bracket(point.citations)
        lines.append(f"{bullet}{point.text}{source}")
    return lines


def _status(note: StatusNote) -> str:
    published = f"（{note.publisher}）" if note.publisher else ""
    link = f" {note.url}" if note.url else ""
    return f"現況: {note.text}{published}{link}"


def _card(card: Card, brackets: _SourceBrackets) -> list[str]:
    """One record: what it is, why, more facts, one bracket for all its sources, its status."""
    lines = [f"◆ {card.title}", f"　{card.summary.text}"]
    if card.reasons:
        lines.append(f"　理由: {'、'.join(reason.text for reason in card.reasons)}")
    lines += [f"　・{point.text}" for point in card.points]
    told = (card.summary, *card.reasons, *card.points)
    sources = list(dict.fromkeys(citation for point in told for citation in point.citations))
    if sources:
        lines.append(f"　{brackets.bracket(sources)}")
    if card.status:
        lines.append(f"　{_status(card.status)}")
    return lines


def _table(table: Table, brackets: _SourceBrackets) -> list[str]:
    lines = [f"【{table.caption}】"]
    for row in table.rows:
        cells = "／".join(
            f"{head}: {cell}" for head, cell in zip(table.header[1:], row[1:], strict=True)
        )
        lines.append(f"・{row[0]} … {cells}")
    lines.append(brackets.bracket(table.citations))
    return [line for line in lines if line]


def to_plain_text(answer: Answer) -> str:
    """Renders everything of an answer but its choices.

    Args:
        answer: What an action has to say.

    Returns:
        Text with line breaks. Choices are numbered by whoever gathers the whole turn
        (:func:`number_choices`), because numbers run on over its messages.
    """
    brackets = _SourceBrackets()
    lines = _points([answer.lead, *answer.points], brackets, "・")
    lines[0] = lines[0].removeprefix("・")
    group = None
    for card in answer.cards:
        if card.group != group:
            lines += ["", f"【{card.group}】"]
            group = card.group
        lines += _card(card, brackets)
    if answer.table:
        lines += ["", *_table(answer.table, brackets)]
    if answer.remarks:
        lines += ["", *_points(answer.remarks, brackets, "※ ")]
    if answer.status_notes:
        lines += [f"{note.subject}の{_status(note)}" for note in answer.status_notes]
    if answer.closing:
        lines += ["", answer.closing]
    return "\n".join(lines)


def number_choices(labels: Sequence[str], start: int = 1) -> str:
    """Words choices as a numbered list.

    Args:
        labels: What the reader can pick.
        start: Number of the first one.

    Returns:
        One line a choice, e.g. ``1. 情報収集``.
    """
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start))


def without_numbers(text: str, labels: Sequence[str]) -> str:
    """Takes a numbered list off the end of a text, where choices are shown as controls.

    Args:
        text: A text that may end in the list.
        labels: Its choices; the numbers may begin with any.
    """
    if not labels:
        return text
    lines = r"[\n\u3000]".join(rf"\d+\. {re.escape(label)}" for label in labels)
    found = re.search(rf"(?:\A|\n\n){lines}\Z", text)
    return text[: found.start()] if found else text
