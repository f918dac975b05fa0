"""The review pages: who may do what, and that a form, a sheet and a conflict end rightly."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from desk.review.records import Records
from desk.review.sheet_pages import LONGEST_UPLOAD
from knowledge.ingest import Options, ingest_file
from knowledge.library import Library
from knowledge.library.drafts import Draft, DraftField, Drafts
from tests.desk.pages.conftest import Browser
from tests.desk.review.conftest import KANRI, Office

HOME = "/desk/knowledge"
QUICK = {
    "quick": "1",
    "prefecture": "高知県",
    "name": "高知県海外サポートデスク",
    "reading": "こうちですく",
    "what": "県内企業の海外展開の相談を受けます\n展示会への出展を手伝います",
    "new_title": "海外展開支援のご案内",
    "new_publisher": "高知県",
    "new_date": "2026年4月",
}


def form_in(page: str) -> dict[str, list[str]]:
    """Return what the record form of a page would send."""
    part = page[page.index('<form id="record"') : page.index("</form>", page.index('id="record"'))]
    part = re.sub(r"<template.*?</template>", "", part, flags=re.S)
    part = re.sub(r"<noscript>.*?</noscript>", "", part, flags=re.S)
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", part):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            sent.setdefault(name[1], []).append(html.unescape(value[1] if value else ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', part, re.S):
        sent[name] = [html.unescape(text)]
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', part, re.S):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', inner)
        sent[name] = [html.unescape((chosen[1] or chosen[2]) if chosen else "")]
    return sent


async def saved(browser: Browser, record: str, **changes: str) -> Any:
    page = (await browser.get(f"{HOME}/records/{record}")).text
    sent: dict[str, Any] = form_in(page)
    sent.update(changes)
    return await browser.post(f"{HOME}/records/{record}", sent)


async def test_saving_what_a_form_shows_changes_nothing_but_what_was_changed(
    office: Office, records: Records
) -> None:
    browser = await office.browser()
    for name in ("hub.mobio", "country.vietnam", "scheme.verification", "organisation.jetro"):
        old = records.items()[name]
        response = await saved(browser, name, reason="見直し")
        assert response.status_code == 303, response.text
        assert records.items()[name].content == old.content
    assert not office.review.workspace.history()
    response = await saved(browser, "hub.mobio", reason="文を短く", summary="大阪府の拠点です。")
    assert response.status_code == 303
    change = office.review.workspace.history()[0]
    assert (change.staff_name, change.reason, change.record) == (
        "管理 太郎",
        "文を短く",
        "hub.mobio",
    )
    assert [line[0] for line in change.diff.splitlines() if line[:1] in "+-"] == ["-", "+"]


async def test_a_clerk_makes_a_hub_with_six_fields(office: Office, records: Records) -> None:
    browser = await office.browser()
    page = (await browser.get(f"{HOME}/new/hub?prefecture=高知県")).text
    assert "高知県</option>" in page
    preview = await browser.post(f"{HOME}/preview/hub", QUICK)
    assert "県内企業の海外展開の相談を受けます" in preview.text
    assert not office.review.workspace.history()
    response = await browser.post(f"{HOME}/new/hub", QUICK)
    assert response.status_code == 303, response.text
    record = records.knowledge().records["hub.kouchidesuku"]
    assert record.match is not None
    assert record.match.prefectures == ("高知県",)
    assert [fact.attribute for fact in record.facts] == ["overview", "activities"]
    document = records.knowledge().documents[record.facts[0].cite[0].partition("#")[0]]
    assert document.citation == "『海外展開支援のご案内』（高知県、2026年4月）"
    assert "高知県" not in office.review.views.without_hub()


async def test_what_is_missing_is_said_beside_the_field(office: Office) -> None:
    browser = await office.browser()
    await browser.get(f"{HOME}/new/hub")
    response = await browser.post(f"{HOME}/new/hub", {"quick": "1", "name": "高知デスク"})
    assert response.status_code == 400
    for said in ("よみを", "都道府県を選んで", "出典を選ぶか", "何をしてくれるか"):
        assert said in response.text
    assert 'value="高知デスク"' in response.text
    response = await saved(browser, "hub.mobio", reason="x", short_name="あ" * 21)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text
    assert "20文字以内" in response.text
    response = await saved(browser, "hub.mobio", reason="")
    assert "理由を書いて" in response.text


async def test_a_counsellor_reads_and_changes_nothing(office: Office, records: Records) -> None:
    browser = await office.browser("yamada")
    for path in ("", "/records/hub.mobio", "/sheet", "/publish", "/history", "/drafts", "/new"):
        assert (await browser.get(f"{HOME}{path}")).status_code == 200, path
    before = records.items()["hub.mobio"].content
    await browser.get(f"{HOME}/sheet")
    for path in (
        "/records/hub.mobio", "/records/hub.mobio/retire", "/new/hub", "/publish", "/rollback",
        "/publish/c1/publish", "/sheet", "/sheet/apply", "/drafts/1/reject", "/preview/hub",
    ):  # fmt: skip
        response = await browser.post(f"{HOME}{path}", {"reason": "x", "kind": "hub"})
        assert response.status_code == 403, path
    assert records.items()["hub.mobio"].content == before
    assert not office.publishing.asked


async def test_forms_need_the_token_of_the_session(office: Office) -> None:
    browser = await office.browser()
    browser.page = ""
    response = await browser.post(f"{HOME}/publish", {"reason": "x"})
    assert response.status_code == 403
    anybody = office.desk.browser()
    assert (await anybody.get(f"{HOME}/records/hub.mobio")).status_code == 303


async def test_the_second_of_two_sees_what_the_first_did_and_may_insist(
    office: Office, records: Records
) -> None:
    browser = await office.browser()
    page = (await browser.get(f"{HOME}/records/hub.mobio")).text
    sent: dict[str, Any] = {**form_in(page), "summary": "わたしの文です。", "reason": "後から"}
    item = records.items()["hub.mobio"]
    records.save(KANRI, {**item.content, "summary": "先の文です。"}, "先に", item.seen)
    response = await browser.post(f"{HOME}/records/hub.mobio", sent)
    assert response.status_code == 409
    assert "管理 太郎さんがこの記録を変えました" in response.text
    assert "-summary: 先の文です。" in response.text
    assert "わたしの文です。" in response.text
    again: dict[str, Any] = {**form_in(response.text), "reason": "後から"}
    assert (await browser.post(f"{HOME}/records/hub.mobio", again)).status_code == 303
    assert records.items()["hub.mobio"].content["summary"] == "わたしの文です。"


async def test_the_list_is_searched_and_narrowed(office: Office, records: Records) -> None:
    browser = await office.browser("yamada")

    async def names(query: str) -> list[str]:
        page = (await browser.get(f"{HOME}?{query}")).text
        return re.findall(r"/desk/knowledge/records/([a-z_.0-9]+)\"", page)

    assert "hub.mobio" in await names("q=MOBIO&kind=hub")
    assert set(await names("kind=hub&prefecture=高知県")) == {"hub.bureau_shikoku"}
    assert await names("show=stale") == []
    item = records.items()["hub.suwamo"]
    records.retire(KANRI, item, "2020-03-31", "終わった")
    assert await names("show=stale") == ["hub.suwamo"]
    assert await names("show=unpublished") == ["hub.suwamo"]


async def test_sheets_go_out_and_come_back_through_the_page(
    office: Office, records: Records
) -> None:
    browser = await office.browser()
    response = await browser.get(f"{HOME}/sheet/hub-records.csv")
    assert response.headers["content-disposition"] == 'attachment; filename="hub-records.csv"'
    changed = response.content.decode("utf-8-sig").replace(
        "大阪府のものづくり支援総合拠点で、海外展開の研究会と支援ネットワークを持つ相談先です。",
        "大阪府の拠点です。",
    )
    await browser.get(f"{HOME}/sheet?kind=hub")
    csrf = browser.field("csrf")

    async def upload(content: str) -> Any:
        return await browser.client.post(
            f"{HOME}/sheet",
            data={"csrf": csrf, "kind": "hub"},
            files={"file": ("hub.csv", content.encode("utf-8-sig"))},
            headers={"Origin": str(browser.client.base_url)},
        )

    wrong = await upload(changed.replace("hub.suwamo", "scheme.verification"))
    assert wrong.status_code == 400
    assert "別の種類の記録です" in wrong.text
    shown = await upload(changed)
    assert "変わる記録 1 件" in shown.text
    assert not office.review.workspace.history()
    content = re.search(r'name="content" value="([^"]*)"', shown.text)
    assert content
    sent = {"kind": "hub", "name": "hub.csv", "content": content[1], "reason": "まとめて"}
    assert (await browser.post(f"{HOME}/sheet/apply", sent)).status_code == 303
    assert records.items()["hub.mobio"].content["summary"] == "大阪府の拠点です。"
    assert [change.deed for change in office.review.workspace.history()] == ["imported"]


async def test_a_large_sheet_is_taken_from_an_administrator_only(office: Office) -> None:
    """Everybody else's bodies stay small, and what is too large is said so."""

    async def upload(browser: Browser, size: int) -> Any:
        await browser.get(f"{HOME}/sheet?kind=hub")
        return await browser.client.post(
            f"{HOME}/sheet?kind=hub",
            data={"csrf": browser.field("csrf"), "kind": "hub"},
            files={"file": ("hub.csv", (b"x" * 999 + b"\n") * (size // 1000))},
            headers={"Origin": str(browser.client.base_url)},
        )

    administrator = await office.browser()
    read = await upload(administrator, 3_000_000)
    assert read.status_code == 400 and "「id」の列がありません" in read.text
    refused = await upload(administrator, LONGEST_UPLOAD + 10_000)
    assert refused.status_code == 413 and "10MB まで" in refused.text
    counsellor = await office.browser("yamada")
    assert (await upload(counsellor, 1000)).status_code == 403
    assert (await upload(counsellor, 600_000)).status_code == 403
    sent = {"kind": "hub", "name": "x.csv", "content": "A" * 400_000}
    assert (await administrator.post(f"{HOME}/sheet/apply", sent)).status_code == 400


async def test_a_draft_of_the_ingestion_becomes_a_record(office: Office, records: Records) -> None:
    browser = await office.browser()
    empty = (await browser.get(f"{HOME}/drafts")).text
    assert "tsunagari knowledge ingest" in empty
    assert f'href="{HOME}/new"' in empty
    drafts = office.review.drafts()
    assert isinstance(drafts, Drafts)
    fields = (DraftField("overview", "相談を受けます。", "deck2014#s05", "相談を", 0.9),)
    assert drafts.propose([Draft(0, "d", "hub", "高知デスク", None, fields)]) == 1
    number = drafts.listed()[0].id
    assert "高知デスク" in (await browser.get(f"{HOME}/drafts")).text
    page = (await browser.get(f"{HOME}/drafts/{number}")).text
    sent: dict[str, Any] = {**form_in(page), "readings": "こうちですく"}
    response = await browser.post(f"{HOME}/new/hub", sent)
    assert response.status_code == 303, response.text
    assert records.items()["hub.kouchidesuku"].content["facts"][0]["text"] == "相談を受けます。"
    assert drafts.get(number).record_id == "hub.kouchidesuku"


async def test_preparing_and_going_back_are_asked_of_the_releases(office: Office) -> None:
    browser = await office.browser()
    page = (await browser.get(f"{HOME}/publish?questions=ビザは")).text
    assert "knowledge/records/hubs.yml" in page
    assert "ビザは" in page
    sent = {"reason": "春の更新", "questions": "ビザは\n\n税金は"}
    response = await browser.post(f"{HOME}/publish", sent)
    assert response.headers["location"] == f"{HOME}/publish/c1"
    response = await browser.post(f"{HOME}/rollback", {"to": "r1", "reason": ""})
    assert response.status_code == 409
    await browser.post(f"{HOME}/rollback", {"to": "r1", "reason": "まちがい"})
    assert office.publishing.asked == [
        ("prepare", "管理 太郎", "春の更新", ("ビザは", "税金は")),
        ("rollback", "r1", "管理 太郎", "まちがい"),
    ]
    assert "まちがい" in (await browser.get(f"{HOME}/history")).text
    office.publishing.refuses = "佐藤さんの公開の準備が進んでいます"
    response = await browser.post(f"{HOME}/publish", sent)
    assert response.status_code == 409
    assert "佐藤さんの公開の準備" in response.text


async def test_a_draft_says_where_its_words_stand(office: Office, tmp_path: Path) -> None:
    text = "# 堺トライ助成金\n\n堺トライ助成金の上限額は70万円です。\n"
    path = tmp_path / "助成.md"
    path.write_text(text, "utf-8")
    ingest_file(path, Library(office.library), Options())
    page = (await (await office.browser()).get(f"{HOME}/drafts")).text
    assert "『堺トライ助成金』" in page and "「堺トライ助成金」" in page
    assert "lib_" not in page
