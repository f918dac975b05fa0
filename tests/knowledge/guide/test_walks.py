"""Profiles read by hand from the document; see ``walks.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.guide import Guide, Profile
from knowledge.schema import Applicant, Industry, Purpose, Stage
from knowledge.store import Store
from tests.knowledge.guide.conftest import ids

WALKS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "walks.yml").read_text("utf-8")
)
LISTS = {"hub": "hubs", "scheme": "schemes", "desk": "desks"}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk["walk"])
def test_walk(real_guide: Guide, walk: dict[str, Any]) -> None:
    plan = real_guide.recommend(Profile(**walk["profile"]))
    for single, plural in LISTS.items():
        shown = ids(getattr(plan, plural))
        if single in walk:
            assert shown[:1] == [walk[single]], shown
        assert set(walk.get(plural, ())) <= set(shown), shown
    assert set(walk.get("national", ())) <= set(ids(plan.national))
    assert not set(walk.get("not", ())) & set(plan.record_ids())
    refused = {record for reason in plan.refusals for record in reason.records}
    assert set(walk.get("refused", ())) <= refused, refused
    assert all(item.reasons for item in (*plan.hubs, *plan.schemes, *plan.desks, *plan.national))


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk["walk"])
def test_walk_names_only_what_exists(real_store: Store, walk: dict[str, Any]) -> None:
    """A misspelt id under ``not`` would never fail."""
    named = [walk[key] for key in LISTS if key in walk]
    for key in (*LISTS.values(), "national", "not", "refused"):
        named += walk.get(key, ())
    assert all(real_store.has_record(record) for record in named)
    profile = walk["profile"]
    for slot, values in (
        ("purpose", Purpose),
        ("stage", Stage),
        ("applicant", Applicant),
        ("industry", Industry),
    ):
        assert profile.get(slot) in (None, *(value.value for value in values))
    if country := profile.get("country"):
        assert real_store.slot_value("country", country)


def test_own_city_hub_of_another_city_says_so(real_guide: Guide) -> None:
    plan = real_guide.recommend(
        Profile(prefecture="兵庫県", city="姫路市", business="鋳物", country="country.thailand")
    )
    kobe = next(item for item in plan.hubs if item.record_id == "hub.kobe")
    assert any("神戸市" in caution.text and "要確認" in caution.text for caution in kobe.cautions)


def test_explain_says_why_mobio_is_not_for_kanagawa(real_guide: Guide) -> None:
    profile = Profile(prefecture="神奈川県", business="プレス")
    reason = real_guide.explain(profile, "hub.mobio")[0]
    assert "大阪府" in reason.text and "神奈川県" in reason.text and reason.cite


def test_reasons_of_the_design_walk_carry_the_slides(real_guide: Guide) -> None:
    plan = real_guide.recommend(
        Profile(
            prefecture="大阪府",
            business="金属プレス",
            country="country.vietnam",
            purpose="production",
            stage="collecting",
        )
    )
    texts = [reason.text for reason in plan.hubs[0].reasons]
    assert texts == ["所在地が大阪府", "業種・技術が金属プレス"]
    assert all("deck2014#s05" in reason.cite for reason in plan.hubs[0].reasons[:1])
    assert all(reason.cite for item in plan.desks for reason in item.reasons)
