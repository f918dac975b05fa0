"""Slips in names are forgiven where nothing else is meant, and only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Link = Callable[[str], list[Any]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MOBOIはどこ", "hub.mobio"),
        ("ＪＴＥＲＯの役割", "organisation.jetro"),
        ("JETORとは", "organisation.jetro"),
        ("ジェトルに聞きたい", "organisation.jetro"),
        ("ジェロトの概要", "organisation.jetro"),
        ("フアストパスって", "scheme.fast_pass"),
        ("ファストバス制度", "scheme.fast_pass"),
        ("案件調査化はいつから", "scheme.feasibility_survey"),
        ("ズワモの特徴", "hub.suwamo"),
        ("ベトナンに行く", "country.vietnam"),
        ("べトムナの人口", "country.vietnam"),
        ("ミヤンマーです", "country.myanmar"),
        ("インドネイシアの会社", "country.indonesia"),
        ("Y-POTRは", "hub.yport"),
        ("JICA北丸州", "organisation.jica"),
        ("中小起工とは", "organisation.sme_support"),
        ("中部経済産業極", "hub.bureau_chubu"),
        ("諏訪圏興業メッセ", "event.suwa_messe"),
        ("タイの経済制長率", "gdp_growth"),
        ("MOBIOの事務曲", "secretariat"),
    ],
)
def test_a_slip_is_forgiven(link: Link, text: str, value: str) -> None:
    assert value in {row.value for mention in link(text) for row in mention.rows}


@pytest.mark.parametrize(
    "text",
    [
        "ジャイロセンサーを作っています",
        "カカオの輸入",
        "カオスな状態",
        "レトルト食品です",
        "ジェットエンジンの部品",
        "GRIPを強くする",
        "バンクはどこが運営しているの",
        "競争相手が多い",
        "欧州に売りたい",
        "緊張します",
        "一日何錠まで",
        "KITを組み立てる会社ではなくkitchenの会社",
        "ネットワーク機器の会社です",
        "バイオの会社です",
    ],
)
def test_a_word_is_no_slip(link: Link, text: str) -> None:
    names = {"record", "country", "prefecture", "city"}
    found = [m for m in link(text) if m.entity in names and m.value != "hub.kti"]
    assert not found


def test_at_most_three_meanings_of_a_slip(link: Link) -> None:
    slips = [m for m in link("MOIBO、JCIA、GIRPSのちがい") if m.extractor == "slip"]
    assert [m.value for m in slips] == ["hub.mobio", "organisation.jica", "organisation.grips"]
    assert all(len(mention.rows) <= 3 for mention in slips)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("尼で鉄工所をしてます", "尼崎市"),
        ("アマの会社やけど", "尼崎市"),
        ("北九の会社です", "北九州市"),
        ("ハマで商社を", "横浜市"),
        ("堺で刃物を", "堺市"),
        ("信州のりんご", "長野県"),
        ("博多の店", "福岡市"),
    ],
)
def test_nicknames_of_places(link: Link, text: str, value: str) -> None:
    assert value in {mention.value for mention in link(text)}


@pytest.mark.parametrize(
    "text",
    ["尼さんの話", "アマチュアの大会", "ハマグリの養殖", "堺さんに会う", "天神様", "津波の対策"],
)
def test_other_words_are_no_nicknames(link: Link, text: str) -> None:
    assert not [m for m in link(text) if m.entity in ("city", "prefecture")]


@pytest.mark.parametrize(
    "text",
    ["タイの工業団地の土地代", "横浜の水道料金", "タイの社会保険料", "話にならんわ", "知りました"],
)
def test_other_words_behind_a_place_name_no_record(link: Link, text: str) -> None:
    wrong = ("志摩市", "奈良県")
    assert not [m for m in link(text) if m.entity == "record" or m.value in wrong]
