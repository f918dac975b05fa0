"""Values of records as the texts of cells, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from desk.review import forms as form_fields
from desk.review.forms import Field
from desk.review.sheet_files import unguarded
from knowledge.dates import parse_date
from knowledge.schema import Record

_SEPARATOR = "\n"
_LISTED = re.compile(r"[\n、,，]")
_DAYS = frozenset({"as_of", "valid_until", "source_date"})
#: 1954 to 2118, as Excel counts.
_SERIAL = re.compile(r"[2-7]\d{4}")
_SLASHED = re.compile(r"\d{4}/\d{1,2}/\d{1,2}")
_DAY_ZERO = date(1899, 12, 30)
_YES = frozenset({"はい", "1", "TRUE", "True", "true", "○"})


def cell_text(value: Any) -> str:
    """Return the text of a cell that holds a value."""
    if value is None or value is False:
        return ""
    if value is True:
        return "はい"
    if isinstance(value, (list, tuple)):
        return _SEPARATOR.join(str(one) for one in value)
    return str(value)


def cell_value(field: Field, text: str) -> Any:
    """Return the value that the text of a cell stands for."""
    text = unguarded(text).strip()
    if field.widget == form_fields.CHECKS:
        return [one.strip() for one in _LISTED.split(text) if one.strip()]
    if field.name in _DAYS:
        return _day(text)
    if field.widget in (form_fields.LINES, form_fields.CITES):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.widget == form_fields.FLAG:
        return True if text in _YES else text or False
    if field.widget == form_fields.NUMBER:
        return form_fields.number_of(text)
    return text


def _day(text: str) -> str:
    """Return a day as it is kept: Excel counts days from the end of 1899."""
    if _SERIAL.fullmatch(text):
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    if _SLASHED.fullmatch(text):
        return parse_date(text.replace("/", "-")) or text
    return text


def put(content: dict[str, Any], path: str, value: Any) -> None:
    """Put a value into an entry; an empty one leaves it without."""
    name, _, inner = path.partition(".")
    if inner:
        nested = dict(content.get(name) or {})
        put(nested, inner, value)
        content[name] = nested
    elif value in (None, "", [], False):
        content.pop(name, None)
    else:
        content[name] = value


def in_order(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with its fields in the order of the schema."""
    order = list(Record.__fields__)
    return dict(
        sorted(
            content.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)
        )
    )
