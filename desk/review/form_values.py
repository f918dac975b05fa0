"""What a sent form holds, and how its problems are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sanic.request import Request

from desk.review.records import InvalidRecord
from desk.review.wording import texts


def values_of(request: Request) -> dict[str, Sequence[str]]:
    """Return the fields of a form with all their values."""
    form = request.form or {}
    return {str(name): [str(value) for value in values] for name, values in form.items()}


def one(values: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the value of a field, trimmed."""
    found = values.get(name) or [""]
    return str(found[0]).strip()


def by_field(error: InvalidRecord) -> dict[str, str]:
    """Return problems by the field they belong to."""
    return {problem.field or "": problem.what for problem in error.problems}


def label_of(path: str) -> str:
    """Return how people call a field of a record."""
    parts = path.replace("]", "").replace("[", ".").split(".")
    fields = texts()["fields"]
    if parts[0] == "facts" and len(parts) > 1:
        inner = fields["fact"].get(parts[2], {}).get("label", parts[2]) if len(parts) > 2 else ""
        return f"事実 {parts[1]} {inner}".strip()
    if parts[0] in ("match", "status") and len(parts) > 1:
        return str(fields[parts[0]].get(parts[1], {}).get("label", parts[1]))
    return str(fields["record"].get(parts[0], {}).get("label", parts[0]))


def wording_of(problems: Mapping[str, str]) -> str:
    """Return one line for everything that is wrong."""
    return "　".join(
        f"{label_of(field)}: {what}" if field else what for field, what in problems.items()
    )
