"""Values of records as the texts of cells, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desk.review import forms as form_fields
from desk.review.forms import Field
from desk.review.sheet_files import unguarded
from knowledge.schema import Record

_SEPARATOR = "\n"
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
    if field.widget in (form_fields.LINES, form_fields.CITES, form_fields.CHECKS):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.widget == form_fields.FLAG:
        return True if text in _YES else text or False
    if field.widget == form_fields.NUMBER:
        return form_fields.number_of(text)
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
