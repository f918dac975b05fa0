"""The channel-neutral answer and its plain-text form. Imports no other room."""

from answers.model import (
    Answer,
    Card,
    Choice,
    Citation,
    Point,
    StatusNote,
    Table,
    answer_in,
)
from answers.plain_text import number_choices, to_plain_text, without_numbers

__all__ = [
    "Answer",
    "Card",
    "Choice",
    "Citation",
    "Point",
    "StatusNote",
    "Table",
    "answer_in",
    "number_choices",
    "to_plain_text",
    "without_numbers",
]
