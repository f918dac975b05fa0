from __future__ import annotations

import pytest

from knowledge.guide import Guide, Profile, Verdict

TRIAL = Profile(
    prefecture="東の県",
    country="country.a",
    purpose="problem_solving",
    stage="feasibility",
    applicant="sme",
)


def schemes(guide: Guide, **changes: object) -> list[str]:
    plan = guide.recommend(Profile(**{**TRIAL.__dict__, **changes}))
    return [item.record_id for item in plan.schemes]


def refused(guide: Guide, **changes: object) -> dict[str, str]:
    plan = guide.recommend(Profile(**{**TRIAL.__dict__, **changes}))
    return {record: reason.text for reason in plan.refusals for record in reason.records}


def test_named_applicant_with_development_effect_passes(guide: Guide) -> None:
    assert schemes(guide) == ["scheme.trial"]


@pytest.mark.parametrize("applicant", ["large", "municipality", "organisation"])
def test_sme_only_scheme_refuses_others_and_says_why(guide: Guide, applicant: str) -> None:
    assert "scheme.trial" not in schemes(guide, applicant=applicant)
    assert "〈sme〉" in refused(guide, applicant=applicant)["scheme.trial"]


def test_unknown_applicant_is_taken_for_an_sme_unconfirmed(guide: Guide) -> None:
    plan = guide.recommend(Profile(**{**TRIAL.__dict__, "applicant": None}))
    assert plan.schemes[0].record_id == "scheme.trial"
    assert plan.schemes[0].unconfirmed == ("applicant",)
    assert any(note.slot == "applicant" for note in plan.notes)


def test_partner_government_grant_is_never_applied_for(guide: Guide) -> None:
    for applicant in ("sme", "large", "municipality", "organisation", None):
        for purpose in ("sales", "problem_solving", "production", None):
            assert "scheme.grant" not in schemes(guide, applicant=applicant, purpose=purpose)
    assert "相手国政府" in refused(guide, purpose="sales")["scheme.grant"]


def test_municipal_frame_takes_municipalities_only(guide: Guide) -> None:
    assert "scheme.roots" in schemes(guide, applicant="municipality")
    assert "scheme.roots" not in schemes(guide)
    assert "地方自治体" in refused(guide)["scheme.roots"]


def test_own_sales_are_never_sent_to_the_municipal_frame(guide: Guide) -> None:
    assert "scheme.roots" not in schemes(
        guide, applicant="municipality", purpose="sales", industry="water"
    )


def test_country_without_oda_is_refused_and_an_unlisted_one_unconfirmed(guide: Guide) -> None:
    assert schemes(guide, country="country.rich") == []
    assert "ODAの対象国ではない" in refused(guide, country="country.rich")["scheme.trial"]
    plan = guide.recommend(Profile(**{**TRIAL.__dict__, "country": "country.unlisted"}))
    assert plan.schemes[0].unconfirmed == ("country",)


def test_own_sales_need_a_field_with_development_effect(guide: Guide) -> None:
    assert "scheme.trial" not in schemes(guide, purpose="sales", industry="food")
    assert "scheme.trial" not in schemes(guide, purpose="sales")
    assert "scheme.trial" in refused(guide, purpose="sales", industry="food")
    plan = guide.recommend(Profile(**{**TRIAL.__dict__, "purpose": "sales", "industry": "water"}))
    assert plan.schemes[0].record_id == "scheme.trial"
    assert any("要確認" in caution.text for caution in plan.schemes[0].cautions)


def test_explain_names_every_gate_that_failed(guide: Guide) -> None:
    profile = Profile(country="country.rich", purpose="sales", applicant="sme")
    failed = [r for r in guide.explain(profile, "scheme.roots") if r.verdict is Verdict.FAILS]
    assert len(failed) == 4 and all(reason.is_gate for reason in failed)
    assert {reason.slot for reason in failed} == {"country", "purpose", "applicant"}
