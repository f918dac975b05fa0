"""Golden table of the slides on Thailand and Vietnam, read by hand.

``knowledge verify`` cannot see two values swapped within one slide; this table can.
"""

from __future__ import annotations

import pytest

from knowledge.schema import Record
from tests.knowledge.conftest import text_of

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
