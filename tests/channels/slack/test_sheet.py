"""The consultation sheet: App Home, the modal, what saving it does."""

from __future__ import annotations

from typing import Any

from tests.channels.slack.conftest import Running
from tests.channels.slack.driver import CHANNEL, USER


async def open_home(running: Running, tab: str = "home") -> None:
    event = {"type": "app_home_opened", "user": USER, "tab": tab, "channel": running.driver.direct}
    assert (await running.driver.event(event)).status_code == 200
    await running.settled()


async def open_modal(running: Running) -> dict[str, Any]:
    assert (await running.driver.command("カルテ")).status_code == 200
    return running.slack.views[-1]


async def test_app_home_shows_the_sheet_and_follows_the_conversation(running: Running) -> None:
    await open_home(running)
    shown = str(running.slack.homes[USER])
    assert "対象国" in shown
    assert "まだ伺っていません" in shown
    view = await open_modal(running)
    await running.driver.submit(view, country="c7")
    await running.settled()
    assert "国7" in str(running.slack.homes[USER])


async def test_homes_nobody_looks_at_are_not_renewed(running: Running) -> None:
    await running.driver.say("こんにちは")
    await running.settled()
    assert "views.publish" not in running.slack.calls


async def test_who_opens_the_messages_first_is_greeted_once(running: Running) -> None:
    for _ in range(3):
        await open_home(running, "messages")
    assert running.bot.texts == ["/greet"]
    assert running.bot.heard[0].trusted


async def test_nobody_is_greeted_in_the_middle_of_a_conversation(running: Running) -> None:
    await running.driver.say("こんにちは")
    await running.settled()
    await open_home(running, "messages")
    assert running.bot.texts == ["こんにちは"]


async def test_buttons_of_app_home(running: Running) -> None:
    await open_home(running)
    assert (await running.driver.press_home("sheet-edit")).status_code == 200
    assert running.slack.views[-1]["callback_id"] == "sheet"
    assert (await running.driver.press_home("home-person")).status_code == 200
    await running.settled()
    assert running.bot.texts == ["/request_human"]
    assert running.bot.heard[0].trusted


async def test_several_changes_are_one_turn_and_what_was_not_changed_stays(
    running: Running,
) -> None:
    view = await open_modal(running)
    saved = await running.driver.submit(view, country="c119", business="金属プレス")
    assert saved.status_code == 200
    assert saved.text == ""
    await running.settled()
    assert running.bot.texts == ["/set country=c119,business=金属プレス"]
    view = await open_modal(running)
    blocks = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert blocks["country"]["initial_option"]["value"] == "c119"
    assert blocks["business"]["initial_value"] == "金属プレス"
    await running.driver.submit(view)
    await running.settled()
    assert len(running.bot.heard) == 1
    await running.driver.submit(await open_modal(running), country=None)
    await running.settled()
    assert running.bot.texts[-1] == "/set country="


async def test_saving_twice_counts_once(running: Running) -> None:
    view = await open_modal(running)
    await running.driver.submit(view, business="金属プレス")
    await running.driver.submit(view, business="金属プレス")
    await running.settled()
    assert len(running.bot.heard) == 1


async def test_what_changed_meanwhile_is_not_undone(running: Running) -> None:
    before = await open_modal(running)
    await running.driver.submit(await open_modal(running), country="c5")
    await running.settled()
    await running.driver.submit(before, business="金属プレス")
    await running.settled()
    assert running.bot.texts[-1] == "/set business=金属プレス"


async def test_a_wrong_value_is_told_at_its_field_and_nothing_is_saved(running: Running) -> None:
    view = await open_modal(running)
    response = await running.driver.submit(view, city="月", business="金属プレス")
    assert response.json() == {"response_action": "errors", "errors": {"city": "月は選べません。"}}
    await running.settled()
    assert running.bot.heard == []


async def test_a_thread_has_a_sheet_of_its_own(running: Running) -> None:
    await running.driver.mention("こんにちは")
    await running.settled()
    (said,) = running.slack.posts(CHANNEL)
    row = {
        "type": "actions",
        "block_id": "sheet",
        "elements": [
            {
                "type": "button",
                "action_id": "sheet-edit",
                "text": {"type": "plain_text", "text": "カルテを編集"},
            }
        ],
    }
    message = {**said, "blocks": [row]}
    await running.driver.click(message, "カルテを編集", channel=CHANNEL)
    await running.driver.submit(running.slack.views[-1], business="金属プレス")
    await running.settled()
    assert running.bot.heard[-1].conversation_id == running.bot.heard[0].conversation_id
    assert running.slack.posts(CHANNEL)[-1]["thread_ts"] == said["thread_ts"]


async def test_strangers_get_no_sheet(running: Running) -> None:
    view = await open_modal(running)
    running.driver.team = "T0STRANGER"
    await running.driver.submit(view, business="金属プレス")
    await running.driver.press_home("sheet-edit")
    await running.driver.press_home("home-person")
    await running.settled()
    assert running.bot.heard == []
    assert len(running.slack.views) == 1
