"""What is masked and what stays, rule by rule."""

from __future__ import annotations

import pytest

from conversations.masking import Masked, PersonalDataMasker, kinds, label, neutral, placeholder
from conversations.masking.numbers import is_card, is_corporate_number, is_my_number
from knowledge.store import open_store
from tsunagari.privacy_setup import masker_of


@pytest.fixture(scope="module")
def masker() -> PersonalDataMasker:
    return masker_of(open_store())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("株式会社山田製作所の山田です", "〔会社名〕の〔氏名〕です"),
        ("㈱丸吉鉄工所、海外担当の西村 健太です", "〔会社名〕、海外担当の〔氏名〕です"),
        ("大和産業(株)といいます", "〔会社名〕といいます"),
        ("カ）ヤマダセイサクショ名義", "〔会社名〕名義"),
        ("Naniwa Precision Co., Ltd.です", "〔会社名〕です"),
        ("社名はブルーオーシャンです", "社名は〔会社名〕です"),
        ("担当の佐々木と申します", "担当の〔氏名〕と申します"),
        ("代表取締役　髙橋 健一", "代表取締役　〔氏名〕"),
        ("グエン・ヴァン・アンさんが通訳です", "〔氏名〕さんが通訳です"),
        ("My name is Taro Yamada.", "My name is 〔氏名〕."),
        ("０８０－９８７６－５４３２です", "〔電話番号〕です"),
        ("+81-6-6789-1234まで", "〔電話番号〕まで"),
        ("〇六−六七八九−一二三四です", "〔電話番号〕です"),
        ("0120-123-456です", "〔電話番号〕です"),
        ("yamada＠example.co.jpまで", "〔メールアドレス〕まで"),
        ("yamada[at]example.co.jpまで", "〔メールアドレス〕まで"),
        ("〒577-0011 大阪府東大阪市荒本北1-4-17です", "〒〔郵便番号〕 大阪府東大阪市〔番地〕です"),
        ("東京都大田区蒲田本町一丁目2番30号の町工場", "東京都大田区〔番地〕の町工場"),
        ("神戸市中央区元町通2-3-4", "神戸市中央区〔番地〕"),
        ("法人番号は7120001087654です", "法人番号は〔法人番号〕です"),
        ("マイナンバーは123456789018です", "マイナンバーは〔マイナンバー〕です"),
        ("カードは4111 1111 1111 1111です", "カードは〔カード番号〕です"),
        ("三井住友銀行 船場支店 普通 1234567", "三井住友銀行 船場支店 〔口座番号〕"),
        ("旅券番号はTK1234567です", "旅券番号は〔旅券番号〕です"),
        ("免許証番号は301234567890です", "免許証番号は〔免許証番号〕です"),
        ("大橋です。よろしくお願いします", "〔氏名〕です。よろしくお願いします"),
        ("株主の安田が反対しています", "株主の〔氏名〕が反対しています"),
        ("関本部長に確認します", "〔氏名〕部長に確認します"),
        ("夫の拓海と始めました", "夫の〔氏名〕と始めました"),
        ("佐藤と馬場が出ます", "〔氏名〕と〔氏名〕が出ます"),
        ("さっき電話したはしもとです", "さっき電話した〔氏名〕です"),
        ("はまだ けんたです", "〔氏名〕です"),
        ("ベトナム人のヒエウが担当です", "ベトナム人の〔氏名〕が担当です"),
        ("通訳はファム・ティ・フォンさん", "通訳は〔氏名〕さん"),
        ("Somchai Jaideeと申します", "〔氏名〕と申します"),
        ("姓：鈴木　名：一郎", "姓：〔氏名〕　名：〔氏名〕"),
        ("以上です。\n門田 健一\n", "以上です。\n〔氏名〕\n"),
        ("三和電機の内海と申します", "〔会社名〕の〔氏名〕と申します"),
        ("取引先の共栄樹脂がタイに出ました", "取引先の〔会社名〕がタイに出ました"),
        ("居酒屋「とんぼ」を経営しています", "居酒屋「〔会社名〕」を経営しています"),
        ("すみれ農園です", "〔会社名〕です"),
        ("NPO法人アジアの風の者です", "〔会社名〕の者です"),
        ("ＴＥＬ（０７２）９８７－６５４３", "ＴＥＬ〔電話番号〕"),
        ("０６・６７８９・１２３４です", "〔電話番号〕です"),
        ("静岡県浜松市中央区砂山町1168です", "静岡県浜松市中央区〔番地〕です"),
        ("LINEは @k_nishimura77 です", "LINEは 〔アカウント〕 です"),
        ("https://x.com/naniwa_taro です", "〔個人のURL〕 です"),
    ],
)
def test_personal_data_is_masked(masker: PersonalDataMasker, text: str, masked: str) -> None:
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "JETROと中小機構は何が違うんですか",
        "尼崎信用金庫に聞いたら、こちらを案内されました",
        "株式会社国際協力銀行の海外投融資について",
        "横浜ウォーター株式会社はどんな取り組みをしてますか",
        "MOBIOの担当者につないでください",
        "松本市の精密部品メーカーです",
        "福島です",
        "千葉の会社です",
        "山口県の会社ですが、相談先はどこですか",
        "大阪市北区梅田に営業所があります",
        "月額366ドルは製造業の作業員ですか",
        "上限額は1200万円、2012年から",
        "資本金は3000万円、従業員45名、創業1968年です",
        "型番はAB-1234-5678の金型です",
        "図面番号 2024-0315-002 の部品です",
        "注文番号は110-2233-445です",
        "10時から17時の間",
        "HSコードは8480.71です",
        "JANコードは4901234567894です",
        "受付番号T-7K3MQDの件です",
        "社長さんに代わりますのでお待ちください",
        "皆様のご意見を聞かせてください",
        "（株）は付けなくていいですか",
        "合同会社ですが、融資は受けられますか",
        "トヨタ系の部品メーカーです",
        "https://www.jica.go.jp/priv_partner/activities/sme.html を見ました",
        "大野健一",
        "",
        "２番でお願いします",
        "順送プレスです",
        "健康食品です",
        "堺刃物です",
        "取引先の自動車産業が海外に",
        "弊社は佐野です",
        "営業は浜松です",
        "税理士さんに聞いた",
        "プラスチックメーカーさんの紹介です",
        "ベトナム人のエンジニアが担当",
        "ホーチミン・ハノイです",
        "スズキさんの下請けです",
        "🚀" * 50,
    ],
)
def test_what_the_dialogue_needs_stays(masker: PersonalDataMasker, text: str) -> None:
    assert masker.examine(text) == Masked(text)


def test_offsets_are_those_of_the_text_as_typed(masker: PersonalDataMasker) -> None:
    text = "はい\n㈱ナニワ精工の　ＴＥＬ：０６（６７８９）１２３４"
    found = masker.examine(text).found
    assert [(text[one.start : one.end], one.kind) for one in found] == [
        ("㈱ナニワ精工", "company"),
        ("０６（６７８９）１２３４", "phone"),
    ]


def test_masking_twice_changes_nothing(masker: PersonalDataMasker) -> None:
    once = masker.mask(
        "株式会社山田製作所の山田太郎です。06-6789-1234、〒577-0011 東大阪市荒本北1-4-17"
    )
    assert masker.mask(once) == once


def test_what_must_never_be_kept_is_not_even_sealed(masker: PersonalDataMasker) -> None:
    text = "山田太郎です。カードは4111111111111111、マイナンバーは123456789018"
    keepable = masker.keepable(text, masker.examine(text))
    assert keepable == "山田太郎です。カードは〔カード番号〕、マイナンバーは〔マイナンバー〕"


def test_a_very_long_text_is_masked_to_its_end(masker: PersonalDataMasker) -> None:
    text = "タイの賃金を知りたいです。" * 1500 + "電話は06-6789-1234です"
    assert masker.mask(text).endswith("電話は〔電話番号〕です")


def test_check_digits() -> None:
    assert is_card("4111111111111111") and not is_card("4111111111111112")
    assert is_my_number("123456789018") and not is_my_number("123456789012")
    # 国税庁's own, and one digit off.
    assert is_corporate_number("7000012050002") and not is_corporate_number("7000012050003")


def test_every_kind_has_its_placeholder() -> None:
    assert [placeholder(kind) for kind in kinds()] == [f"〔{label(kind)}〕" for kind in kinds()]
    assert len(set(map(placeholder, kinds()))) == len(kinds())


@pytest.mark.parametrize(
    ("masked", "read"),
    [
        (
            "〔会社名〕の〔氏名〕です。東大阪でねじを作っております。",
            "東大阪でねじを作っております。",
        ),
        ("〔氏名〕と申します。下関の水産会社です", "下関の水産会社です"),
        ("兵庫の〔会社名〕です。マレーシアに", "兵庫の会社です。マレーシアに"),
        ("急ぎです！〔電話番号〕に電話ください", "急ぎです！担当者から連絡がほしい"),
        ("会社は東大阪市〔番地〕にあります", "会社は東大阪市にあります"),
        ("連絡先は〔電話番号〕です", ""),
        ("〔別の〕かっこ", "かっこ"),
        ("タイの賃金は", "タイの賃金は"),
    ],
)
def test_the_dialogue_reads_what_is_left(masked: str, read: str) -> None:
    assert neutral(masked) == read
