"""The channel-neutral answer and its plain-text form. Imports no other room."""

from answers.model import (
    Answer,
    Card,
    Choice,
    Citation,
    Point,
    StatusNote,
    Table,
)
from answers.plain_text import number_choices, to_plain_text

__all__ = [
    "Answer",
    "Card",
    "Choice",
    "Citation",
    "Point",
    "StatusNote",
    "Table",
    "number_choices",
    "to_plain_text",
]
