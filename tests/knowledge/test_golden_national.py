"""Golden table of slides 8-10 and 13-16, read by hand.

``knowledge verify`` cannot see two values swapped within one slide; this table can.
"""

from __future__ import annotations

import pytest

from knowledge.loader import load_records
from knowledge.schema import Applicant, Kind, Record


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    return load_records()


def text_of(record: Record, attribute: str) -> str:
    return " ".join(fact.text for fact in record.facts_about(attribute))


# attribute: (unit, (Thailand value, as written, as_of), (Vietnam …), words of the source)
INDICATORS = {
    "population": (
        "万人",
        (6678, "6,678万人", "2012年"),
        (8877, "8,877万人", "2012年"),
        "World Development Indicators",
    ),
    "gdp_growth": (
        "%",
        (6.5, "6.5%", "2012年"),
        (5.2, "5.2%", "2012年"),
        "World Development Indicators",
    ),
    "gdp_per_capita": (
        "米ドル",
        (5480, "5,480米ドル", "2012年"),
        (1755, "1,755米ドル", "2012年"),
        "World Development Indicators",
    ),
    "unemployment": (
        "%",
        (0.7, "0.7%", "2012年"),
        (1.8, "1.8%", "2012年"),
        "World Development Indicators",
    ),
    "wage": (
        "米ドル/月",
        (366, "366米ドル", "2013年度調査"),
        (162, "162米ドル", "2013年度調査"),
        "JETRO",
    ),
    "japanese_firms": (
        "社",
        (3924, "3,924社", "2014年1月時点"),
        (1542, "1,542社", "2012年1月末時点"),
        "帝国データバンク",
    ),
    "japanese_residents": (
        "人",
        (55634, "55,634人", "2012年10月1日時点"),
        (11194, "11,194人", "2012年10月1日時点"),
        "外務省",
    ),
    "local_procurement": (
        "%",
        (52.7, "52.7%", "2013年度調査"),
        (32.2, "32.2%", "2013年度調査"),
        "JETRO",
    ),
}
CELLS = [
    (country, attribute, unit, cell, source)
    for attribute, (unit, thailand, vietnam, source) in INDICATORS.items()
    for country, cell in (("country.thailand", thailand), ("country.vietnam", vietnam))
]


@pytest.mark.parametrize(("country", "attribute", "unit", "cell", "source"), CELLS)
def test_indicator_cell(
    records: dict[str, Record],
    country: str,
    attribute: str,
    unit: str,
    cell: tuple[float, str, str],
    source: str,
) -> None:
    (fact,) = records[country].facts_about(attribute)
    value, written, as_of = cell
    assert fact.value == value
    assert fact.unit == unit
    assert fact.as_of == as_of
    assert written in fact.text
    assert fact.source is not None and source in fact.source
    assert fact.cite == ("deck2014#s08",)


CLIMATE = {
    "climate_policy": (
        ["能力と調整", "全般に弱い", "優れた部署", "工業本省は弱い", "個別分野", "成果"],
        [
            "意欲・能力",
            "低く",
            "20年来",
            "遅い",
            "指導者",
            "実務者",
            "省庁",
            "諸課題",
            "当事者意識が弱い",
        ],
    ),
    "climate_politics": (
        ["政権交代", "デモ", "外資", "長期的な影響", "2013年", "政治的混迷", "注視", "親日的"],
        ["共産党", "一党支配", "当面は揺らがない", "親日的"],
    ),
    "climate_private": (
        [
            "外資中心",
            "自動車・電子",
            "裾野産業",
            "中華系財閥",
            "活力",
            "地場産業",
            "人手不足",
            "賃金上昇",
        ],
        [
            "弱い",
            "品質要求",
            "売り込み",
            "消極的",
            "国有企業",
            "軍ビジネス",
            "中華系資本は少なく",
            "賃金はタイの2分の1以下",
        ],
    ),
    "climate_plan": (
        ["指示的5ヵ年計画", "NESDBは有能", "「国家戦略」", "実効性は不明"],
        ["5ヵ年計画", "10ヵ年戦略", "総花的・一般的", "実効性がない"],
    ),
    "climate_fdi": (
        ["BOIは有能", "2015年1月より", "ゾーン制から選択的産業支援", "検討中"],
        ["弱い", "地方と省庁に分散", "一貫性・透明性が低い"],
    ),
    "climate_sme": (
        ["裾野産業を除く", "一般的な支援が弱い", "中小企業庁の能力", "金融連携", "弱い"],
        ["弱く", "裾野産業の政策", "分かれて", "日本が支援", "政府の施策にはなっていません"],
    ),
    "climate_hr": (
        ["官民・外資・援助", "一定の人材", "科学技術", "今後の課題"],
        ["教育の質が問題", "初級訓練は多い", "援助", "一貫した産業人材育成がありません"],
    ),
    "climate_infra": (
        ["全般によい", "バンコクの渋滞は深刻"],
        ["不十分", "日本の支援", "建設中"],
    ),
    "climate_estates": (
        ["投資増", "洪水回避", "優良団地", "需要が底堅い"],
        ["数こそ多い", "良質な団地・貸し工場は限られ", "投資増", "不足気味"],
    ),
}
CLIMATE_CELLS = [
    (country, attribute, words)
    for attribute, cells in CLIMATE.items()
    for country, words in zip(("country.thailand", "country.vietnam"), cells, strict=True)
]


@pytest.mark.parametrize(("country", "attribute", "words"), CLIMATE_CELLS)
def test_climate_cell(
    records: dict[str, Record], country: str, attribute: str, words: list[str]
) -> None:
    (fact,) = records[country].facts_about(attribute)
    assert [word for word in words if word not in fact.text] == []
    assert fact.cite == ("deck2014#s09",)
    assert fact.source is not None and "大野健一（2013）" in fact.source


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


def test_reception_and_resources(records: dict[str, Record]) -> None:
    thailand, vietnam = records["country.thailand"], records["country.vietnam"]
    assert "「選択的歓迎」" in text_of(thailand, "reception")
    assert "「全面歓迎」" in text_of(vietnam, "reception")
    assert "全面歓迎" not in text_of(thailand, "reception")
    for resource in ("TPA", "TNI", "中小企業診断士", "サシン日本センター"):
        assert resource in text_of(thailand, "local_resources")
    assert "政策協議" in text_of(vietnam, "support_fit")
    comparison = records["policy_point.thailand_vietnam"]
    assert len(comparison.facts_about("likeness")) == 3
    assert len(comparison.facts_about("difference")) == 3


def test_bureaus_cover_every_prefecture_once(records: dict[str, Record]) -> None:
    bureaus = [record for record in records.values() if record.id.startswith("hub.bureau_")]
    served = [p for record in bureaus if record.match for p in record.match.prefectures]
    assert len(bureaus) == 9
    assert len(served) == len(set(served)) == 47


def test_grant_is_asked_for_by_the_partner_government_only(records: dict[str, Record]) -> None:
    match = records["scheme.sme_grant"].match
    assert match is not None and match.applicants == (Applicant.GOVERNMENT,)
