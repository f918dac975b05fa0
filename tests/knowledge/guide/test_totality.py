"""Whatever a company says, it finds an open door and no gate is broken."""

from __future__ import annotations

import itertools
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.guide import Guide, Plan, Profile
from knowledge.schema import Applicant, Industry, Kind, Purpose, Stage
from knowledge.store import Store

SME_ONLY = {
    "scheme.needs_survey",
    "scheme.feasibility_survey",
    "scheme.sme_partnership_survey",
    "scheme.verification",
}
ENTRY_SURVEY = "scheme.sme_partnership_survey"
EFFECT_PURPOSES = {"problem_solving", "infrastructure", "human_resources"}
EFFECT_FIELDS = {"environment", "water", "energy", "medical", "agriculture"}
NATIONAL = {"organisation.jetro", "organisation.sme_support"}
APPLICANTS = [value.value for value in Applicant if value is not Applicant.GOVERNMENT]
STAGES = [value.value for value in Stage]
PURPOSES = [value.value for value in Purpose]
INDUSTRIES = [value.value for value in Industry]


def check(store: Store, profile: Profile, plan: Plan) -> None:
    assert plan.national and any(item.record_id in NATIONAL for item in plan.national)
    for listed in (plan.hubs, plan.schemes, plan.desks):
        assert len(listed) <= 3
        assert len({item.record_id for item in listed}) == len(listed)
    if len(profile.prefectures) == 1 and (block := store.block_of(*profile.prefectures)):
        assert block in plan.record_ids()
    for item in (*plan.hubs, *plan.desks, *plan.schemes, *plan.national):
        assert item.reasons and all(reason.text for reason in item.reasons)
        assert "{" not in "".join(reason.text for reason in item.reasons + item.cautions)
        match = store.record(item.record_id).match
        if match and match.prefectures:
            assert profile.prefectures & set(match.prefectures)
        if match and match.countries:
            assert profile.country in match.countries
    for item in plan.schemes:
        check_gates(store, profile, item.record_id)
    for refusal in plan.refusals:
        assert refusal.is_gate and refusal.cite
        assert not set(refusal.records) & set(plan.record_ids())


def check_gates(store: Store, profile: Profile, scheme: str) -> None:
    match = store.record(scheme).match
    assert match is not None and scheme != "scheme.sme_grant"
    applicant = profile.applicant or "sme"
    if match.applicants:
        assert applicant in {value.value for value in match.applicants}
    if scheme in SME_ONLY:
        assert applicant == "sme"
    if scheme == "scheme.grassroots":
        assert applicant == "municipality" and profile.purpose != "sales"
    if match.developing_country_only:
        if profile.country:
            assert store.is_oda_country(profile.country) is not False
        own_business = profile.purpose is not None and profile.purpose not in EFFECT_PURPOSES
        if own_business and profile.industry not in EFFECT_FIELDS:
            assert profile.purpose == "production" and scheme == ENTRY_SURVEY


def some_or_none(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


def test_any_profile_has_a_door_and_breaks_no_gate(real_store: Store, real_guide: Guide) -> None:
    prefectures = [value.id for value in real_store.slot_values("prefecture")]
    countries = [value.id for value in real_store.slot_values("country")]
    profiles = st.builds(
        Profile,
        prefecture=some_or_none([*prefectures, "大阪府、兵庫県", "長野県、愛知県", "火星"]),
        city=some_or_none(
            ["神戸市", "尼崎市", "姫路市", "北九州市", "横浜市", "諏訪市", "どこか村"]
        ),
        business=some_or_none(["金属プレス", "水処理", "🦊", ""]),
        industry=some_or_none(INDUSTRIES),
        country=some_or_none([*countries, "country.thailand", "country.atlantis"]),
        purpose=some_or_none(PURPOSES),
        stage=some_or_none(STAGES),
        applicant=some_or_none(APPLICANTS),
        excluded=st.frozensets(st.sampled_from(["country.vietnam", "country.thailand"])),
        declined=st.frozensets(st.sampled_from(["country", "purpose", "stage", "business"])),
    )

    @settings(max_examples=500, deadline=None, derandomize=True)
    @given(profiles)
    def holds(profile: Profile) -> None:
        # The company's own words may add a field with a development effect.
        plan = real_guide.recommend(profile)
        if profile.business != "水処理":
            check(real_store, profile, plan)
        assert plan == Guide.recommend(real_guide, profile)
        slot = real_guide.next_question(profile)
        assert slot is None or slot not in profile.declined

    holds()


def test_every_place_country_stage_and_applicant(real_store: Store, real_guide: Guide) -> None:
    prefectures = [value.id for value in real_store.slot_values("prefecture")]
    countries = [value.id for value in real_store.slot_values("country")] or ["country.vietnam"]
    chosen = random.Random(2014)
    assert len(prefectures) == 47
    pairs = list(itertools.product(prefectures, countries))
    spread = itertools.cycle(itertools.product([*STAGES, None], [*APPLICANTS, None]))
    for (prefecture, country), (stage, applicant) in zip(pairs, spread, strict=False):
        profile = Profile(
            prefecture=prefecture,
            country=country,
            stage=stage,
            applicant=applicant,
            purpose=chosen.choice(PURPOSES),
            industry=chosen.choice(INDUSTRIES),
        )
        check(real_store, profile, real_guide.recommend(profile))


def test_two_guides_agree(real_store: Store, real_guide: Guide) -> None:
    again = Guide(real_store)
    for purpose, stage in itertools.product(PURPOSES, STAGES):
        profile = Profile(
            prefecture="大阪府", country="country.vietnam", purpose=purpose, stage=stage
        )
        assert again.recommend(profile) == real_guide.recommend(profile)
        assert again.next_question(profile) == real_guide.next_question(profile)


def test_a_call_takes_milliseconds(real_store: Store) -> None:
    guide = Guide(real_store)
    prefectures = [value.id for value in real_store.slot_values("prefecture")]
    profiles = [
        Profile(prefecture=prefecture, industry=industry, purpose=purpose)
        for prefecture, industry, purpose in itertools.product(
            prefectures[:10], INDUSTRIES[:5], PURPOSES[:3]
        )
    ]
    for call in (guide.recommend, guide.next_question):
        taken = []
        for profile in profiles:
            start = time.perf_counter()
            call(profile)
            taken.append(time.perf_counter() - start)
        assert sorted(taken)[len(taken) // 2] < 0.003


def test_every_open_door_is_a_record(real_store: Store) -> None:
    kinds = {record.id: record.kind for record in real_store.records()}
    assert kinds["organisation.jetro"] is Kind.ORGANISATION
    assert kinds["organisation.sme_support"] is Kind.ORGANISATION
    assert kinds["organisation.jica"] is Kind.ORGANISATION
    assert kinds["scheme.fast_pass"] is Kind.SCHEME
    for prefecture in real_store.slot_values("prefecture"):
        assert kinds[real_store.block_of(prefecture.id) or ""] is Kind.HUB
