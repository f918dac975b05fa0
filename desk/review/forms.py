"""Forms made from the schema: what the schema gets, the form has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic.fields import ModelField
from pydantic.main import BaseModel

from desk.review.wording import texts
from knowledge.loader import Knowledge
from knowledge.schema import Fact, Match, Record, Status

LINE, TEXT, LINES, CHECKS, SELECT, FLAG, NUMBER = (
    "line", "text", "lines", "checks", "select", "flag", "number",
)  # fmt: skip
CITES, NESTED, FACTS = "cites", "nested", "facts"
_LONG = frozenset({("record", "summary"), ("fact", "text"), ("status", "text")})
#: Fields that are not the clerk's to change.
_FIXED = frozenset({"id", "kind"})
_MODELS: dict[str, type[BaseModel]] = {
    "record": Record,
    "fact": Fact,
    "match": Match,
    "status": Status,
}
#: Slot whose labels name the values of an enumeration of the schema.
_SLOTS = {
    "industries": "industry",
    "purposes": "purpose",
    "stages": "stage",
    "applicants": "applicant",
    "prefectures": "prefecture",
}
_LISTS = {
    "related": "records",
    "superseded_by": "records",
    "countries": "countries",
    "cities": "cities",
}
_FACT = re.compile(r"^facts\.(\d+)\.(\w+)$")

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Option:
    """One value that can be picked."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes:
        name: Its name in the schema.
        label: What people call it.
        help: One line about it.
        widget: What it is shown as.
        required: Whether it must be filled.
        options: What can be picked.
        longest: Most characters.
        suggestions: Id of a list of suggestions.
    """

    name: str
    label: str
    help: str
    widget: str
    required: bool = False
    options: tuple[Option, ...] = ()
    longest: int | None = None
    suggestions: str | None = None


class Forms:
    """Makes the fields of the forms over one state of the knowledge.

    Args:
        knowledge: Its attributes and slot values can be picked.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._made: dict[tuple[str, str], list[Field]] = {}

    def fields(self, model: str, kind: str = "") -> list[Field]:
        """Return the fields of a model (``record``, ``fact``, ``match`` or ``status``).

        Args:
            model: Which.
            kind: Kind of the record, for the attributes its facts can have.
        """
        if (model, kind) not in self._made:
            self._made[model, kind] = self._make(model, kind)
        return self._made[model, kind]

    def _make(self, model: str, kind: str) -> list[Field]:
        made = []
        for name, field in _MODELS[model].__fields__.items():
            if model == "record" and name in _FIXED:
                continue
            words = texts()["fields"].get(model, {}).get(name, {})
            widget, options = self._widget(model, name, field, kind)
            made.append(
                Field(
                    name,
                    words.get("label", name),
                    words.get("help", ""),
                    widget,
                    bool(field.required),
                    tuple(options),
                    getattr(field.field_info, "max_length", None),
                    _LISTS.get(name),
                )
            )
        return made

    def attributes(self, kind: str) -> list[Option]:
        """Return the attributes facts of a kind can be about, fitting ones first."""
        known = self._knowledge.attributes.values()
        ranked = sorted(known, key=lambda one: bool(one.kinds) and kind not in one.kinds)
        return [Option(one.id, one.label) for one in ranked]

    def _widget(
        self, model: str, name: str, field: ModelField, kind: str
    ) -> tuple[str, list[Option]]:
        if model == "fact" and name == "attribute":
            return SELECT, self.attributes(kind)
        if name == "cite":
            return CITES, []
        if name == "prefectures":
            return CHECKS, self._labelled("prefecture")
        inner = field.type_
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return (FACTS if _many(field) else NESTED), []
        if isinstance(inner, type) and issubclass(inner, Enum):
            found = self._labelled(_SLOTS.get(name, name))
            # A value without a word of its own can still be in a record.
            words = {option.value for option in found}
            found += [Option(str(v.value), str(v.value)) for v in inner if v.value not in words]
            return (CHECKS if _many(field) else SELECT), found
        if get_origin(field.outer_type_) is not tuple and get_args(inner):
            labels = texts()["choices"].get(name, {})
            return SELECT, [Option(str(v), labels.get(v, str(v))) for v in get_args(inner)]
        if _many(field):
            return LINES, []
        if inner is bool:
            return FLAG, []
        if inner in (float, int):
            return NUMBER, []
        return (TEXT if (model, name) in _LONG else LINE), []

    def _labelled(self, slot: str) -> list[Option]:
        return [Option(one.id, one.label) for one in self._knowledge.slots.get(slot, ())]


def _many(field: ModelField) -> bool:
    return get_origin(field.outer_type_) is tuple


def read(forms: Forms, values: Values, kind: str) -> dict[str, Any]:
    """Return what a form says, as an entry of the file; empty fields are left out.

    Args:
        forms: The forms.
        values: What the browser sent, by name; facts are ``facts.<number>.<field>``.
        kind: Kind of the record.
    """
    content: dict[str, Any] = {"id": _first(values, "id"), "kind": kind}
    for field in forms.fields("record"):
        value: Any
        if field.widget == FACTS:
            value = _facts(forms, values, kind)
        elif field.widget == NESTED:
            value = {}
            for inner in forms.fields(field.name):
                found = _value(inner, values, f"{field.name}.{inner.name}")
                if found not in (None, "", [], False):
                    value[inner.name] = found
        else:
            value = _value(field, values, field.name)
        if value not in (None, "", [], {}):
            content[field.name] = value
    return content


def _facts(forms: Forms, values: Values, kind: str) -> list[dict[str, Any]]:
    numbers = {int(found[1]) for name in values if (found := _FACT.match(name))}
    order = {number: _first(values, f"facts.{number}.place") for number in numbers}
    facts = []
    for number in sorted(numbers, key=lambda one: (float(order[one] or one), one)):
        if _first(values, f"facts.{number}.gone"):
            continue
        fact = {}
        for field in forms.fields("fact", kind):
            found = _value(field, values, f"facts.{number}.{field.name}")
            if found not in (None, "", []):
                fact[field.name] = found
        # A row nobody wrote anything into is no fact.
        if set(fact) - {"attribute"}:
            facts.append(fact)
    return facts


def _value(field: Field, values: Values, name: str) -> Any:
    if field.widget == CHECKS:
        return [one for one in values.get(name, ()) if one]
    text = _first(values, name)
    if field.widget in (LINES, CITES):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.widget == FLAG:
        return bool(text)
    if field.widget == NUMBER:
        return number_of(text)
    return " ".join(text.split())


def number_of(text: str) -> Any:
    """Return what is typed as a number; the text itself where it is none."""
    text = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    try:
        number = float(text)
    except ValueError:
        return text or None
    return int(number) if number.is_integer() and "." not in text else number


def _first(values: Values, name: str) -> str:
    found = values.get(name) or [""]
    return str(found[0]).strip()
