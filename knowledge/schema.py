"""Typed records: the shape of every fact the bot may say.

A record is one YAML object in ``knowledge/records/``. Everything a company can read
from it is a :class:`Fact` with at least one citation; everything the guidance engine
matches on is typed (:class:`Match`). Loading a file validates it; an error names the
file, the record and the field.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Extra, Field, validator

from knowledge.terms import Applicant, Industry, Kind, Purpose, Stage
from knowledge.validity import checked_date

__all__ = [
    "Applicant",
    "Attribute",
    "Document",
    "Fact",
    "Industry",
    "Kind",
    "Match",
    "Purpose",
    "Record",
    "Section",
    "SlotValue",
    "Stage",
    "Status",
]


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class Fact(_Strict):
    """One statement about a record.

    Attributes:
        attribute: Id of the asked-for property, declared in ``vocabulary/attributes.yml``.
        text: Statement in our own words, complete as a sentence by itself (である/です-free
            noun style or plain です form); figures with their units.
        cite: Where it stands: ``"<document>#<section>"``, e.g. ``"deck2014#s05"``.
        source: The section's own source (出所) behind the statement, if it names one.
        value: The figure alone, for tables and comparison.
        unit: Unit of ``value``, e.g. ``米ドル/月``.
        as_of: Date or year the figure holds for, as the document writes it.
        valid_until: Last day (or month, or year) it holds: ``2027-03-31``.
        superseded_by: Citation of the fact of the same record and attribute that took its place.
        keywords: Further words a person may use to ask for this fact.
    """

    attribute: str
    text: str = Field(min_length=1)
    cite: tuple[str, ...]
    source: str | None = None
    value: float | None = None
    unit: str | None = None
    as_of: str | None = None
    valid_until: str | None = None
    superseded_by: str | None = None
    keywords: tuple[str, ...] = ()

    _valid_until = validator("valid_until", pre=True, allow_reuse=True)(checked_date)

    @validator("cite", pre=True)
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @validator("cite")
    def _cited(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("a fact needs at least one citation")
        return value


class Match(_Strict):
    """Conditions of the guidance engine. An empty tuple means "any".

    Attributes:
        prefectures: Full names (``大阪府``) a hub or desk serves.
        cities: Municipalities it is centred on; a company there is the closest match.
        countries: Record ids of the countries it works for (``country.vietnam``).
        industries: Fields it is made for.
        purposes: What it helps with.
        stages: When it helps.
        applicants: Who may use or apply; anybody else is refused by the gate.
        developing_country_only: True for ODA: needs an ODA country and a development effect.
        excludes_own_sales: True where a company seeking its own sales is out of place.
    """

    prefectures: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    industries: tuple[Industry, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    stages: tuple[Stage, ...] = ()
    applicants: tuple[Applicant, ...] = ()
    developing_country_only: bool = False
    excludes_own_sales: bool = False


class Status(_Strict):
    """What became of a record since the deck; its own layer, its own source.

    Attributes:
        state: As the research found it.
        confidence: ``high`` is said as fact, ``medium`` as 〜とみられます（要確認）, ``none`` as
            現況は確認できていません.
        text: The public statement without the hedge, in our own words; empty for ``none``.
        current_name: Today's name, where another.
        successor: What it went into, where known.
        url: Official page only.
        publisher: Who published the source.
        source_date: When, as far as known.
        checked: Month of the research, ``YYYY-MM``.
    """

    state: Literal["continuing", "renamed", "merged", "unknown", "ended"]
    confidence: Literal["high", "medium", "none"]
    text: str = ""
    current_name: str | None = None
    successor: str | None = None
    url: str | None = None
    publisher: str | None = None
    source_date: str | None = None
    checked: str


class Record(_Strict):
    """One hub, scheme, desk, country, … with its facts.

    Attributes:
        id: ``<kind>.<slug>``, stable.
        kind: What it is.
        name: Full display name, as the document writes it.
        short_name: What people call it; shown on buttons (20 characters at most).
        aliases: Other spellings, abbreviations, former and later names.
        readings: In hiragana, of the name, short name and aliases.
        summary: One sentence of what it is, covered by the citations of ``facts``.
        facts: Everything the document says of it, in the order worth telling.
        match: Conditions for the guidance engine (hubs, desks, schemes, organisations).
        related: Record ids: desks of a hub, approach of a case, operator of a scheme, …
        status: Present status, if researched.
        as_of: Date its facts hold for: ``2026-04-01``, ``2026-04`` or ``2026``.
        valid_until: Last day (or month, or year) it is open; it is not recommended after it.
        superseded_by: Id of the record that took its place.
    """

    id: str = Field(regex=r"^[a-z_]+\.[a-z0-9_]+$")
    kind: Kind
    name: str
    short_name: str = Field(max_length=20)
    aliases: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    summary: str
    facts: tuple[Fact, ...]
    match: Match | None = None
    related: tuple[str, ...] = ()
    status: Status | None = None
    as_of: str | None = None
    valid_until: str | None = None
    superseded_by: str | None = None

    _dates = validator("as_of", "valid_until", pre=True, allow_reuse=True)(checked_date)

    @validator("kind")
    def _id_names_the_kind(cls, value: Kind, values: dict[str, str]) -> Kind:
        if "id" in values and not values["id"].startswith(f"{value.value}."):
            raise ValueError(f"the id {values['id']} must begin with '{value.value}.'")
        return value

    @validator("facts")
    def _has_facts(cls, value: tuple[Fact, ...]) -> tuple[Fact, ...]:
        if not value:
            raise ValueError("a record needs at least one fact")
        return value

    def facts_about(self, attribute: str) -> tuple[Fact, ...]:
        """Returns the facts that answer one attribute, in document order."""
        return tuple(fact for fact in self.facts if fact.attribute == attribute)


class Section(_Strict):
    """A citable part of a document (a slide, a page, a heading).

    Attributes:
        id: Used behind the ``#`` of citations.
        heading: As printed.
        page: Its page or slide.
        place: The same as a citation names it (``p.12``), where it does.
        starts_with: First line in the extracted text, where the heading is not.
    """

    id: str
    heading: str
    page: int | None = None
    place: str | None = None
    starts_with: str | None = None


class Document(_Strict):
    """A registered source.

    Attributes:
        id: Short stable id used in citations.
        title: As printed.
        citation: How the source is named to a reader, e.g. with its date remark.
        publisher: Who published it, if it says so.
        date: As far as the document itself bears it out.
        valid_until: Last day (or month, or year) what it says holds.
        superseded_by: Id of the document that took its place.
        language: BCP 47 tag.
        remark: What is said behind an answer that rests on this source alone.
        sections: Its citable parts in order.
    """

    id: str
    title: str
    citation: str
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    language: str = "ja"
    confidence: Literal["high", "medium"] = "high"
    remark: str = ""
    valid_until: str | None = None
    superseded_by: str | None = None
    sections: tuple[Section, ...]

    _valid_until = validator("valid_until", pre=True, allow_reuse=True)(checked_date)


class Attribute(_Strict):
    """A property people ask for, with the words they use for it.

    Attributes:
        id: Used by :attr:`Fact.attribute`.
        label: Japanese name shown to readers.
        aliases: Words and phrases that ask for it.
        readings: In hiragana.
        kinds: Record kinds that can have it; empty means all.
    """

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


class SlotValue(_Strict):
    """One value a slot of the company profile can take, with its words.

    Attributes:
        id: Canonical value (an enum value above, a prefecture, a country record id).
        label: Japanese label shown to readers.
        aliases: Words and phrases that mean it.
        readings: In hiragana.
    """

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
