"""The guide's weights, rules and wording, read from the YAML files of this package."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, Extra

_FOLDER = Path(__file__).resolve().parent


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class PlacePoints(_Strict):
    """Points for how close a record is to the company."""

    city: float
    prefecture: float
    city_unknown: float
    block: float
    other_city: float
    anywhere: float


class Weights(_Strict):
    """Points of the ranking; see ``weights.yml``."""

    place: PlacePoints
    country: float
    industry: float
    purpose: float
    applicant: float
    stage: dict[str, float]
    effect_by_purpose: float
    effect_by_industry: float
    unknown: float
    purpose_missed: float
    stage_ahead: float
    stage_passed: float
    adjustments: dict[str, float]


class Door(_Strict):
    """A national body that is open to anybody, or to the named applicants."""

    record: str
    wording: str
    applicants: tuple[str, ...] = ()
    only_here: bool = False


class Question(_Strict):
    """A slot that may be asked for, and the gain (bits) that makes it worth asking."""

    slot: str
    min_gain: float


class Rules(_Strict):
    """What the guide takes for granted; see ``rules.yml``."""

    industry_kinship: dict[str, tuple[str, ...]]
    effect_purposes: frozenset[str]
    effect_industries: frozenset[str]
    entry_purposes: frozenset[str]
    entry_surveys: frozenset[str]
    product_purpose: str
    own_sales: frozenset[str]
    assumed_applicant: str
    applicant_refusals: dict[str, str]
    shown: int
    doors: tuple[Door, ...]
    questions: tuple[Question, ...]
    gain_step: float
    priors: dict[str, dict[str, float]]
    applicant_priors_by_purpose: dict[str, dict[str, float]]
    city_share: float


class ReasonWording(_Strict):
    """Text of one kind of reason and the attributes whose facts it stands on."""

    text: str
    stands_on: tuple[str, ...]
    each: bool = False
    record: str | None = None


class Wording(_Strict):
    """Everything the guide says; see ``wording.yml``."""

    reasons: dict[str, ReasonWording]
    notes: dict[str, str]
    joiner: str
    record_joiner: str
    refusal: str
    refusal_of_many: str
    refusal_names: int
    unknown: str
    applicant_labels: dict[str, str]


@lru_cache(maxsize=1)
def load_settings() -> tuple[Weights, Rules, Wording]:
    """Reads and checks the three files; pydantic names the field that is wrong."""

    def read(name: str) -> object:
        return yaml.safe_load((_FOLDER / name).read_text("utf-8"))

    return (
        Weights.parse_obj(read("weights.yml")),
        Rules.parse_obj(read("rules.yml")),
        Wording.parse_obj(read("wording.yml")),
    )
