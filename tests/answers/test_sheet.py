"""The consultation sheet as Markdown and as PDF: read back, and looked at."""

from __future__ import annotations

import asyncio
import ctypes
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest

from answers.sheet.markdown import to_markdown
from answers.sheet.model import (
    Field,
    Group,
    PersonRequest,
    Question,
    Recommendation,
    Reply,
    SheetDocument,
    Source,
    Statement,
)
from answers.sheet.typesetting import to_pdf

NAME = "髙﨑𠮷"
LINK = "https://www.example.go.jp/now"
SHEET = SheetDocument(
    made_at="2026年11月24日 10:00",
    profile=(
        Field("所在地", "大阪府", True),
        Field("事業・技術", f"{NAME}式の*金型*|<b>", True),
        Field("まだうかがっていないこと", "段階、立場", False),
    ),
    plan=(
        Group(
            "まず相談する先",
            (
                Recommendation(
                    "MOBIO", "大阪府の拠点です。", ("所在地が大阪府",), ("交流会を開きます。",),
                    "現況は確認できていません。", "新聞、2024", LINK, (1, 2),
                ),
            ),
        ),
    ),
    remarks=(Statement("ODAの制度は合わない", (1,)),),
    questions=(Question("賃金は？", "今日 9:50", (Statement("162米ドルです。", (2,)),), 3),),
    questions_left_out=2,
    replies=(Reply("お待ちしています。\n山田", "2026年11月24日 9:55"),),
    open_points=("段階を決める",),
    person=PersonRequest(
        (("受付番号", "T-ABC234"), ("伝えたいこと", f"{NAME}です")), "渡すことに同意しています。"
    ),
    sources=(Source("資料「一」"), Source("資料「二」（出所: 三）", LINK)),
)  # fmt: skip


@pytest.fixture(scope="module")
def pdf() -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(asyncio.run(to_pdf(SHEET)))
    yield document
    document.close()


def text_of(pdf: pypdfium2.PdfDocument) -> str:
    found = "".join(page.get_textpage().get_text_range() for page in pdf)
    return re.sub(r"\s", "", found)


def test_everything_on_the_sheet_can_be_read_back(pdf: pypdfium2.PdfDocument) -> None:
    text = text_of(pdf)
    for told in (
        "相談カルテ",
        "作成:2026年11月24日10:00",
        "大阪府",
        "まだうかがっていないこと:段階、立場",
        "まず相談する先",
        "MOBIO",
        "所在地が大阪府",
        "交流会を開きます。",
        "現況は確認できていません。",
        "（新聞、2024）",
        "ODAの制度は合わない",
        "賃金は？",
        "162米ドルです。",
        "ほか3件",
        "ほかに2件",
        "山田",
        "段階を決める",
        "T-ABC234",
        "渡すことに同意しています。",
        "資料「二」（出所:三）",
        "1/1ページ",
    ):
        assert told in text, told


def test_rare_characters_are_seen_and_can_be_copied(pdf: pypdfium2.PdfDocument) -> None:
    """U+20BB7 lies outside the basic plane; a missing glyph would be the same box for each."""
    page = pdf[0]
    assert NAME in page.get_textpage().get_text_range()
    scale = 8
    picture = page.render(scale=scale).to_pil().convert("L")
    textpage = page.get_textpage()
    whole = textpage.get_text_range()
    # Indices of pdfium count UTF-16 units.
    start = len(whole[: whole.index(NAME)].encode("utf-16-le")) // 2
    seen = []
    for index in (start, start + 1, start + 2):
        left, bottom, right, top = textpage.get_charbox(index, loose=False)
        height = page.get_height()
        box = [round(one * scale) for one in (left, height - top, right, height - bottom)]
        glyph = picture.crop(tuple(box)).resize((40, 40))
        inked = sum(1 for value in glyph.getdata() if value < 128) / 1600
        assert 0.08 < inked < 0.7, f"character {index - start}: {inked:.2f} of it is ink"
        seen.append(bytes(255 if value < 128 else 0 for value in glyph.getdata()))
    assert len(set(seen)) == 3


def test_its_fonts_are_embedded_and_subsetted() -> None:
    made = asyncio.run(to_pdf(SHEET))
    assert len(made) < 300_000, "16 MB of font are not sent along"
    document = pypdfium2.PdfDocument(made)
    fonts = {
        found.get_font().get_base_name() for page in document for found in page.get_objects()
        if hasattr(found, "get_font")
    }  # fmt: skip
    assert {name.split("-")[0].split("+")[-1] for name in fonts} == {"NotoSansCJKjp"}
    assert all(re.match(r"[A-Z]{6}\+", name) for name in fonts), fonts
    # Tagged for screen readers, in Japanese.
    assert b"pdfuaid:part" in made
    assert b"/MarkInfo" in made
    assert document.get_metadata_value("Title") == "相談カルテ"


def test_links_lead_to_the_official_page(pdf: pypdfium2.PdfDocument) -> None:
    raw, page = pypdfium2.raw, pdf[0]
    found = []
    place, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page.raw, ctypes.byref(place), ctypes.byref(link)):
        action = raw.FPDFLink_GetAction(link)
        address = ctypes.create_string_buffer(200)
        raw.FPDFAction_GetURIPath(pdf.raw, action, address, 200)
        found.append(address.value.decode())
    assert found == [LINK, LINK]


def test_a_full_plan_is_printed_on_one_page() -> None:
    (group,) = SHEET.plan
    full = replace(SHEET, plan=(replace(group, recommendations=group.recommendations * 13),))
    document = pypdfium2.PdfDocument(asyncio.run(to_pdf(full)))
    text = text_of(document)
    assert "1/1ページ" in text and text.count("MOBIO") == 13 and "資料「二」（出所:三）" in text


def test_a_long_sheet_has_numbered_pages() -> None:
    many = replace(SHEET, questions=SHEET.questions * 60)
    document = pypdfium2.PdfDocument(asyncio.run(to_pdf(many)))
    assert len(document) > 2
    for number, page in enumerate(document, 1):
        text = re.sub(r"\s", "", page.get_textpage().get_text_range())
        assert f"{number}/{len(document)}ページ" in text


def test_what_a_company_wrote_is_no_markup() -> None:
    trick = replace(
        SHEET,
        open_points=("#panic() = 見出し *太字* $x$ @id <a> [b](c) `d` // e \\ 1. 2",),
        replies=(Reply("- 一\n# 二\n| 三 |", "今日"),),
    )
    assert "#panic()=見出し*太字*$x$@id<a>[b](c)`d`//e\\1.2" in text_of(
        pypdfium2.PdfDocument(asyncio.run(to_pdf(trick)))
    )
    markdown = to_markdown(trick)
    assert "\\#panic() = 見出し \\*太字\\* $x$ @id \\<a\\> \\[b\\](c) \\`d\\`" in markdown
    assert "今日 \\- 一 \\# 二 \\| 三 \\|" in markdown


def test_markdown_has_every_part() -> None:
    markdown = to_markdown(SHEET)
    headings = re.findall(r"^## (.*)$", markdown, re.MULTILINE)
    assert headings == [
        "会社の状況", "ご案内", "お尋ねになったこと", "担当者からの回答",
        "まだ決まっていないこと・確かめること", "担当者への取り次ぎ", "出典",
    ]  # fmt: skip
    assert f"| 事業・技術 | {NAME}式の\\*金型\\*\\|\\<b\\> |" in markdown
    assert "- **MOBIO** \\[1, 2\\]" in markdown
    assert f"（新聞、2024） <{LINK}>" in markdown
    assert f"2. 資料「二」（出所: 三） <{LINK}>" in markdown
    assert "- [ ] 段階を決める" in markdown


def test_masking_reaches_what_people_wrote_and_leaves_the_sources() -> None:
    masked = SHEET.masked(lambda text: text.replace(NAME, "＊"))
    assert NAME not in to_markdown(masked)
    assert masked.sources == SHEET.sources


def test_the_typesetter_is_no_part_of_the_server() -> None:
    check = (
        "import sys, tsunagari.sheet_files; "
        "print([m for m in sys.modules if m.startswith(('typst', 'noto_cjk'))])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
