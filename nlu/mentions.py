"""What the entity linker finds: mentions, and the dictionary rows they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

#: Names of particular things; they are masked by class for the intent classifier.
NAME_ENTITIES = frozenset({"record", "country", "prefecture", "city", "region"})
#: Entities a company can rule out (「ベトナムではなく」).
EXCLUDABLE = NAME_ENTITIES | {"industry", "purpose", "stage", "applicant", "business"}


#: Longer words that contain a name without meaning it (中国銀行, タイトル).
BLOCKED_ENTITY = "blocked"
#: Form of a row that counts only as written, and only where a place may stand (尼, 北九).
NICKNAME = "nickname"
#: Form of a row whose words count together, in any order.
CUE = "cue"


class Row(NamedTuple):
    """One dictionary row: a way to write one value.

    Attributes:
        entity: Entity name.
        value: Canonical value.
        alias: As a person may write it.
        form: ``surface`` (written form), ``reading`` (in kana), ``nickname`` (of a place),
            ``phrase`` (matched by content words, so that particles and inflection do not matter)
            or ``cue`` (words in any order).
        detail: Prefecture of a city, kinds of an attribute; empty otherwise.
    """

    entity: str
    value: str
    alias: str
    form: str
    detail: str = ""


class Partial(NamedTuple):
    """A record that people name by its place and one word of its name (神戸のセンター).

    Attributes:
        record: Record id.
        places: Place values (city, prefecture, country ids) it belongs to.
        heads: Content words of its names.
    """

    record: str
    places: frozenset[str]
    heads: frozenset[str]


@dataclass
class Mention:
    """One linked stretch of text.

    Attributes:
        start: First character in the original text.
        end: One after the last.
        rows: Possible meanings, best first.
        score: 1.0 for an exact name, lower for sound or spelling similarity.
        extractor: Which way of matching found it.
        role: ``excluded`` when the text rules the value out.
    """

    start: int
    end: int
    rows: list[Row]
    score: float = 1.0
    extractor: str = "name"
    role: str | None = None

    @property
    def entity(self) -> str:
        """Entity of the best meaning."""
        return self.rows[0].entity

    @property
    def value(self) -> str:
        """Value of the best meaning."""
        return self.rows[0].value

    def mask(self) -> str | None:
        """Returns the class that stands in for a name, or None when the words stay."""
        if self.entity == "record":
            return f"record:{self.value.partition('.')[0]}"
        return self.entity if self.entity in NAME_ENTITIES else None
