"""What is wrong with the knowledge base, said in one line per problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing to correct.

    Attributes:
        file: File name, relative to the knowledge folder.
        what: What is wrong and what to do, in Japanese.
        record: Id of the record (or vocabulary entry) concerned.
        field: Field path inside it, e.g. ``facts[2].cite``.
    """

    file: str
    what: str
    record: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = " / ".join(part for part in (self.file, self.record, self.field) if part)
        return f"{place}: {self.what}"


class KnowledgeError(Exception):
    """The knowledge base cannot be used as it stands.

    Attributes:
        problems: Everything found, not only the first; ``str()`` has one line for each.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def field_path(location: Iterable[str | int]) -> str:
    """Returns the place of a pydantic error as readers count it, e.g. ``facts[2].cite``."""
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def in_japanese(error: Mapping[str, Any]) -> str:
    """Says what to do about one pydantic error."""
    kind, context = error["type"], error.get("ctx", {})
    templates: list[tuple[str, Callable[[], str]]] = [
        ("value_error.missing", lambda: "必須の項目がありません。書き足してください"),
        (
            "value_error.extra",
            lambda: "この名前の項目はありません。つづりを確かめるか削ってください",
        ),
        ("type_error.enum", lambda: f"値は {_choices(context)} のどれかにしてください"),
        ("value_error.const", lambda: f"値は {_choices(context)} のどれかにしてください"),
        (
            "value_error.any_str.max_length",
            lambda: f"{context['limit_value']}文字以内にしてください",
        ),
        ("value_error.any_str.min_length", lambda: "空にせず、内容を書いてください"),
        ("value_error.list.min_items", lambda: "一つ以上書いてください"),
        ("value_error.tuple.min_items", lambda: "一つ以上書いてください"),
        (
            "value_error.str.regex",
            lambda: "「種類.英小文字の名前」の形にしてください（例 hub.mobio）",
        ),
        ("type_error", lambda: f"値の型が違います。書き方を直してください（{error['msg']}）"),
    ]
    if "at least one" in error["msg"]:
        return "一つ以上書いてください（事実には出典が要ります）"
    if kind == "value_error" and "must begin with" in error["msg"]:
        return f"id は kind に合わせて「{error['msg'].split(chr(39))[1]}」で始めてください"
    for prefix, template in templates:
        if kind.startswith(prefix):
            return template()
    return f"値を直してください（{error['msg']}）"


def _choices(context: Mapping[str, Any]) -> str:
    values = context.get("enum_values") or context.get("permitted") or ()
    return " / ".join(str(getattr(value, "value", value)) for value in values)
