"""Mentions by name, kana, sound, misspelling, place + word; and what must not be linked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Link = Callable[[str], list[Any]]
_ORDINARY = Path(__file__).with_name("ordinary_sentences.tsv")
_NAMES = ("record", "country", "prefecture", "city", "region")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("もびおのばしょは", "hub.mobio"),
        ("案件か調査っていつから", "scheme.feasibility_survey"),
        ("近機経済産業局に聞きたい", "hub.bureau_kinki"),
        ("中国経済産業局はどこ", "hub.bureau_chugoku"),
        ("尼崎国際ビジネス公流会の事務局", "hub.amagasaki"),
        ("Ｙ－ＰＯＲＴって？", "hub.yport"),
        ("神戸のセンターの特徴", "hub.kobe"),
        ("北九州の低炭素のとこ", "hub.low_carbon"),
        ("ふぁすとぱすってなに", "scheme.fast_pass"),
        ("べとなむのちんぎん", "country.vietnam"),
        ("たいのじんこうは", "country.thailand"),
        ("べとなむとたいのちがいは", "country.thailand"),
        ("ﾀｲﾄﾍﾞﾄﾅﾑﾄﾞｯﾁ", "country.thailand"),
        ("中国で売りたい", "country.china"),
        ("東大阪の会社", "東大阪市"),
        ("なごやです", "名古屋市"),
        ("長野県諏訪市です", "諏訪市"),
        ("モビオッテナンデスカ", "hub.mobio"),
        ("タイとベトナムの比較", "country.vietnam"),
        ("その制度はいつから", "その制度"),
        ("ミャンマーに工場を出したい", "country.myanmar"),
        ("ﾐｬﾝﾏｰの人口は", "country.myanmar"),
    ],
)
def test_is_linked(link: Link, text: str, value: str) -> None:
    assert value in {row.value for mention in link(text) for row in mention.rows}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("タイミングが悪い", "country.thailand"),
        ("タイプが違う", "country.thailand"),
        ("アルバイトの話", "country.thailand"),
        ("相談したいのですが", "country.thailand"),
        ("大変お世話になります", "country.thailand"),
        ("中国経済産業局", "country.china"),
        ("中国地方の会社", "country.china"),
        ("インドネシアで", "country.india"),
        ("津波の対策", "津市"),
        ("それから次は", "それ"),
    ],
)
def test_is_not_linked(link: Link, text: str, value: str) -> None:
    assert value not in {row.value for mention in link(text) for row in mention.rows}


@pytest.mark.parametrize(
    "text",
    [
        "ベトナムではなくタイで",
        "ベトナムじゃなくてタイ",
        "ベトナムやなくてタイや",
        "ベトナムはやめてタイ",
        "ベトナム以外でタイ",
    ],
)
def test_negation_excludes_the_first_country_only(link: Link, text: str) -> None:
    roles = {mention.value: mention.role for mention in link(text) if mention.entity == "country"}
    assert roles == {"country.vietnam": "excluded", "country.thailand": None}


def test_offsets_hold_for_half_width_kana(link: Link) -> None:
    text = "ﾍﾞﾄﾅﾑの賃金"
    mention = next(item for item in link(text) if item.entity == "country")
    assert text[mention.start : mention.end] == "ﾍﾞﾄﾅﾑ"


def test_a_city_knows_its_prefecture(link: Link) -> None:
    mention = next(item for item in link("尼崎の会社です") if item.entity == "city")
    assert mention.rows[0].detail == "兵庫県"


@pytest.mark.parametrize("line", _ORDINARY.read_text("utf-8").splitlines())
def test_ordinary_sentences_name_nothing_but_places(link: Link, line: str) -> None:
    text, _, expected = line.partition("\t")
    found = {f"{item.entity}={item.value}" for item in link(text) if item.entity in _NAMES}
    assert found == set(expected.split())


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("経済はこの先も伸びますか、ベトナムの", "gdp_growth"),
        ("ベトナムで日本の方はどのくらい暮らしていますか", "japanese_residents"),
        ("タイは部品を全部現地で買えるの？", "local_procurement"),
        ("この協会は株を誰が持ってるんですか", "ownership"),
    ],
)
def test_words_that_together_ask_for_a_property(link: Link, text: str, attribute: str) -> None:
    assert attribute in {mention.value for mention in link(text)}


def test_words_of_a_statement_ask_for_nothing(link: Link) -> None:
    told = link("うちの経済状態は悪く、社員は伸び悩んでいます")
    assert "gdp_growth" not in {mention.value for mention in told}


def test_a_name_stands_whatever_was_linked_before(link: Link) -> None:
    text = "ちゅうしょうきぎょうの かいがいてんかいしえんを しているのは だれ"
    first = [(mention.value, mention.start) for mention in link(text)]
    link("中小企業海外展開支援会議とは")
    assert [(mention.value, mention.start) for mention in link(text)] == first
