"""What is wrong with the knowledge base, said in one line per problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
