"""Every format: a real file, made here, becomes passages with the right page, heading and text."""

from __future__ import annotations

import io

import docx
import pytest

from knowledge.library import Library
from tests.knowledge.ingest import makers
from tests.knowledge.ingest.conftest import Take
from tests.knowledge.ingest.leaflet import LEAFLET

ROWS = [["区分", "補助率", "上限額"], ["通常枠", "2/3", "150万円"], ["重点国枠", "3/4", "200万円"]]
RULES = f"""
#align(center)[#text(20pt)[海外つなぐ補助金 公募要領]]

令和8年4月1日 更新

なにわ海外支援センター

= 第1章 制度の概要
海外つなぐ補助金は、府内の中小企業の商談会の費用を補助する制度です。補助率は3分の2以内です。

#pagebreak()
= 第2章 申し込み
受付期間は令和8年4月15日から令和8年6月30日までです。

{makers.pdf_table(ROWS)}
"""


def texts(library: Library, document: str) -> list[tuple[str, str, str]]:
    return [(one.place, one.heading, one.text) for one in library.passages(document)]


def test_pdf_keeps_pages_headings_and_tables(take: Take, library: Library) -> None:
    outcome = take("要領.pdf", makers.pdf(RULES))
    found = texts(library, outcome.document.id)
    assert (
        "p.2",
        "第2章 申し込み",
        "受付期間は令和8年4月15日から令和8年6月30日までです。",
    ) in found
    assert (
        "p.2",
        "第2章 申し込み",
        "区分: 通常枠／補助率: 2/3／上限額: 150万円\n区分: 重点国枠／補助率: 3/4／上限額: 200万円",
    ) in found
    # A table is told once: its cells are not running text as well.
    assert sum("重点国枠" in text for _, _, text in found) == 1
    assert outcome.document.title == "海外つなぐ補助金 公募要領"
    assert outcome.document.date == "2026-04-01"
    assert outcome.document.publisher == "なにわ海外支援センター"
    assert outcome.document.pages == 2


def test_pdf_drops_what_repeats_at_the_edge_of_pages(take: Take, library: Library) -> None:
    header = (
        "#set page(header: [つなぐ通信 2026年春号], footer: context [#counter(page).display()])\n"
    )
    body = "#pagebreak()\n".join(f"= 見出し{n}\n本文の{n}番目の話です。\n" for n in "一二三四五")
    outcome = take("通信.pdf", makers.pdf(header + body))
    found = texts(library, outcome.document.id)
    assert [text for _, _, text in found] == [f"本文の{n}番目の話です。" for n in "一二三四五"]


def test_slides_tables_and_notes(take: Take, library: Library) -> None:
    data = makers.presentation(
        [
            ("海外展開セミナー", "会場は本館です。", "資料は当日配ります。"),
            ("支援策", "表のとおり", ""),
        ],
        [["制度名", "上限額"], ["出展補助金", "50万円"], ["通訳派遣事業", "10万円"]],
    )
    outcome = take("セミナー.pptx", data)
    found = [(one.place, one.kind, one.text) for one in library.passages(outcome.document.id)]
    assert found == [
        ("スライド1", "text", "会場は本館です。"),
        ("スライド1", "notes", "資料は当日配ります。"),
        ("スライド2", "text", "表のとおり"),
        (
            "スライド2",
            "table",
            "制度名: 出展補助金／上限額: 50万円\n制度名: 通訳派遣事業／上限額: 10万円",
        ),
    ]
    assert outcome.document.title == "海外展開セミナー"


def test_word_headings_pages_and_tables(take: Take, library: Library) -> None:
    data = makers.document(
        [
            ("Title", "相談の手引き"),
            ("Heading 1", "相談の流れ"),
            ("", "相談は予約制です。"),
            ("break", ""),
            ("Heading 1", "費用"),
            ("", "相談料は無料です。"),
        ],
        [["項目", "内容"], ["受付時間", "平日9時から17時"]],
    )
    outcome = take("手引き.docx", data)
    assert texts(library, outcome.document.id) == [
        ("p.1", "相談の流れ", "相談は予約制です。"),
        ("p.2", "費用", "相談料は無料です。"),
        ("p.2", "費用", "受付時間: 平日9時から17時"),
    ]
    assert library.passages(outcome.document.id)[0].path == ("相談の流れ",)


def test_sheets_name_each_cell_by_its_column(take: Take, library: Library) -> None:
    rows = [
        ["窓口の一覧（令和8年度）"],
        ["窓口名", "所在地", "相談料", "割引"],
        ["堺海外相談窓口", "堺市", 1000, 0.5],
        ["北摂海外デスク", "豊中市", 0, 0.25],
    ]
    outcome = take("一覧.xlsx", makers.workbook({"一覧": rows}))
    found = texts(library, outcome.document.id)
    table = (
        "窓口名: 堺海外相談窓口／所在地: 堺市／相談料: 1000／割引: 0.5\n"
        "窓口名: 北摂海外デスク／所在地: 豊中市／相談料: 0／割引: 0.25"
    )
    assert ("シート「一覧」", "一覧", table) in found
    assert outcome.document.title == "窓口の一覧（令和8年度）"


PAGE = """<!doctype html><html><head><title>つなぐ相談会 | なにわ</title></head><body>
<header><nav><ul><li><a href=/>トップ</a></li><li><a href=/a>事業</a></li></ul></nav></header>
<div class="breadcrumb"><a href=/>トップ</a> &gt; 相談会</div>
<main><h1>つなぐ相談会</h1><p>更新日：2026年10月1日</p>
<h2>日時</h2><p>毎月第2<ruby>水曜日<rt>すいようび</rt></ruby>に<b>開催</b>します。</p>
<table><tr><th>項目</th><th>内容</th></tr><tr><td>会場</td><td>本館3階</td></tr>
<tr><td>定員</td><td>20社</td></tr></table><p style="display:none">見えない字</p></main>
<footer>Copyright なにわ</footer><script>var x = "あ";</script></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
def test_html_keeps_the_text_and_leaves_out_the_furniture(
    take: Take, library: Library, encoding: str
) -> None:
    outcome = take("相談会.html", PAGE.encode(encoding))
    assert texts(library, outcome.document.id) == [
        ("", "つなぐ相談会", "更新日：2026年10月1日"),
        ("", "日時", "毎月第2水曜日に開催します。"),
        ("", "日時", "会場: 本館3階\n定員: 20社"),
    ]
    assert (outcome.document.title, outcome.document.date) == ("つなぐ相談会", "2026-10-01")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16"]
)
def test_text_in_every_japanese_encoding(take: Take, library: Library, encoding: str) -> None:
    text = "■窓口のご案内\n平成31年3月改訂\n海外展開の窓口は本館二階です。手数料は不要です。\n"
    outcome = take("案内.txt", text.encode(encoding))
    assert outcome.document.title == "窓口のご案内"
    assert outcome.document.date == "2019-03"
    assert "海外展開の窓口は本館二階です。" in library.passages(outcome.document.id)[0].text


def test_markdown_headings_and_tables(take: Take, library: Library) -> None:
    text = "# 手引き\n\n## 費用\n\n| 区分 | 金額 |\n|---|---|\n| 会員 | 無料 |\n| 一般 | 千円 |\n"
    outcome = take("手引き.md", text.encode())
    assert texts(library, outcome.document.id) == [
        ("", "費用", "区分: 会員／金額: 無料\n区分: 一般／金額: 千円")
    ]
    assert library.passages(outcome.document.id)[0].path == ("手引き", "費用")


def test_what_is_merged_down_a_column_is_said_in_each_row(take: Take, library: Library) -> None:
    rows = [
        ["地区", "窓口", "電話"],
        ["北部", "能勢相談室", "06-5550-1001"],
        [None, "千里デスク", "06-5550-1002"],
        ["南部", "岬サテライト", None],
    ]
    data = makers.workbook({"一覧": rows}, merged=["A2:A3"])
    found = texts(library, take("一覧.xlsx", data).document.id)
    assert "地区: 北部／窓口: 千里デスク／電話: 06-5550-1002" in found[0][2]
    assert "地区: 南部／窓口: 岬サテライト" in found[0][2]


def test_a_table_within_a_table_is_read(take: Take, library: Library) -> None:
    made = docx.Document()
    made.add_heading("助成の額", 1)
    table = made.add_table(rows=2, cols=2)
    for place, text in {(0, 0): "区分", (0, 1): "額", (1, 0): "定着支援"}.items():
        table.cell(*place).text = text
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "メンター配置", "月額2万円"
    buffer = io.BytesIO()
    made.save(buffer)
    found = texts(library, take("要綱.docx", buffer.getvalue()).document.id)
    assert "メンター配置: 月額2万円" in "\n".join(text for _, _, text in found)


def test_a_leaflet_has_its_largest_line_for_a_title(take: Take, library: Library) -> None:
    outcome = take("チラシ.pdf", makers.pdf(LEAFLET))
    assert outcome.document.title == "2025年度 泉北グローバル挑戦補助金 ご案内"
    assert outcome.document.publisher == "泉北市産業振興財団"
    assert outcome.document.date == "2025-05-12"
    (asked,) = [one for one in library.passages(outcome.document.id) if "みなし" in one.text]
    assert asked.path == ("2025年度 泉北グローバル挑戦補助金 ご案内", "１ 対象となる方")


def test_terms_of_a_page_stand_with_what_is_said_of_them(take: Take, library: Library) -> None:
    page = "<html><body><main><h1>相談デスク</h1><dl><dt>予約</dt><dd>前日まで</dd>"
    page += "<dt>費用：</dt><dd>無料</dd></dl></main></body></html>"
    found = texts(library, take("案内.html", page.encode()).document.id)
    assert [text for _, _, text in found] == ["予約: 前日まで\n費用：無料"]


def test_numbered_lines_of_a_text_are_headings(take: Take, library: Library) -> None:
    text = "共同出展のご案内\n\n１．会期\n　令和8年8月26日～28日\n(2) 出展料\n　15万円\n"
    found = texts(library, take("案内.txt", text.encode("cp932")).document.id)
    assert found[1:] == [("", "１．会期", "令和8年8月26日～28日"), ("", "(2) 出展料", "15万円")]
