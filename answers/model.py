"""One answer for every channel.

Actions build an :class:`Answer`; renderers turn it into plain text, web cards, LINE Flex
and Slack blocks. It holds only text and structure: nothing here knows a channel.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Extra, ValidationError

_Dict = dict  # its name inside the classes that have a method of this name


class _Part(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True
        # Parts are frozen: an answer may share them instead of copying each into its whole.
        copy_on_model_validation = "none"


class Citation(_Part):
    """Where a statement stands.

    Attributes:
        document: Document id.
        section: Section id.
        title: How the document is named to a reader.
        heading: Heading of the section.
        source: The section's own source (出所) behind the statement.
        url: Link, if the document is on the web.
    """

    document: str
    section: str
    title: str
    heading: str
    source: str | None = None
    url: str | None = None

    def __hash__(self) -> int:
        """Hashes what tells citations apart; pydantic would hash every text of it."""
        return hash((self.document, self.section, self.source))


class Point(_Part):
    """One statement with its citations (none only where it states no fact)."""

    text: str
    citations: tuple[Citation, ...] = ()


class Table(_Part):
    """A comparison. ``rows`` are as long as ``header``; the first cell names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    citations: tuple[Citation, ...] = ()


class StatusNote(_Part):
    """Present status of something, kept apart from what the document says.

    Attributes:
        subject: Name of the body or scheme.
        text: Complete, already hedged sentence.
        confidence: ``high``, ``medium`` or ``none``.
        publisher: Publisher of the source, with its date, or None.
        url: Official page, or None.
    """

    subject: str
    text: str
    confidence: Literal["high", "medium", "none"]
    publisher: str | None = None
    url: str | None = None


class Card(_Part):
    """One recommended or listed record.

    Attributes:
        group: Heading it stands under, e.g. まず相談する先.
        record: Record id.
        kind: Record kind.
        title: Name shown.
        summary: One sentence with its citations.
        reasons: Why it is recommended.
        points: Further facts.
        status: Present status.
    """

    group: str
    record: str
    kind: str
    title: str
    summary: Point
    reasons: tuple[Point, ...] = ()
    points: tuple[Point, ...] = ()
    status: StatusNote | None = None


class Choice(_Part):
    """Something the reader can pick; sending label, number or payload does the same."""

    label: str
    payload: str


class Answer(_Part):
    """What one action has to say.

    Attributes:
        kind: What sort of answer, for styling and for tests: ``fact``, ``record``, ``list``,
            ``comparison``, ``plan``, ``reasons``, ``sheet``, ``did_you_mean``, ``not_in_material``,
            ``handoff``, ``message``.
        lead: First sentence: the answer itself.
        points: Further statements.
        cards: Recommended or listed records, best first.
        remarks: Statements after the cards: refusals, limits, what is unconfirmed.
        table: A comparison.
        status_notes: Present status of what was named.
        closing: A last sentence (a hint, an invitation); states no fact.
        choices: What to do next.
        data: Further machine-readable parts for rich channels (the profile, …).
    """

    kind: Literal[
        "fact",
        "record",
        "list",
        "comparison",
        "plan",
        "reasons",
        "sheet",
        "did_you_mean",
        "not_in_material",
        "handoff",
        "message",
    ] = "message"
    lead: Point
    points: tuple[Point, ...] = ()
    cards: tuple[Card, ...] = ()
    remarks: tuple[Point, ...] = ()
    table: Table | None = None
    status_notes: tuple[StatusNote, ...] = ()
    closing: str | None = None
    choices: tuple[Choice, ...] = ()
    data: dict[str, Any] = {}

    def dict(self, **options: Any) -> _Dict[str, Any]:
        """Returns what pydantic's ``dict`` does, in half the time where it has no options."""
        return super().dict(**options) if options else _plain(self)


def answer_in(custom: object) -> Answer | None:
    """Returns the answer a message carries beside its text.

    Args:
        custom: The ``custom`` part of a message.

    Returns:
        None for none, and for a structure of another kind or version: the text says everything.
    """
    if not isinstance(custom, dict) or "lead" not in custom:
        return None
    try:
        return Answer.parse_obj(custom)
    except ValidationError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(part) for name, part in value.__dict__.items()}
    if type(value) is tuple:
        return tuple([_plain(part) for part in value])
    return value
