from __future__ import annotations

import pytest

from knowledge.guide import Guide, Profile, Verdict
from tests.knowledge.guide.conftest import SmallStore, ids, make_record


def hubs(guide: Guide, **profile: object) -> list[str]:
    return ids(guide.recommend(Profile(**profile)).hubs)


def test_nearer_places_come_first(guide: Guide) -> None:
    assert hubs(guide, prefecture="東の県", city="港市") == [
        "hub.port",
        "hub.prefecture",
        "hub.bureau_east",
    ]


def test_hub_of_a_city_comes_after_the_bureau_for_another_city(guide: Guide) -> None:
    plan = guide.recommend(Profile(prefecture="東の県", city="山市"))
    assert ids(plan.hubs) == ["hub.prefecture", "hub.bureau_east", "hub.port"]
    assert "港市" in plan.hubs[2].cautions[0].text and "山市" in plan.hubs[2].cautions[0].text


def test_ward_of_the_city_counts_as_the_city(guide: Guide) -> None:
    assert hubs(guide, prefecture="東の県", city="港市中央区")[0] == "hub.port"


def test_hub_of_another_prefecture_is_never_recommended(guide: Guide) -> None:
    assert hubs(guide, prefecture="南の県") == []
    assert "hub.prefecture" not in hubs(guide, prefecture="西の県")
    assert "hub.maker" not in hubs(guide, prefecture="東の県", industry="manufacturing")


def test_place_bound_records_wait_for_the_place(guide: Guide) -> None:
    plan = guide.recommend(Profile())
    assert plan.hubs == ()
    assert ids(plan.national) == ["organisation.jetro", "organisation.sme_support"]
    assert any(note.slot == "prefecture" for note in plan.notes)


def test_region_meets_only_what_serves_all_of_it(guide: Guide) -> None:
    assert hubs(guide, prefecture="東の県、西の県") == ["hub.bureau_east"]
    plan = guide.recommend(Profile(prefecture="西の県、南の県"))
    assert ids(plan.hubs) == ["hub.bureau_east"]
    assert plan.hubs[0].unconfirmed == ("prefecture",)


def test_field_is_a_condition_and_unknown_is_unconfirmed(guide: Guide) -> None:
    west = {"prefecture": "西の県"}
    assert hubs(guide, **west, industry="manufacturing")[0] == "hub.maker"
    assert "hub.maker" not in hubs(guide, **west, industry="it")
    plan = guide.recommend(Profile(**west))
    assert plan.hubs[0].unconfirmed == ("industry",)


def test_own_words_tell_the_field(guide: Guide) -> None:
    plan = guide.recommend(Profile(prefecture="西の県", business="自動車のプレス部品"))
    assert plan.hubs[0].record_id == "hub.maker"
    assert "自動車のプレス部品" in plan.hubs[0].reasons[1].text


def test_desk_of_a_country_needs_that_country(guide: Guide) -> None:
    assert ids(guide.recommend(Profile(country="country.a")).desks) == ["desk.a", "desk.anywhere"]
    for country in ("country.b", None):
        assert ids(guide.recommend(Profile(country=country)).desks) == ["desk.anywhere"]
    notes = [note.text for note in guide.recommend(Profile(country="country.b")).notes]
    assert any("〈country.b〉" in text and "記載がない" in text for text in notes)


def test_excluded_country_is_explained(guide: Guide) -> None:
    profile = Profile(excluded=frozenset({"country.a"}))
    reasons = guide.explain(profile, "desk.a")
    assert reasons[0].verdict is Verdict.FAILS and "対象から外した" in reasons[0].text


@pytest.mark.parametrize(
    ("stage", "points"),
    [("planning", 1), ("collecting", 2), ("preparing", -1)],
)
def test_stage_only_changes_the_rank(guide: Guide, stage: str, points: int) -> None:
    trial = {"country": "country.a", "purpose": "problem_solving", "applicant": "sme"}
    at = guide.recommend(Profile(**trial, stage="feasibility")).schemes[0]
    off = guide.recommend(Profile(**trial, stage=stage)).schemes[0]
    assert off.record_id == at.record_id and off.score < at.score
    assert off.cautions[-1].slot == "stage"
    assert ("なってから" in off.cautions[-1].text) == (points > 0)


def test_ties_are_ordered_by_id(store: SmallStore) -> None:
    store.entries += [
        make_record("hub.b_twin", "ふたご二", prefectures=["南の県"]),
        make_record("hub.a_twin", "ふたご一", prefectures=["南の県"]),
    ]
    assert hubs(Guide(store), prefecture="南の県") == ["hub.a_twin", "hub.b_twin"]


def test_a_new_record_is_recommended_without_code(store: SmallStore) -> None:
    store.entries.append(
        make_record("hub.new", "新しい拠点", prefectures=["南の県"], industries=["food"])
    )
    store.entries.append(make_record("organisation.school", "学校", countries=["country.b"]))
    plan = Guide(store).recommend(
        Profile(prefecture="南の県", industry="food", country="country.b")
    )
    assert plan.hubs[0].record_id == "hub.new"
    assert [reason.text for reason in plan.hubs[0].reasons] == [
        "所在地が〈南の県〉",
        "業種・技術が〈food〉",
    ]
    assert plan.hubs[0].reasons[0].cite == ("book#s1",)
    assert plan.desks[0].record_id == "organisation.school"


def test_explain_covers_records_without_conditions(store: SmallStore) -> None:
    store.entries.append(make_record("country.a", "A国").copy(update={"match": None}))
    reasons = Guide(store).explain(Profile(), "country.a")
    assert len(reasons) == 1 and "条件を持たない" in reasons[0].text
    with pytest.raises(KeyError):
        Guide(store).explain(Profile(), "hub.nowhere")
