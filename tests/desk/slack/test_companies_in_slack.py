"""A company that is in Slack itself: what it has changes where it stands."""

from __future__ import annotations

import pytest

from tests.desk.slack.office import Office, until


@pytest.mark.parametrize("stands", [False, True])
async def test_an_edit_changes_what_a_company_in_slack_has(office: Office, stands: bool) -> None:
    """Where the workspace forbids late edits, a correction follows what stands there."""
    company, sato = office.friend(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    event = await sato.write(card, "受付は10時からです")
    await until(lambda: office.slack.marks(event) == ["white_check_mark"])
    texts = lambda: [one["text"] for one in office.slack.posts(company.direct)]  # noqa: E731
    (*before, _) = texts()
    if stands:
        office.slack.closed.add(company.direct)
        office.slack.expected.append("chat.update: edit_window_closed")
    said = ["受付は10時からです"]
    for hour in (9, 8):
        text = f"受付は{hour}時からです"
        said = [*said, f"訂正: {text}"] if stands else [text]
        await sato.edit(event, text)
        await until(lambda: texts() == before + said)  # noqa: B023
        await until(lambda: f"いまの文: {text}" in str(office.slack.thread(card)))  # noqa: B023
    await until(lambda: office.slack.marks(event) == ["white_check_mark"])
