"""From nothing to a cited answer over REST, and on to an update that supersedes it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from knowledge.ingest import Description, Options, Outcome, ingest_file
from knowledge.library import Library
from tests.conftest import ROOT
from tests.knowledge.ingest import makers
from tests.knowledge.ingest.leaflet import ASKED, LEAFLET, UNANSWERED
from tests.services.nodes import Node, nodes

RULES = """
= 海外つなぐ補助金 公募要領
令和8年4月1日 更新

= 第1章 制度の概要
海外つなぐ補助金は、府内の中小企業の商談会の費用を補助する制度です。上限額は{limit}です。
申請者は府内に本店のある中小企業に限ります。

#pagebreak()
= 第2章 申し込み
受付期間は令和8年4月15日から令和99年6月30日までです。
#table(columns: 3, [区分], [補助率], [上限額],
  [通常枠], [2/3], [{limit}], [重点国枠], [3/4], [999万円])
"""
SLIDES = [("堺海外セミナー", "会場は本館三階です。参加費は3000円です。", "駐車場はありません。")]
PAGE = """<html><head><meta charset="utf-8"><title>税の手引き</title></head><body><main>
<h1>インドネシア進出の税の手引き</h1><p>更新日：2026年10月1日</p>
<h2>法人税</h2><p>インドネシアの法人税率は22%です。</p></main></body></html>"""


@dataclass
class Bot:
    """A running server with a library of its own."""

    node: Node
    folder: Path
    library: Path

    def take(self, name: str, data: bytes, **description: str) -> Outcome:
        """Takes a file in beside the running server."""
        options = Options(description=Description(**description))
        return ingest_file(self.file(name, data), Library(self.library), options)

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tsunagari", "knowledge", *arguments],
            cwd=ROOT,
            env={**os.environ, "TSUNAGARI_LIBRARY": str(self.library), "TSUNAGARI_HOME": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, question: str) -> str:
        messages = self.node.ask(uuid.uuid4().hex, question)
        return "\n".join(message.get("text") or "" for message in messages)

    def until(self, question: str, holds: Callable[[str], bool]) -> str:
        """Asks until the server has noticed what changed; it does within seconds."""
        end = time.monotonic() + 30
        while not holds(answer := self.ask(question)) and time.monotonic() < end:
            time.sleep(0.2)
        assert holds(answer), answer
        return answer


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("answers")
    library = folder / "library.sqlite"
    store = f"sqlite:///{folder / 'conversations.sqlite'}"
    with nodes(folder, 1, TSUNAGARI_DATABASE_URL=store, TSUNAGARI_LIBRARY=str(library)) as (node,):
        yield Bot(node, folder, library)


def test_from_nothing_to_a_cited_answer_and_an_update(bot: Bot) -> None:
    question = "海外つなぐ補助金の通常枠の上限額は？"
    assert "150万円" not in bot.ask(question)
    path = bot.file("要領.pdf", makers.pdf(RULES.format(limit="150万円")))
    told = bot.command("ingest", str(path), "--publisher", "なにわ支援センター")
    assert "取り込みました" in told
    answer = bot.until(question, lambda text: "150万円" in text)
    title = "『海外つなぐ補助金 公募要領』（なにわ支援センター、2026年4月1日）"
    assert f"〔出典: {title} p.2「第2章 申し込み」〕" in answer
    assert "上限額: 150万円" in answer

    update = makers.pdf(RULES.format(limit="180万円"))
    assert bot.take("要領.pdf", update).state == "new_edition"
    newer = bot.until(question, lambda text: "180万円" in text)
    assert "150万円" not in newer
    assert bot.take("要領.pdf", update).state == "unchanged"


def test_slides_and_a_page_are_answered_from_too(bot: Bot) -> None:
    bot.take("セミナー.pptx", makers.presentation(SLIDES), date="令和8年10月")
    answer = bot.until("堺海外セミナーの参加費は？", lambda text: "3000円" in text)
    assert "（2026年10月） スライド1「堺海外セミナー」" in answer

    assert "22%" not in bot.ask("インドネシアの法人税は？")
    bot.take("税.html", PAGE.encode())
    answer = bot.until("インドネシアの法人税率は何パーセント？", lambda text: "22%" in text)
    assert "『インドネシア進出の税の手引き』（2026年10月1日）「法人税」" in answer
    # Another country's figure is not to be had from it.
    assert "22%" not in bot.ask("フィリピンの法人税率は何パーセント？")


def test_a_leaflet_answers_what_it_says_and_nothing_else(bot: Bot) -> None:
    bot.take("チラシ.pdf", makers.pdf(LEAFLET))
    question, words, _ = ASKED[0]
    bot.until(question, lambda text: words in text)
    for question, words, page in ASKED:
        lead = bot.ask(question).split("\n")[0]
        assert "次の記載があります" in lead and words in lead, question
        assert f"泉北市産業振興財団、2025年5月12日） {page}" in lead, question
    for question in UNANSWERED:
        assert "次の記載があります" not in bot.ask(question), question


def test_records_keep_their_answers(bot: Bot) -> None:
    assert "5.2%" in bot.ask("ベトナムの実質GDP成長率は？")
    assert "大阪府" in bot.ask("MOBIOとは")
    assert "出典" not in bot.ask("今日の天気は？")


def test_old_and_new_stand_side_by_side(bot: Bot) -> None:
    question = "F/S調査費の補助の上限額は？"
    assert "120万円" in bot.ask(question)
    text = "# F/S調査費の補助のご案内\n\nF/S調査費の補助の上限額は250万円です。\n"
    bot.take("補助.md", text.encode(), date="2026-05")
    answer = bot.until(question, lambda text: "250万円" in text)
    assert answer.index("新しい資料（2026年5月）では") < answer.index("これまでの資料では、")
    assert "120万円" in answer[answer.index("これまでの資料では、") :]


def test_an_expired_document_says_so_and_a_removed_one_is_gone(bot: Bot) -> None:
    text = "# 堺トライ助成金\n\n堺トライ助成金の上限額は70万円です。\n"
    taken = bot.take("助成.md", text.encode(), date="2024-04-01", valid_until="2024-09-30")
    answer = bot.until("堺トライ助成金の上限額は？", lambda text: "70万円" in text)
    assert "2024年9月30日までのもので、期限を過ぎています" in answer
    Library(bot.library).remove(taken.document.id)
    bot.until("堺トライ助成金の上限額は？", lambda text: "70万円" not in text)


def test_an_undecided_draft_is_no_record(bot: Bot) -> None:
    text = "# 制度\n\n| 制度名 | 上限額 |\n|---|---|\n| 泉州挑戦補助金 | 33万円 |\n"
    assert bot.take("制度.md", text.encode()).drafts == 1
    answer = bot.until("泉州挑戦補助金の上限額は？", lambda text: "33万円" in text)
    assert "次の記載があります" in answer
    listed = bot.ask("制度を全部教えて")
    assert "泉州挑戦補助金" not in listed


def test_what_changed_is_public_as_sitemap_and_feed(bot: Bot) -> None:
    with httpx.Client(base_url=bot.node.url, trust_env=False) as client:
        sitemap = client.get("/sitemap.xml")
        feed = client.get("/knowledge/changes.atom")
    assert sitemap.status_code == feed.status_code == 200
    assert "<loc>https://chat.example.jp/knowledge/hub.mobio</loc>" in sitemap.text
    assert feed.headers["content-type"].startswith("application/atom+xml")
    # The operator's own documents are nobody else's business.
    assert "泉州" not in feed.text
