"""The questions of the one store, as learning and the report read them."""

from __future__ import annotations

from conversations.database import Database
from conversations.masking import mask
from desk.learning.questions import Questions


def questions_of(database: Database) -> Questions:
    """Return the questions of a store, masked once more."""
    return Questions(database, lambda text: mask(text).text)
