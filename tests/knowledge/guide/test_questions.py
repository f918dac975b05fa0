from __future__ import annotations

from knowledge.guide import Guide, Profile
from tests.knowledge.guide.conftest import SmallStore


def test_place_is_asked_before_anything_else(real_guide: Guide) -> None:
    assert real_guide.next_question(Profile()) == "prefecture"


def test_answered_or_declined_slots_are_not_asked_again(real_guide: Guide) -> None:
    slots = ("prefecture", "business", "country", "purpose", "stage", "city", "applicant")
    declined: set[str] = set()
    while (slot := real_guide.next_question(Profile(declined=frozenset(declined)))) is not None:
        assert slot in slots and slot not in declined
        declined.add(slot)
    assert {"prefecture", "business", "purpose", "stage"} <= declined


def test_declining_the_field_counts_for_the_business(real_guide: Guide) -> None:
    profile = Profile(prefecture="大阪府", declined=frozenset({"industry"}))
    assert real_guide.next_question(profile) != "business"


def test_known_industry_answers_the_business_question(real_guide: Guide) -> None:
    assert real_guide.next_question(Profile(prefecture="大阪府", industry="it")) != "business"


def test_no_question_when_no_answer_changes_the_plan() -> None:
    assert Guide(SmallStore()).next_question(Profile()) is None


def test_design_walk_asks_for_the_stage_and_then_stops(real_guide: Guide) -> None:
    press = {
        "prefecture": "大阪府",
        "business": "金属プレス",
        "country": "country.vietnam",
        "purpose": "production",
    }
    assert real_guide.next_question(Profile(**press)) == "stage"
    assert real_guide.next_question(Profile(**press, stage="collecting")) is None


def test_city_is_asked_where_a_city_has_its_own_hub(real_guide: Guide) -> None:
    known = {
        "business": "金型",
        "country": "country.thailand",
        "purpose": "sales",
        "stage": "planning",
    }
    assert real_guide.next_question(Profile(prefecture="兵庫県", **known)) == "city"
    assert real_guide.next_question(Profile(prefecture="兵庫県", city="神戸市", **known)) is None
    assert real_guide.next_question(Profile(prefecture="青森県", **known)) is None


def test_applicant_is_asked_where_schemes_are_divided_by_it(real_guide: Guide) -> None:
    known = {"prefecture": "大阪府", "country": "country.vietnam", "stage": "planning"}
    water = Profile(business="水処理", purpose="infrastructure", **known)
    assert real_guide.next_question(water) == "applicant"
    press = Profile(business="プレス", purpose="production", **known)
    assert real_guide.next_question(press) is None


def test_region_is_narrowed_only_where_that_matters(real_guide: Guide) -> None:
    region = Profile(
        prefecture="大阪府、京都府",
        business="プレス",
        purpose="sales",
        stage="planning",
        country="country.usa",
    )
    assert real_guide.next_question(region) == "prefecture"


def test_every_answer_path_is_short(real_guide: Guide) -> None:
    answers = {
        "prefecture": "兵庫県",
        "business": "水処理装置",
        "country": "country.vietnam",
        "purpose": "problem_solving",
        "stage": "planning",
        "city": "姫路市",
        "applicant": "sme",
    }
    known: dict[str, str] = {}
    while (slot := real_guide.next_question(Profile(**known))) is not None:
        assert slot not in known
        known[slot] = answers[slot]
    assert len(known) <= 7
    ordinary = {**answers, "prefecture": "広島県", "purpose": "production", "business": "鋳物"}
    known = {}
    while (slot := real_guide.next_question(Profile(**known))) is not None:
        known[slot] = ordinary[slot]
    assert len(known) <= 5
