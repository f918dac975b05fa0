"""The loop of learning: a question nobody could answer, one step, publishing, the answer."""

from __future__ import annotations

import itertools
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.insight import ask as ask_as
from tests.browser.serving import ROOT, Website, running_server
from tests.browser.staff import DeskPage, add_staff

#: Training and comparing takes a minute or two on a slow machine.
PREPARED_MS = 480_000
PAGE_MS = 60_000
#: A name nobody has heard of, and a way of asking nobody would understand.
NICKNAME = "もこもこ館"
UNHEARD = "もこもこ館とは"
ODD = "F/S支援のほげほげ玉は何発ですか"
PARAPHRASE = "F/S支援のほげほげ玉って何発なの？"
#: Of the questions the records are known to answer.
KEPT = {"hubs", "schemes"}
#: Of the training examples, every how many-th: enough to learn two questions and keep the others.
EVERY = {"nlu": 2, "outside": 4, "statements": 4, "wishes": 4}
EXAMPLE = re.compile(r" {6}- ")
EVALUATION = """\
- turns: [ベトナムの作業員の賃金は]
  finds: ["162"]
"""
UNSURE = ("もしかして", "お答えできません")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files the staff keep, as copies; fewer examples, so that training takes less."""
    folder = tmp_path_factory.mktemp("learning")
    for name in ("knowledge", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.py*"))
    for path in (folder / "knowledge" / "questions").iterdir():
        if path.stem not in KEPT:
            path.unlink()
    (folder / "knowledge" / "evaluation.yml").write_text(EVALUATION, "utf-8")
    for name, every in EVERY.items():
        thin_out(folder / "data" / f"{name}.yml", every)
    return folder


def thin_out(path: Path, every: int) -> None:
    """Keep every how many-th example of a file of training data."""
    number = itertools.count()
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = (line for line in lines if not EXAMPLE.match(line) or not next(number) % every)
    path.write_text("".join(kept), "utf-8")


@pytest.fixture(scope="module")
def school(folder: Path, website: Website) -> Iterator[str]:
    settings = {
        "TSUNAGARI_KNOWLEDGE": str(folder / "knowledge"),
        "TSUNAGARI_DATA": str(folder / "data"),
        "TSUNAGARI_RELEASES": str(folder / "releases"),
        "TSUNAGARI_LIBRARY": str(folder / "library.sqlite"),
    }
    with running_server(folder, website.origin, settings) as base:
        add_staff(folder)
        yield base


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="ja-JP", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PAGE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def ask(base: str, text: str) -> str:
    """Ask as a company that was never here before."""
    return ask_as(base, uuid.uuid4().hex, text)


def accessible(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}))"
        ".violations.map(one => [one.id, one.nodes.map(node => node.html)])"
    )
    assert found == []


def open_group(page: Page, title: str) -> None:
    page.locator(".groups-list a", has_text=title).click()
    expect(page.get_by_role("heading", name="どうしますか")).to_be_visible()


def step(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_nobody_could_answer_is_learnt(
    school: str, folder: Path, page: Page, axe: str
) -> None:
    for text in (UNHEARD, "もこもこ館について教えて", "もこもこ館の場所は？"):
        assert any(words in ask(school, text) for words in UNSURE)
    for _ in range(2):
        assert any(words in ask(school, ODD) for words in UNSURE)

    desk = DeskPage(page, school).log_in("kanri")
    page.get_by_role("link", name="会話から学ぶ").click()
    expect(page.get_by_role("heading", name="会話から学ぶ")).to_be_visible()
    for _ in range(10):
        # On a slow machine the groups come a little later than the page.
        if page.locator(".groups-list a", has_text="玉").count():
            break
        page.wait_for_timeout(3000)
        page.reload()
    accessible(page, axe)
    open_group(page, "館")
    accessible(page, axe)
    step(page, "別名として加える")
    page.get_by_label("別名（1 行に 1 件）").fill(NICKNAME)
    page.get_by_label("レコード", exact=True).select_option("hub.mobio")
    page.get_by_role("button", name="別名に加える").click()
    expect(page.get_by_role("status").first).to_contain_text("公開すると")

    open_group(page, "玉")
    page.get_by_label("別のことばで探す").fill("F/S支援の上限額")
    page.get_by_role("button", name="探す").click()
    form = page.locator("form", has=page.get_by_role("button", name="質問の例に加える"))
    form.get_by_label("質問の文（1 行に 1 件）").fill(f"{ODD}\nF/S支援のほげほげ玉はいくつ")
    form.locator("input[value='scheme.hands_on_fs/amount_limit']").first.check()
    form.get_by_role("button").click()
    expect(page.get_by_text("公開待ち（2 件）")).to_be_visible()
    assert NICKNAME in (folder / "knowledge" / "records" / "hubs.yml").read_text("utf-8")

    # The bot does not know it before it is published.
    assert any(words in ask(school, UNHEARD) for words in UNSURE)
    page.get_by_role("link", name="公開の確認へ").click()
    expect(page.get_by_label("1行に一つ")).to_have_value(f"{ODD}\nF/S支援のほげほげ玉はいくつ")
    page.get_by_role("button", name="公開の前に確かめる").click()
    publish = page.get_by_role("button", name="公開する")
    expect(publish).to_be_visible(timeout=PREPARED_MS)
    expect(page.locator("main")).to_contain_text("120万円")
    publish.click()
    expect(page.locator("main")).to_contain_text("公開中")

    answers: dict[str, str] = {}
    for _ in range(120):
        answers = {text: ask(school, text) for text in (UNHEARD, ODD, PARAPHRASE)}
        if not any(words in answer for answer in answers.values() for words in UNSURE):
            break
        page.wait_for_timeout(500)
    assert answers[UNHEARD].startswith("MOBIO")
    assert "120万円" in answers[ODD]
    assert "120万円" in answers[PARAPHRASE]
    for answer in answers.values():
        assert "〔出典" in answer
        assert not any(words in answer for words in UNSURE)

    desk.page.goto(f"{school}/desk/learning")
    expect(page.get_by_text("公開待ち")).to_have_count(0)
    expect(page.locator("tbody tr").first).to_contain_text("公開済み")
    expect(page.locator("tbody tr").first).to_contain_text("管理 太郎")


def test_the_report_is_made_beside_the_server(school: str, page: Page, axe: str) -> None:
    for _ in range(4):
        ask(school, "MOBIOとは")
    DeskPage(page, school).log_in("kanri")
    page.get_by_role("link", name="報告", exact=True).click()
    expect(page.get_by_role("heading", name="利用の報告")).to_be_visible()
    # Made beside the server: on a busy machine it takes a while.
    expect(page.locator("#questions ~ .scroll")).to_contain_text("MOBIOとは", timeout=PREPARED_MS)
    # No chart lost its colours to the page's rules against inline style.
    filled = page.locator("svg .fill-now").first.evaluate("one => getComputedStyle(one).fill")
    assert filled == "rgb(11, 85, 104)"
    accessible(page, axe)
    page.emulate_media(color_scheme="dark")
    accessible(page, axe)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="目次")).to_be_hidden()
    page.emulate_media(media="screen")
    # Where the file takes long, a page asks for it again until it is saved.
    with page.expect_download(timeout=PREPARED_MS) as download:
        page.get_by_role("link", name="CSV で保存").click()
    assert "MOBIO" in download.value.path().read_text("utf-8-sig")
