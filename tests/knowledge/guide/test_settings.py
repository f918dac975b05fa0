from __future__ import annotations

from knowledge.guide.settings import load_settings
from knowledge.schema import Applicant, Industry, Purpose
from knowledge.store import Store


def test_settings_name_only_what_exists(real_store: Store) -> None:
    weights, rules, wording = load_settings()
    named = {*weights.adjustments, *rules.entry_surveys}
    named |= {door.record for door in rules.doors}
    assert [record for record in sorted(named) if not real_store.has_record(record)] == []
    purposes = {value.value for value in Purpose}
    industries = {value.value for value in Industry}
    applicants = {value.value for value in Applicant}
    assert rules.effect_purposes | rules.entry_purposes | rules.own_sales <= purposes
    assert rules.product_purpose in purposes
    assert rules.effect_industries | set(rules.industry_kinship) <= industries
    assert set(rules.applicant_refusals) <= applicants
    assert {door.wording for door in rules.doors} | set(
        rules.applicant_refusals.values()
    ) <= wording.reasons.keys()


def test_closer_places_weigh_more(real_store: Store) -> None:
    weights, _, _ = load_settings()
    place = weights.place
    assert place.city > place.prefecture > place.city_unknown > place.block > place.other_city
    assert place.other_city > place.anywhere
    # A prefecture's own hub made for the field stays before a block's hub made for the country.
    assert place.prefecture + weights.industry / 2 > place.block + weights.country


def test_priors_are_shares(real_store: Store) -> None:
    _, rules, _ = load_settings()
    for slot, shares in rules.priors.items():
        assert sum(shares.values()) <= 1
        values = {value.id for value in real_store.slot_values(slot)}
        assert set(shares) <= values
    for shares in rules.applicant_priors_by_purpose.values():
        assert abs(sum(shares.values()) - 1) < 1e-9
