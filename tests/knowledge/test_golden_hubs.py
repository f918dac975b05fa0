"""Golden table of slides s01-s07, s11 and s12, read by hand from the document.

``verify`` sees that every name and figure of a fact stands on the slide it cites; it cannot see
a fact that is missing or that stands under the wrong body. This table sees both.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import yaml

from knowledge.schema import Fact, Kind, Record

KINKI = {"福井県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県"}
SUWA = {"岡谷市", "諏訪市", "茅野市", "下諏訪町", "富士見町", "原村"}

#: Which case stands under which approach or heading (s03, s05, s06), in the slides' order.
UNDER = {
    "approach.public_private_country": ["hub.kansai_vietnam"],
    "approach.monozukuri_base": ["hub.mobio", "hub.suwamo", "hub.amagasaki"],
    "approach.yorisoi": ["hub.kobe", "hub.aichi"],
    "approach.network_onestop": ["hub.kti"],
    "approach.problem_solving_business": ["hub.low_carbon", "hub.kita", "hub.yport", "hub.dtf"],
    "approach.sme_leaders": ["case.the_support", "case.vit"],
}

#: Leader type → whom slide s04 names for it.
LEADERS = {
    "leader_type.bureau": ["近畿経済産業局", "関西ベトナム経済交流会議", "Team E-Kansai"],
    "leader_type.municipality": ["大阪府", "神戸市", "横浜市", "北九州市"],
    "leader_type.bank": ["尼崎国際ビジネス交流会", "尼崎信用金庫"],
    "leader_type.ob_npo": ["スワモ", "長野県テクノ財団", "KITA"],
    "leader_type.sme": ["ザ・サポート", "V.I.T."],
}

#: Record → attribute → what its facts say and which slides they cite.
GOLDEN = yaml.safe_load(Path(__file__).with_name("golden_hubs.yml").read_text("utf-8"))

#: Where a hub or desk is for: (record, prefectures, cities, countries).
PLACES: list[tuple[str, set[str], set[str], set[str]]] = [
    ("hub.mobio", {"大阪府"}, set(), set()),
    ("hub.suwamo", {"長野県"}, SUWA, set()),
    ("hub.amagasaki", {"兵庫県"}, {"尼崎市"}, set()),
    ("hub.kobe", {"兵庫県"}, {"神戸市"}, set()),
    ("hub.aichi", {"愛知県"}, set(), set()),
    ("hub.kti", {"福岡県"}, {"北九州市"}, set()),
    ("hub.low_carbon", {"福岡県"}, {"北九州市"}, set()),
    ("hub.kita", {"福岡県"}, {"北九州市"}, set()),
    ("hub.yport", {"神奈川県"}, {"横浜市"}, set()),
    ("hub.yokohama_water", {"神奈川県"}, {"横浜市"}, set()),
    ("hub.yokohama_water_council", {"神奈川県"}, {"横浜市"}, set()),
    ("hub.dtf", {"長野県"}, set(), set()),
    ("hub.kansai_vietnam", KINKI, set(), {"country.vietnam"}),
    ("hub.team_e_kansai", KINKI, set(), set()),
    ("desk.kansai_business", KINKI, set(), {"country.vietnam"}),
    ("desk.dongnai_kansai", KINKI, set(), {"country.vietnam"}),
    ("desk.aichi_support", {"愛知県"}, set(), {"country.vietnam"}),
]

#: (record, state, confidence, today's name or successor) from the status research of 2026-11.
STATUS: list[tuple[str, str, str, str | None]] = [
    ("hub.mobio", "continuing", "medium", "MOBIO"),
    ("hub.suwamo", "continuing", "medium", "諏訪圏ものづくり推進機構"),
    ("hub.amagasaki", "unknown", "none", None),
    ("hub.kobe", "unknown", "medium", "神戸市海外ビジネスセンター"),
    ("hub.aichi", "unknown", "none", None),
    ("hub.kti", "unknown", "none", None),
    ("hub.low_carbon", "renamed", "high", "アジアカーボンニュートラルセンター"),
    ("hub.kita", "continuing", "high", "公益財団法人北九州国際技術協力協会"),
    ("hub.yport", "continuing", "high", "Y-PORT事業"),
    ("hub.yokohama_water", "continuing", "high", "横浜ウォーター株式会社"),
    ("hub.yokohama_water_council", "unknown", "none", None),
    ("hub.dtf", "unknown", "none", None),
    ("hub.kansai_vietnam", "unknown", "none", None),
    ("hub.team_e_kansai", "unknown", "medium", "Team E-Kansai"),
    ("desk.kansai_business", "unknown", "none", None),
    ("desk.dongnai_kansai", "unknown", "none", None),
    ("desk.aichi_support", "continuing", "high", "愛知県サポートデスク"),
    ("scheme.kansai_supporting_industry", "unknown", "none", None),
    ("case.the_support", "unknown", "none", None),
    ("case.vit", "unknown", "medium", "バリアブル・インダストリアル・テクノロジー"),
]


def _said(record: Record, attribute: str) -> str:
    return "\n".join(fact.text for fact in record.facts_about(attribute))


def _is_of_a_slide(fact: Fact) -> bool:
    """False for what was found out about the present."""
    return any(one.startswith("deck2014#") for one in fact.cite)


@pytest.mark.parametrize(
    ("record_id", "attribute"),
    [(record, attribute) for record in GOLDEN for attribute in GOLDEN[record]],
)
def test_fact_says_what_the_slide_says(
    records: dict[str, Record], record_id: str, attribute: str
) -> None:
    wanted = GOLDEN[record_id][attribute]
    of_slides = [one for one in records[record_id].facts_about(attribute) if _is_of_a_slide(one)]
    said = "\n".join(fact.text for fact in of_slides)
    assert [word for word in wanted["says"] if word not in said] == []
    cited = {cite for fact in of_slides for cite in fact.cite}
    assert cited == {f"deck2014#{slide}" for slide in wanted["slides"]}


@pytest.mark.parametrize("approach", UNDER)
def test_cases_stand_under_their_approach(records: dict[str, Record], approach: str) -> None:
    approaches = {record for record in records if record.startswith("approach.")}
    assert set(UNDER) == approaches
    for case in UNDER[approach]:
        assert set(records[case].related) & approaches == {approach}
        assert case in records[approach].related
        examples = _said(records[approach], "examples")
        shown = re.sub(r"（.*）", "", records[case].short_name).split()[-1]
        assert shown in examples


@pytest.mark.parametrize("leader_type", LEADERS)
def test_leader_types_name_their_examples(records: dict[str, Record], leader_type: str) -> None:
    said = _said(records[leader_type], "examples")
    assert [name for name in LEADERS[leader_type] if name not in said] == []
    assert {r for r in records if r.startswith("leader_type.")} == set(LEADERS)
    overview = _said(records["policy_point.leaders"], "overview")
    for kind in ("地域経済産業局", "自治体", "金融機関", "企業OBを核としたNPO", "中小企業"):
        assert kind in overview


def test_the_two_member_lists_of_amagasaki_are_kept_apart(records: dict[str, Record]) -> None:
    by_slide = {fact.cite: fact.text for fact in records["hub.amagasaki"].facts_about("members")}
    on_s04, on_s05 = by_slide[("deck2014#s04",)], by_slide[("deck2014#s05",)]
    for member in ("尼崎市", "商工会議所", "尼崎経営者協会", "尼崎工業会", "尼崎信用金庫"):
        assert member in on_s04
        assert member in on_s05
    assert "尼崎地域産業活性化機構" in on_s05
    assert "尼崎地域産業活性化機構" not in on_s04
    assert "違" in by_slide[("deck2014#s04", "deck2014#s05")]


def test_same_floor_as_jetro(records: dict[str, Record]) -> None:
    same_floor = {
        record.id
        for record in records.values()
        if record.kind is Kind.HUB
        and "同じフロア" in _said(record, "location")
        and "JETRO" in _said(record, "location")
    }
    assert same_floor == {"hub.kobe", "hub.aichi", "hub.kti"}


@pytest.mark.parametrize(
    ("record_id", "prefectures", "cities", "countries"), PLACES, ids=[p[0] for p in PLACES]
)
def test_match_names_the_place(
    records: dict[str, Record],
    record_id: str,
    prefectures: set[str],
    cities: set[str],
    countries: set[str],
) -> None:
    match = records[record_id].match
    assert match is not None
    assert (set(match.prefectures), set(match.cities), set(match.countries)) == (
        prefectures,
        cities,
        countries,
    )


@pytest.mark.parametrize(
    ("record_id", "state", "confidence", "name"), STATUS, ids=[s[0] for s in STATUS]
)
def test_status_is_as_researched(
    records: dict[str, Record], record_id: str, state: str, confidence: str, name: str | None
) -> None:
    status = records[record_id].status
    assert status is not None
    assert (status.state, status.confidence, status.checked) == (state, confidence, "2026-11")
    names = f"{status.current_name} {status.successor}"
    assert names == "None None" if name is None else name in names
    if status.confidence == "none":
        assert status.url is None
    else:
        assert status.text
    assert not re.search(r"\d{2,4}-\d{2,4}-\d{4}|とみられ", status.text)


def test_desks_in_the_merged_ministry_say_so(records: dict[str, Record]) -> None:
    for desk in ("desk.kansai_business", "desk.aichi_support"):
        status = records[desk].status
        assert status is not None
        assert "計画投資省は" in status.text
        assert "2025年3月に財務省へ統合" in status.text


def test_readings_are_hiragana_and_aliases_are_told_once(records: dict[str, Record]) -> None:
    kinds = {Kind.HUB, Kind.DESK, Kind.CASE, Kind.APPROACH, Kind.LEADER_TYPE}
    for record in (r for r in records.values() if r.kind in kinds):
        assert [r for r in record.readings if not re.fullmatch(r"[ぁ-んー]+", r)] == [], record.id
        folded = [unicodedata.normalize("NFKC", alias) for alias in record.aliases]
        assert len(folded) == len(set(folded)), record.id
