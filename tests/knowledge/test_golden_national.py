"""Golden table of the slides on the national support and its schemes, read by hand.

``knowledge verify`` cannot see two values swapped within one slide; this table can.
"""

from __future__ import annotations

import pytest

from knowledge.schema import Applicant, Kind, Record
from tests.knowledge.conftest import text_of

SME_ONLY = "「中小企業のみ対象」"


MUNICIPAL = "「地方自治体を対象」"


GENERAL = "「民間企業全般（中小企業も対象）」"


RESEARCH = "「情報収集・調査」"


# heading, applicants as written, who passes the gate, operator words, start year words, aim words
SCHEMES = {
    "needs_survey": (RESEARCH, SME_ONLY, {"sme"}, ["外務省の委託"], "2012年度～", ["ニーズ"]),
    "feasibility_survey": (
        RESEARCH,
        SME_ONLY,
        {"sme"},
        ["外務省の委託", "2014年度よりJICAに移管"],
        "2012年度～",
        ["ニーズ"],
    ),
    "sme_partnership_survey": (
        RESEARCH,
        SME_ONLY,
        {"sme"},
        ["JICA"],
        "2012年度～",
        ["基礎情報", "事業計画"],
    ),
    "verification": (
        "「普及活動」",
        SME_ONLY,
        {"sme"},
        ["JICA事業"],
        "2012年度～",
        ["有効性", "実証", "普及"],
    ),
    "sme_grant": (
        "「中小企業を対象とした無償資金協力」",
        SME_ONLY,
        {"partner_government"},
        ["外務省ノンプロジェクト型無償資金協力"],
        "2012年度～",
        ["途上国の要望", "経済社会開発", "品目", "国内中小企業"],
    ),
    "grassroots": (
        "「草の根技術協力」",
        MUNICIPAL,
        {"municipality"},
        ["記載がありません", "外務省、JICA"],
        "2012年度補正予算～",
        ["技術・経験の活用", "人的交流", "リソース", "地域の活性化"],
    ),
    "ppp_survey": (
        RESEARCH,
        GENERAL,
        {"sme", "large"},
        ["JICA"],
        "2009年度～",
        ["円借款", "海外投融資", "PPPインフラ事業"],
    ),
    "bop_survey": (RESEARCH, GENERAL, {"sme", "large"}, ["JICA"], "2010年度～", ["貧困層ビジネス"]),
    "tech_promotion": (
        "「普及活動」",
        GENERAL,
        {"sme", "large"},
        ["JICA"],
        "2013年度～",
        ["製品・技術・システム", "導入", "普及"],
    ),
    "investment_finance": (
        "「資金協力」",
        GENERAL,
        {"sme", "large"},
        ["JICA"],
        "2012年度に本格再開",
        ["開発に資する", "実現可能性", "融資・出資"],
    ),
    "volunteer": (
        "「人材育成」",
        GENERAL,
        {"sme", "large"},
        ["JICA"],
        "2012年度～",
        ["グローバル人材", "派遣"],
    ),
    "japan_center": (
        "「人材育成」",
        GENERAL,
        {"sme", "large"},
        ["JICA"],
        "記載がありません",
        ["現地ビジネス人材"],
    ),
}


@pytest.mark.parametrize("slug", SCHEMES)
def test_oda_scheme_row(records: dict[str, Record], slug: str) -> None:
    heading, applicants, admitted, operator, start, aim = SCHEMES[slug]
    record = records[f"scheme.{slug}"]
    assert heading in text_of(record, "heading")
    assert applicants in text_of(record, "applicants")
    assert record.match is not None
    assert {applicant.value for applicant in record.match.applicants} == admitted
    assert record.match.developing_country_only
    assert record.match.excludes_own_sales == (slug == "grassroots")
    said = text_of(record, "operator")
    assert [word for word in operator if word not in said] == []
    (start_fact,) = record.facts_about("start_year")
    if slug == "japan_center":
        assert start_fact.value is None and start in start_fact.text
    else:
        assert start_fact.as_of == start
        assert start.rstrip("～") in start_fact.text
        assert start_fact.value == int(start[:4])
    purpose = text_of(record, "aim")
    assert [word for word in aim if word not in purpose] == []
    oda = [fact for fact in record.facts if fact.cite == ("deck2014#s16",)]
    assert all(fact.source == "外務省とJICAのホームページ情報をもとに筆者作成" for fact in oda)


def test_oda_table_groups_and_wrinkles(records: dict[str, Record]) -> None:
    table = records["policy_point.oda_table"]
    assert len(SCHEMES) == 12
    assert set(table.related) == {f"scheme.{slug}" for slug in SCHEMES}
    assert "全てを網羅したものではありません" in text_of(table, "warning")
    assert "研修事業" in text_of(table, "warning")
    feasibility = records["scheme.feasibility_survey"]
    (transfer,) = feasibility.facts_about("transfer")
    assert (transfer.value, transfer.as_of) == (2014, "2014年度")
    finance = records["scheme.investment_finance"]
    assert finance.facts_about("pilot")[0].value == 2010
    assert finance.facts_about("restart")[0].value == 2012
    assert "6カ国" in text_of(records["scheme.japan_center"], "location")
    assert "人件費補填制度" in text_of(records["scheme.volunteer"], "costs")


def test_hands_on_amounts(records: dict[str, Record]) -> None:
    subsidy = records["scheme.hands_on_fs"]
    assert "2/3" in text_of(subsidy, "subsidy_rate")
    amounts = {fact.value: fact.text for fact in subsidy.facts_about("amount_limit") if fact.value}
    assert set(amounts) == {120, 50}
    assert "中小機構" in amounts[120] and "120万円" in amounts[120]
    assert "JETRO" in amounts[50] and "50万円" in amounts[50] and "現地追加調査" in amounts[50]


def test_fast_pass(records: dict[str, Record]) -> None:
    record = records["scheme.fast_pass"]
    receiver = text_of(record, "receiver")
    assert [b for b in ("外務省（在外公館）", "JETRO", "JBIC", "DBJ") if b not in receiver] == []
    assert "経営支援・融資等の実績" in text_of(record, "referrer")
    assert "中堅・中小企業等" in text_of(record, "target")
    sharing = text_of(record, "information_sharing")
    assert "紹介元に照会" in sharing and "情報を共有" in sharing
    assert "平成25年8月" in text_of(record, "source_of_table")


MEETINGS = {
    1: ("平成22年10月", "2010年10月", ["立ち上げ"]),
    2: ("平成23年2月", "2011年2月", ["支援ニーズ", "取りまとめ"]),
    3: ("平成23年6月", "2011年6月", ["大綱", "行動計画", "策定"]),
    4: ("平成24年3月", "2012年3月", ["構成員", "増え", "大綱", "改定"]),
}


@pytest.mark.parametrize("number", MEETINGS)
def test_conference_meeting(records: dict[str, Record], number: int) -> None:
    era, western, words = MEETINGS[number]
    record = records[f"event.conference_{number}"]
    for attribute in ("date", "activities"):
        text = text_of(record, attribute)
        assert era in text and western in text
    did = text_of(record, "activities")
    assert [word for word in words if word not in did] == []
    history = text_of(records["policy_point.support_conference"], "history")
    assert f"第{number}回が{era}（{western}）" in history


def test_guideline_and_pillars(records: dict[str, Record]) -> None:
    guideline = records["policy_point.guideline"]
    made, _, revised = text_of(guideline, "date").partition("、")
    assert "平成23年6月" in made and "策定" in made
    assert "平成24年3月" in revised and "改定" in revised
    pillars = text_of(records["policy_point.five_pillars"], "overview")
    ordered = [
        "①情報収集・提供",
        "②マーケティング",
        "③人材の育成・確保",
        "④資金調達",
        "⑤貿易投資環境の改善",
    ]
    positions = [pillars.index(pillar) for pillar in ordered]
    assert positions == sorted(positions)


MEMBERS = {
    "関係省庁": ["経済産業省", "金融庁", "外務省", "農水省"],
    "政府系機関": ["ジェトロ", "中小機構", "日本貿易保険", "JICA"],
    "中小企業団体": ["日本商工会議所", "全国商工会連合会", "全国中小企業団体中央会"],
    "金融機関": [
        "全国銀行協会",
        "全国地方銀行協会",
        "第二地方銀行協会",
        "全国信用金庫協会",
        "全国信用組合中央協会",
        "全国信用保証協会連合",
        "日本政策金融公庫",
        "商工組合中央金庫",
    ],
    "その他": ["日本弁護士連合会", "海外産業人材育成協会"],
}


@pytest.mark.parametrize("group", MEMBERS)
def test_conference_members(records: dict[str, Record], group: str) -> None:
    lists = [
        fact.text
        for fact in records["policy_point.support_conference"].facts_about("members")
        if f"支援会議の{group}" in fact.text
    ]
    assert len(lists) == 1
    assert [name for name in MEMBERS[group] if name not in lists[0]] == []
    own = {
        member
        for record in records.values()
        if record.kind is Kind.ORGANISATION
        for fact in record.facts_about("membership")
        if f"「{group}」" in fact.text
        for member in MEMBERS[group]
        if fact.text.startswith(member + "は")
    }
    assert own == set(MEMBERS[group])


def test_bureaus_cover_every_prefecture_once(records: dict[str, Record]) -> None:
    bureaus = [record for record in records.values() if record.id.startswith("hub.bureau_")]
    served = [p for record in bureaus if record.match for p in record.match.prefectures]
    assert len(bureaus) == 9
    assert len(served) == len(set(served)) == 47


def test_grant_is_asked_for_by_the_partner_government_only(records: dict[str, Record]) -> None:
    match = records["scheme.sme_grant"].match
    assert match is not None and match.applicants == (Applicant.GOVERNMENT,)
