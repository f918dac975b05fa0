"""The server stands still while Slack goes on: it catches up, and nothing goes astray."""

from __future__ import annotations

import asyncio
from pathlib import Path

from desk.slack import desk as slack_desk
from tests.desk.slack.office import said_to, seen, serving, until
from tests.desk.slack.test_hearing import talking
from tests.desk.slack.workspace import DESK, ITO, StaffSlack


async def test_what_was_written_while_nobody_listened_is_heard(
    slack: StaffSlack, tmp_path: Path
) -> None:
    """Slack tries three times within minutes; a longer outage loses nothing all the same."""
    async with serving(slack, tmp_path) as office:
        company, sato, card = await talking(office)
        await sato.write(card, "前の話")
    sato.typed("止まっている間に", DESK, card["ts"])
    ito = office.staffer(ITO)
    ito.typed("横から", DESK, card["ts"])
    sato.typed("// 内緒", DESK, card["ts"])
    async with serving(slack, tmp_path) as office:
        company = office.back(company)
        await said_to(company, "前の話", "止まっている間に")
        await asyncio.sleep(3 * slack_desk.FULL_SECONDS)
        said = [text for author, text in await seen(company) if author == "staff"]
        assert said.count("止まっている間に") == 1
        assert "横から" not in said
        assert "内緒" not in str(said)


async def test_what_was_edited_and_deleted_while_nobody_listened_is_found(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path) as office:
        company, sato, card = await talking(office)
        priced = await sato.write(card, "費用は3万円です")
        wrong = await sato.write(card, "間違えて送りました")
        kept = await sato.write(card, "このままです")
        note = await sato.write(card, "// 内緒の話")
        await sato.edit(kept, "このままでした")
    sato.retype(priced, "費用は5万円です")
    sato.take_down(wrong)
    sato.take_down(note)
    async with serving(slack, tmp_path) as office:
        company = office.back(company)
        gone = "（担当者がこの発言を取り消しました）"
        wanted = ["費用は5万円です", gone, "このままでした"]
        await said_to(company, *wanted)
        await asyncio.sleep(3 * slack_desk.FULL_SECONDS)
        said = [text for author, text in await seen(company) if author == "staff"]
        assert said[1:] == wanted


async def test_a_deletion_in_an_ended_case_is_found_after_an_outage(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path) as office:
        company, sato, card = await talking(office)
        wrong = await sato.write(card, "間違えて送りました")
        await sato.press(card, "完了")
        await until(lambda: "終了" in card["text"])
    sato.take_down(wrong)
    async with serving(slack, tmp_path) as office:
        await said_to(office.back(company), "（担当者がこの発言を取り消しました）")


async def test_what_was_written_before_somebody_took_it_is_never_sent(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path) as office:
        company = await office.visitor()
        await company.say("担当者")
        card = await office.card()
    sato = office.staffer()
    early = sato.typed("この会社は前にも来た", DESK, card["ts"])
    async with serving(slack, tmp_path) as office:
        company, sato = office.back(company), office.staffer()
        await sato.press(card, "引き受ける")
        await until(lambda: slack.marks(early) == ["no_entry_sign"])
        assert "前にも来た" not in str(await seen(company))


async def test_an_erased_case_nobody_wrote_in_leaves_nothing(
    slack: StaffSlack, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path) as office:
        company = await office.visitor()
        await company.say("担当者")
        await office.card()
        # Slack is out of reach while the company leaves; the server then stops.
        slack.trouble["chat.delete"] += [("500",)] * 50
        assert office.application is not None
        await office.application.gate.erase(company.stored_id)
        await until(lambda: "chat.delete" in slack.calls)
    slack.trouble["chat.delete"].clear()
    async with serving(slack, tmp_path):
        await until(lambda: slack.posts(DESK) == [])
