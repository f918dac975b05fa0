"""The gates that hold before any ranking (design §6).

1. Only the bodies and applicants a record names may apply.
2. ODA-based schemes need a country that receives ODA and a development effect.
3. A company that seeks its own sales is not sent where the record rules that out.
"""

from __future__ import annotations

from knowledge.guide.findings import OPEN, SHUT, Cell, holds, misses, refuses, unknown
from knowledge.guide.settings import Rules, Weights
from knowledge.schema import Match, Record


def applicant_gate(match: Match, applicant: str | None, rules: Rules, weights: Weights) -> Cell:
    """Judges who asks against whom the record admits.

    An unknown applicant is taken for :attr:`Rules.assumed_applicant`, unconfirmed.
    """
    admitted = tuple(value.value for value in match.applicants)
    if not admitted:
        return OPEN
    if (applicant or rules.assumed_applicant) not in admitted:
        wording = rules.applicant_refusals.get(admitted[0]) if len(admitted) == 1 else None
        return refuses(wording or "applicant_refused", "applicant")
    points = weights.applicant / len(admitted)
    if applicant is None:
        return unknown("applicant_unknown", "applicant", points)
    return holds("applicant", "applicant", points)


def oda_country_gate(
    match: Match, country: str | None, is_oda: bool | None, weights: Weights
) -> Cell:
    """Judges the country against the list of ODA recipients."""
    if not match.developing_country_only:
        return OPEN
    if country is None or is_oda is None:
        return unknown("oda_country_unknown", "country", weights.unknown)
    return holds("oda_country", "country") if is_oda else refuses("oda_country_refused", "country")


def effect_gate(
    record: Record,
    match: Match,
    industries: frozenset[str],
    purpose: str | None,
    rules: Rules,
    weights: Weights,
) -> Cell:
    """Judges whether an ODA-based scheme would have a development effect.

    Args:
        record: The scheme.
        match: Its conditions.
        industries: Every field the company belongs to; empty when unknown.
        purpose: What it wants abroad.
    """
    if not match.developing_country_only:
        return OPEN
    if purpose in rules.effect_purposes:
        return holds("effect_purpose", "purpose", weights.effect_by_purpose)
    named = {value.value for value in match.purposes}
    by_industry = bool(industries & rules.effect_industries)
    if purpose in rules.entry_purposes and record.id in rules.entry_surveys:
        return holds("effect_entry", "purpose")
    if by_industry:
        cell = holds("effect_industry", "industry", weights.effect_by_industry)
        return cell if purpose is None else cell + unknown("effect_own_business", None, 0.0)
    if purpose is None:
        return unknown("effect_unknown", "purpose", weights.unknown)
    if named and rules.product_purpose not in named:
        return misses("effect_refused", "purpose", 0.0, SHUT)
    return refuses("effect_refused", "purpose")


def own_sales_gate(match: Match, purpose: str | None, rules: Rules) -> Cell:
    """Judges a company that seeks its own sales."""
    if match.excludes_own_sales and purpose in rules.own_sales:
        return refuses("own_sales_refused", "purpose")
    return OPEN
