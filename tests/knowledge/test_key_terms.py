"""The document's own terms stand in the fact that answers for them, and aliases stay specific."""

from __future__ import annotations

import pytest

from knowledge.analysis import Analyser
from knowledge.loader import load_knowledge
from knowledge.schema import Record

#: (record, attribute, terms its facts must say): what a reader looks for on the slide.
TERMS = [
    ("policy_point.new_stage", "connection", "施策 相談窓口 支援組織 相手国政府 現地キーパーソン"),
    ("policy_point.research_findings", "finding", "必要性 組織イノベーション 貢献 互恵的"),
    ("approach.problem_solving_business", "method", "ノウハウ 構築 企業の技術力 経済協力"),
    ("hub.kobe", "location", "同じフロア 内部専用通用口"),
    ("hub.kobe", "aim", "地域経済活性化"),
    ("hub.aichi", "events", "一堂に会する ワンストップ大相談会"),
    ("hub.kti", "feature", "シームレス"),
    ("hub.low_carbon", "operator", "環境局直轄 一体化"),
    ("hub.kansai_vietnam", "feature", "政策レベル 協議・交渉"),
    ("hub.dtf", "activities", "獲得支援 展示会出展"),
    ("case.the_support", "overview", "ベトナム共同進出支援 旗振り役"),
    ("case.vit", "activities", "共同出資企業 タイ進出支援拠点 生産スペース提供 共同マーケティング"),
    ("country.thailand", "reception", "選択的歓迎 地場産業 競合しない 高付加価値技術 要望"),
    ("country.vietnam", "support_fit", "障害除去 政策的働きかけ 能力強化 政策協議"),
    ("scheme.needs_survey", "aim", "ニーズ 検証"),
    ("scheme.verification", "overview", "有効性 実証 普及"),
    ("scheme.fast_pass", "information_sharing", "支援担当者同士 紹介元に照会"),
    ("policy_point.support_conference", "decisions", "立ち上げ 取りまとめ 策定 改定"),
    ("policy_point.oda_table", "operator", "海外投融資 JICA日本センター 外務省委託事業"),
    ("policy_point.by_feature", "desks", "関西ビジネスデスク 愛知サポートデスク ドンナイ省"),
    ("policy_point.by_feature", "leader", "大手企業OB スワモ KITA"),
    ("policy_point.by_feature", "network", "姉妹都市 KTI"),
]
#: Words of every other message: an alias that boils down to one of them fires on all of those.
TOO_COMMON = {
    "進出", "出る", "連携", "対象", "活動", "支援", "取組", "評価", "中心", "参加", "紹介",
    "出資", "開始", "見直し", "リーダー", "目標", "役割", "使う", "制度", "企業", "情報",
    "つながり",
}  # fmt: skip


@pytest.mark.parametrize(("record_id", "attribute", "terms"), TERMS)
def test_facts_say_the_terms_of_the_document(
    records: dict[str, Record], record_id: str, attribute: str, terms: str
) -> None:
    said = " ".join(fact.text for fact in records[record_id].facts_about(attribute))
    assert [term for term in terms.split() if term not in said] == []


@pytest.mark.parametrize("year", ["2009", "2010", "2012", "2013"])
def test_each_start_year_has_one_list(records: dict[str, Record], year: str) -> None:
    lists = [
        fact.text
        for fact in records["policy_point.oda_table"].facts_about("start_year")
        if fact.text.startswith(f"{year}年度～の制度は")
    ]
    begun = [
        record.name
        for record in records.values()
        for fact in record.facts_about("start_year")
        if record.id.startswith("scheme.") and fact.as_of == f"{year}年度～"
    ]
    assert len(lists) == 1
    assert [name for name in begun if name.split("の")[-1] not in lists[0]] == []


def _telling(analyser: Analyser, alias: str) -> list[str]:
    """Returns what is left of an alias without particles, auxiliaries and empty verbs."""
    empty = {"為る", "居る", "成る", "遣る", "御"}
    small = {"助詞", "助動詞", "補助記号"}
    found = analyser.tokens(alias)
    return [one.normal for one in found if one.pos not in small and one.normal not in empty]


def test_no_alias_boils_down_to_a_common_word() -> None:
    knowledge = load_knowledge()
    analyser = Analyser()
    entries = [(one.id, one.aliases) for one in knowledge.attributes.values()]
    entries += [(one.id, one.aliases) for one in knowledge.slots["topic"]]
    misfiring = [
        (name, alias)
        for name, aliases in entries
        for alias in aliases
        if len(words := _telling(analyser, alias)) == 1 and words[0] in TOO_COMMON
    ]
    assert misfiring == []
