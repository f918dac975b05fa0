from __future__ import annotations

from itertools import product
from string import Formatter

from knowledge.guide import Guide, Profile
from knowledge.guide.settings import load_settings
from knowledge.schema import Purpose, Stage
from knowledge.store import Store

WORDS = {"prefecture", "city", "country", "industry", "purpose", "stage", "applicant"}
RECORD_WORDS = {"name", "places", "countries", "industries", "purposes", "stages", "applicants"}
RECORD_WORDS |= {"valid_until"}


def test_wording_uses_known_placeholders_and_attributes(real_store: Store) -> None:
    _, _, wording = load_settings()
    declared = {attribute.id for attribute in real_store.attributes()}
    for key, reason in wording.reasons.items():
        used = {name for _, name, _, _ in Formatter().parse(reason.text) if name}
        assert used <= WORDS | RECORD_WORDS, key
        assert set(reason.stands_on) <= declared, key
        assert reason.record is None or real_store.has_record(reason.record)


def test_every_citation_of_a_plan_is_a_registered_section(
    real_store: Store, real_guide: Guide
) -> None:
    for prefecture, country, purpose, stage in product(
        ("大阪府", "愛知県", "長野県", "神奈川県", "福岡県", "青森県"),
        ("country.vietnam", "country.thailand", "country.usa", None),
        [value.value for value in Purpose],
        [value.value for value in Stage][::2],
    ):
        profile = Profile(
            prefecture=prefecture,
            country=country,
            purpose=purpose,
            stage=stage,
            business="水処理装置の製造",
        )
        plan = real_guide.recommend(profile)
        items = (*plan.hubs, *plan.schemes, *plan.desks, *plan.national)
        reasons = [reason for item in items for reason in (*item.reasons, *item.cautions)]
        for reason in (*reasons, *plan.refusals):
            assert reason.cite, reason
            assert real_store.citations(reason.cite)


def test_oda_membership_is_not_attributed_to_the_deck(real_guide: Guide) -> None:
    plan = real_guide.recommend(
        Profile(country="country.laos", purpose="problem_solving", stage="collecting")
    )
    reason = next(item for item in plan.schemes[0].reasons if item.slot == "country")
    assert reason.text == "ラオスはODAの対象国"
    assert all(cite.startswith("dac_list#") for cite in reason.cite)


def test_refusals_for_the_same_reason_are_said_once(real_guide: Guide) -> None:
    plan = real_guide.recommend(
        Profile(
            prefecture="東京都",
            business="プレス",
            country="country.vietnam",
            purpose="production",
            stage="collecting",
        )
    )
    assert len(plan.refusals) == 1
    assert len(plan.refusals[0].records) > 4 and "など" in plan.refusals[0].text


def test_stated_applicant_is_named_in_the_refusal(real_guide: Guide) -> None:
    profile = Profile(applicant="organisation", purpose="infrastructure", country="country.vietnam")
    texts = [reason.text for reason in real_guide.explain(profile, "scheme.grassroots")]
    assert any("団体・支援機関が直接申し込むものではない" in text for text in texts)
