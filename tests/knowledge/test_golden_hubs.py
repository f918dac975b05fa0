"""Golden table of slides s01-s07, s11 and s12, read by hand from the document.

``verify`` sees that every name and figure of a fact stands on the slide it cites; it cannot see
a fact that is missing or that stands under the wrong body. This table sees both.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from knowledge.loader import load_records
from knowledge.schema import Kind, Record

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

#: (record, attribute, what the facts of that attribute must name together, cited slides).
GOLDEN: list[tuple[str, str, list[str], set[str]]] = [
    ("hub.mobio", "full_name", ["ものづくりビジネスセンター大阪"], {"s05"}),
    ("hub.mobio", "operator", ["大阪府"], {"s03", "s05"}),
    ("hub.mobio", "position", ["ものづくり支援総合拠点"], {"s05"}),
    ("hub.mobio", "activities", ["MOBIO-Café海外研究会", "海外展開支援サポートネットワーク"], {"s05"}),
    ("hub.mobio", "network", ["国内外のキーパーソン", "登録"], {"s05"}),
    ("hub.suwamo", "full_name", ["諏訪圏ものづくり推進機構", "NPO"], {"s05"}),
    ("hub.suwamo", "area", ["広域6市町村"], {"s05"}),
    ("hub.suwamo", "leader", ["大手企業のOB", "行政"], {"s04", "s05"}),
    ("hub.suwamo", "events", ["諏訪圏工業メッセ", "年1回"], {"s05"}),
    ("hub.suwamo", "activities", ["地域内外", "海外", "マッチング"], {"s05"}),
    ("hub.suwamo", "network", ["構築中", "窓口", "他機関"], {"s05"}),
    ("hub.amagasaki", "secretariat", ["尼崎信用金庫"], {"s05"}),
    ("hub.amagasaki", "leader", ["尼崎信用金庫", "コーディネーター"], {"s04"}),
    ("hub.amagasaki", "activities", ["定期的", "会合", "交流会", "情報"], {"s04", "s05"}),
    ("hub.kobe", "operator", ["神戸市"], {"s05"}),
    ("hub.kobe", "location", ["JETRO神戸", "同じフロア", "内部専用", "通用口"], {"s05"}),
    ("hub.kobe", "feature", ["寄り添い型支援", "登録アドバイザー", "センター職員"], {"s05"}),
    ("hub.kobe", "activities", ["海外進出のチェック項目", "情報発信", "海外ミッション"], {"s05"}),
    ("hub.kobe", "aim", ["地域経済", "活性化"], {"s05"}),
    ("hub.aichi", "operator", ["愛知県", "あいち産業振興機構"], {"s05"}),
    ("hub.aichi", "location", ["JETRO名古屋", "同じフロア"], {"s05"}),
    ("hub.aichi", "events", ["ナビゲーション相談会", "2011～13年度", "ワンストップ"], {"s05"}),
    ("hub.aichi", "activities", ["ハンズオン支援", "国際ビジネス", "経営指導", "同席"], {"s05"}),
    ("hub.aichi", "desks", ["愛知サポートデスク", "計画投資省", "ベトナム"], {"s05"}),
    ("hub.kti", "members", ["国際ビジネス振興課", "JETRO北九州", "北九州貿易協会"], {"s06"}),
    ("hub.kti", "location", ["同じフロア"], {"s06"}),
    ("hub.kti", "activities", ["姉妹都市", "アジア", "ビジネス交流"], {"s06"}),
    ("hub.kti", "full_name", ["北九州貿易・投資ワンストップサービスセンター",
                              "北九州市貿易・投資ワンストップサービスセンター"], {"s03", "s06"}),
    ("hub.low_carbon", "operator", ["環境局直轄", "KITA", "IGES", "北九州市"], {"s06"}),
    ("hub.low_carbon", "activities", ["北九州モデル", "技術輸出", "環境配慮型の都市輸出", "補助金事業",
                                      "個別の事業"], {"s06"}),
    ("hub.kita", "leader", ["大手企業OB"], {"s04", "s06"}),
    ("hub.kita", "activities", ["JICA北九州", "研修員", "専門家", "協力事業", "JETRO", "RIT事業",
                                "ビジネスマッチング"], {"s06"}),
    ("hub.kita", "spelling", ["国際技術協力協会（KITA）", "北九州国際技術協力協会"], {"s03", "s06"}),
    ("hub.yport", "operator", ["政策局", "公民連携", "ハブ"], {"s06"}),
    ("hub.yport", "aim", ["持続可能な都市づくり", "市内企業", "新興国・途上国"], {"s06"}),
    ("hub.yport", "agreements", ["JICA", "ADB", "連携協定", "覚書"], {"s06"}),
    ("hub.yport", "activities", ["横浜ウォーター（株）", "横浜水ビジネス協議会", "環境創造局"], {"s06"}),
    ("hub.yokohama_water", "ownership", ["水道局", "100％"], {"s06"}),
    ("hub.dtf", "secretariat", ["長野県テクノ財団"], {"s06"}),
    ("hub.dtf", "full_name", ["デスクトップファクトリー研究会"], {"s06"}),
    ("hub.dtf", "activities", ["共同研究", "事業化", "先端精密機械", "RIT事業", "国際フォーラム", "展示会",
                               "公的資金"], {"s06"}),
    ("hub.kansai_vietnam", "secretariat", ["近畿経済産業局"], {"s04", "s05"}),
    ("hub.kansai_vietnam", "position", ["近畿地域支援会議", "特別部会"], {"s05"}),
    ("hub.kansai_vietnam", "agreements", ["商工省", "ドンナイ省", "ホーチミン市人民委員会", "協力文書"], {"s05"}),
    ("hub.kansai_vietnam", "feature", ["政策レベル", "協議", "交渉"], {"s05"}),
    ("hub.kansai_vietnam", "desks", ["関西ビジネスデスク", "計画投資省", "ドンナイ省関西デスク"], {"s05"}),
    ("hub.kansai_vietnam", "activities", ["関西裾野産業集積支援モデル事業", "共同進出", "ワンストップ"], {"s05"}),
    ("hub.team_e_kansai", "activities", ["環境・省エネビジネス", "アジア"], {"s04"}),
    ("desk.kansai_business", "location", ["計画投資省"], {"s05"}),
    ("desk.dongnai_kansai", "location", ["ドンナイ省", "南部"], {"s05"}),
    ("desk.aichi_support", "location", ["計画投資省"], {"s05"}),
    ("desk.aichi_support", "target", ["愛知", "県内企業"], {"s05"}),
    ("scheme.kansai_supporting_industry", "operator", ["関西ベトナム経済交流会議"], {"s05"}),
    ("scheme.kansai_supporting_industry", "leader", ["ザ・サポート", "旗振り役"], {"s06"}),
    ("case.the_support", "activities", ["ベトナム共同進出", "インキュベーション・ファクトリー", "コンサルティング",
                                        "人材育成"], {"s04", "s06"}),
    ("case.the_support", "location", ["大阪府"], {"s04", "s06"}),
    ("case.vit", "overview", ["タイ", "協業", "愛知"], {"s04", "s06"}),
    ("case.vit", "activities", ["製造拠点", "共同出資企業", "人材確保", "生産スペース", "場所貸し",
                                "共同マーケティング", "カスタマイズ"], {"s06"}),
    ("event.suwa_messe", "frequency", ["年1回"], {"s05"}),
    ("event.navigation_fair", "period", ["2011～13年度"], {"s05"}),
    ("event.mobio_cafe", "operator", ["MOBIO"], {"s05"}),
    ("policy_point.new_stage", "start_year", ["2010/11年"], {"s01"}),
    ("policy_point.new_stage", "history", ["3年余"], {"s01"}),
    ("policy_point.new_stage", "judgement", ["「量」", "「質」"], {"s01"}),
    ("policy_point.new_stage", "examples", ["ハンズオン支援体制", "海外展開現地支援プラットフォーム",
                                            "海外展開一貫支援ファストパス制度", "ODAの戦略的活用"], {"s01"}),
    ("policy_point.new_stage", "connection", ["①", "相談窓口", "②", "相手国政府", "キーパーソン"], {"s01"}),
    ("policy_point.research_findings", "question", ["どんな支援をすべきか", "どんな企業が出るべきか"], {"s02"}),
    ("policy_point.research_findings", "finding", ["組織イノベーション", "国内ものづくり支援機能",
                                                   "海外展開支援機能", "現地支援機能", "リーダー", "産業集積",
                                                   "自治体の規模", "共創プロセス", "互恵的"], {"s02"}),
    ("policy_point.research_findings", "period", ["2012～13年度"], {"s02"}),
    ("policy_point.cocreation", "role", ["コーディネーター役", "自治体"], {"s07"}),
    ("policy_point.cocreation", "local_resources", ["姉妹都市", "ODA", "経済協力"], {"s07"}),
    ("policy_point.monozukuri_partnership", "method", ["産業政策", "産業開発協力", "調和化"], {"s07"}),
    ("policy_point.toshizukuri_partnership", "method", ["海外都市連携"], {"s07"}),
    ("policy_point.closing", "question", ["リーダー", "進出後", "現地リソース", "課題解決型", "自治体に蓄積",
                                          "国・都道府県・市", "競争？", "留学生", "企業OB", "姉妹都市", "ODA"],
     {"s11"}),
    ("policy_point.closing", "judgement", ["地域に根ざした", "地域経済活性化", "国内と海外"], {"s11"}),
    ("policy_point.studies", "report", [
        "中小企業の東南アジア進出に関する実践的研究", "http://www.apir.or.jp/ja/research/research-project/1990/",
        "中小企業の東南アジア進出に関する比較研究", "http://www.apir.or.jp/ja/research/research-project/3346/",
        "2012年度版", "ベトナムを事例とする戦略と提言",
        "http://www.grips.ac.jp/forum/newpage2008/APIR_report.htm",
        "2013年度版", "中小企業の東南アジア進出と支援策",
        "http://www.grips.ac.jp/forum/newpage2008/APIR_report2013.htm"], {"s12"}),
    ("policy_point.studies", "url", ["http://www.apir.or.jp/ja/", "http://www.grips.ac.jp/forum/"], {"s12"}),
]  # fmt: skip

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


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """All records, loaded once."""
    return load_records()


def _said(record: Record, attribute: str) -> str:
    return "\n".join(fact.text for fact in record.facts_about(attribute))


@pytest.mark.parametrize(
    ("record_id", "attribute", "named", "slides"), GOLDEN, ids=[f"{g[0]}-{g[1]}" for g in GOLDEN]
)
def test_fact_says_what_the_slide_says(
    records: dict[str, Record], record_id: str, attribute: str, named: list[str], slides: set[str]
) -> None:
    facts = records[record_id].facts_about(attribute)
    said = _said(records[record_id], attribute)
    assert [word for word in named if word not in said] == []
    assert {cite for fact in facts for cite in fact.cite} == {f"deck2014#{slide}" for slide in slides}


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
