"""「自分のデータを見たい」: everything of one's own, nobody else's, behind a link that ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conversations.own_data import FORMAT
from conversations.own_data_policy import LINK_MINUTES
from conversations.privacy_wording import asks
from tests.privacy.conftest import INTRODUCTION, SATO, Company
from tests.privacy.test_everywhere import hand_off
from tsunagari.assembly import Application
from tsunagari.privacy_pages import OwnDataLinks


async def test_on_the_web_a_link_on_line_a_summary(bot: Application, company: Company) -> None:
    await company.say("大阪で金属プレスをやっています")
    said = await company.say("自分のデータを見たい")
    assert re.search(r"/my-data/[0-9a-f]{12}\.[\w=-]+", said)
    assert str(LINK_MINUTES) in said and company.conversation_id.split(":")[1] not in said
    on_line = Company(bot, "line:U0:user:Uexport", "line")
    await on_line.say("大阪で金属プレスをやっています。山田太郎です")
    said = await on_line.say("私の個人情報を開示してほしいです")
    assert (
        "所在地＝大阪府" in said and "あなた 2件" in said and "伏せずに預かっている文: 1件" in said
    )
    assert "my-data" not in said


async def test_it_holds_everything_as_typed_and_not_the_notes(
    bot: Application, company: Company
) -> None:
    await company.say(INTRODUCTION)
    await hand_off(company)
    await company.say("山田太郎 taro@yamada-ss.example.jp")
    bot.desk.claim(company.conversation_id, SATO)
    bot.desk.note(company.conversation_id, SATO, "内輪のメモ")
    assert bot.own_data is not None
    data = bot.own_data.collect(company.conversation_id)
    assert data is not None and data["format"] == FORMAT
    json.dumps(data)
    typed = [one for one in data["messages"] if one["text"] == INTRODUCTION]
    assert typed and "〔会社名〕" in typed[0]["kept_masked_as"]
    (request,) = data["requests"]
    assert request["contact"] == "山田太郎 taro@yamada-ss.example.jp"
    assert {"label": "所在地", "value": "大阪府"} in data["sheet"]
    assert data["rows"]["message"] == len(data["messages"])
    assert "内輪のメモ" not in json.dumps(data, ensure_ascii=False)
    internal = bot.own_data.collect(company.conversation_id, internal=True)
    assert internal is not None and internal["staff_notes"][0]["text"] == "内輪のメモ"
    markdown = bot.own_data.markdown(data)
    assert "# あなたの記録" in markdown and INTRODUCTION in markdown


async def test_nobody_elses(bot: Application, company: Company) -> None:
    other = Company(bot, "web:somebody-else")
    await other.say("ほかの会社のひみつのムラサキイモ")
    await company.say("大阪の会社です")
    assert bot.own_data is not None
    assert "ムラサキイモ" not in str(bot.own_data.collect(company.conversation_id))
    assert bot.own_data.collect("web:nobody") is None


def test_a_link_ends_and_cannot_be_made_up(
    bot: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bot.privacy is not None
    links = OwnDataLinks(bot.privacy.private.vault, "https://center.example")
    address = links.link("web:abc")
    assert address is not None and address.startswith("https://center.example/my-data/")
    token = address.rsplit("/", 1)[1]
    assert links.opened(token) == "web:abc"
    assert links.opened(token[:-6] + "AAAAA=") is None
    assert links.opened("x") is None and links.opened("a.b" * 400) is None
    assert links.link("line:U0:user:U1") is None
    monkeypatch.setattr("tsunagari.privacy_pages.LINK_MINUTES", -1)
    over = links.link("web:abc")
    assert over is not None and links.opened(over.rsplit("/", 1)[1]) is None


async def test_what_only_sounds_like_it_goes_to_the_bot(company: Company) -> None:
    for text in ("統計データを見たい", "情報を見せて", "タイの情報を知りたい", "データがほしい"):
        assert "my-data" not in await company.say(text)


@pytest.mark.parametrize("channel", ["web", "line", "slack", "rest", "terminal"])
@pytest.mark.parametrize("words", ["自分のデータを見たい", "私の情報をください"])
async def test_one_asks_for_ones_data_by_words_on_every_channel(
    bot: Application, channel: str, words: str
) -> None:
    company = Company(bot, f"{channel}:own-{len(words)}", channel)
    await company.say("大阪の会社です")
    said = await company.say(words)
    assert ("/my-data/" in said) if channel == "web" else ("相談カルテ: 所在地＝大阪府" in said)


@pytest.mark.parametrize(
    "words",
    [
        "私のデータを見せて",
        "うちのデータ見せてくれへん？",
        "自分が入力した内容を確認したいのですが",
        "私について何を記録していますか",
        "個人情報の写しをください",
        "Can I see my data?",
    ],
)
def test_many_ways_to_ask_for_ones_data(words: str) -> None:
    assert asks("export_words", words) and not asks("erase_words", words)


@pytest.mark.parametrize(
    "words",
    [
        "タイの情報をください",
        "私の会社に合う窓口の情報をください",
        "統計データを見たい",
        "うちの近くの情報をください",
    ],
)
def test_what_is_about_something_else(words: str) -> None:
    assert not asks("export_words", words)
