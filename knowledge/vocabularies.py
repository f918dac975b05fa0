"""Shapes of the vocabulary files that are more than a :class:`~knowledge.schema.SlotValue`."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.schema import SlotValue

#: Slot of the company profile (or linker list) → file in ``vocabulary/``.
SLOT_FILES = {
    "prefecture": "prefectures.yml",
    "region": "regions.yml",
    "country": "countries.yml",
    "industry": "industries.yml",
    "purpose": "purposes.yml",
    "stage": "stages.yml",
    "applicant": "applicants.yml",
    "kind": "kinds.yml",
    "topic": "topics.yml",
}


class Region(SlotValue):
    """A region word such as 関西.

    Attributes:
        prefectures: Full names of the prefectures it usually means.
    """

    prefectures: tuple[str, ...]


class Topic(SlotValue):
    """A practical topic the documents do not treat, e.g. 法人税.

    Attributes:
        who_can_help: Ids of records a company may be sent to instead.
        why: On what ground they are named, as a sentence with its sources in ``cite``.
        cite: Where that stands, ``<document>#<section>``.
        high_risk: True where a wrong word costs money or breaks a law: always offer a person.
    """

    who_can_help: tuple[str, ...] = ()
    why: str = ""
    cite: tuple[str, ...] = ()
    high_risk: bool = False


#: Slots whose values carry more than a :class:`SlotValue`.
SLOT_MODELS: dict[str, type[SlotValue]] = {"region": Region, "topic": Topic}


@dataclass(frozen=True)
class Municipality:
    """A city, ward, town, village or county, as companies name it.

    Attributes:
        name: 東大阪市, 中央区, 諏訪郡.
        reading: In hiragana; empty where unknown.
        prefectures: Full names of every prefecture that has one of this name.
        parents: For the wards of a designated city, the cities that have one of this name.
    """

    name: str
    reading: str
    prefectures: tuple[str, ...]
    parents: tuple[str, ...] = ()
