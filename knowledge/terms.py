"""The fixed terms of records and company profiles."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """What a record is about."""

    HUB = "hub"
    DESK = "desk"
    SCHEME = "scheme"
    COUNTRY = "country"
    ORGANISATION = "organisation"
    CASE = "case"
    APPROACH = "approach"
    LEADER_TYPE = "leader_type"
    POLICY_POINT = "policy_point"
    EVENT = "event"


class Applicant(str, Enum):
    """Who asks, and whom a scheme admits."""

    SME = "sme"
    LARGE = "large"
    MUNICIPALITY = "municipality"
    ORGANISATION = "organisation"
    GOVERNMENT = "partner_government"


class Stage(str, Enum):
    """How far a company has come on its way abroad, in order."""

    COLLECTING = "collecting"
    PLANNING = "planning"
    FEASIBILITY = "feasibility"
    PREPARING = "preparing"
    OPERATING = "operating"


class Purpose(str, Enum):
    """What a company wants abroad."""

    PRODUCTION = "production"
    SALES = "sales"
    PROCUREMENT = "procurement"
    PROBLEM_SOLVING = "problem_solving"
    INFRASTRUCTURE = "infrastructure"
    HUMAN_RESOURCES = "human_resources"


class Industry(str, Enum):
    """Broad fields; the company's own words are kept beside them."""

    MANUFACTURING = "manufacturing"
    ENVIRONMENT = "environment"
    WATER = "water"
    ENERGY = "energy"
    PRECISION = "precision"
    FOOD = "food"
    AGRICULTURE = "agriculture"
    MEDICAL = "medical"
    CONSTRUCTION = "construction"
    IT = "it"
    LOGISTICS = "logistics"
    RETAIL = "retail"
    SERVICES = "services"
