"""From the company's page to the staff's channel in Slack and back."""

from __future__ import annotations

from tests.desk.slack.office import Office, last_said, said_to, seen, until


async def test_web_to_slack_desk_to_web(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    await company.say("大阪の金型屋です")
    await company.say("担当者")
    card = await office.card()
    assert "お待ち" in card["text"]
    assert office.slack.labels(card)[:2] == ["引き受ける", "メモ"]
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    assert ("staff", "担当者につながりました。") in [
        (author, text[:12]) for author, text in await seen(company)
    ]
    told = await sato.write(card, "佐藤です。&lt;契約&gt; のどこが心配ですか")
    await said_to(company, "佐藤です。<契約> のどこが心配ですか")
    await until(lambda: office.slack.marks(told) == ["white_check_mark"])
    await company.say("第3条です")
    await company.say("それと第5条も")
    await until(lambda: office.slack.thread(card)[-1].endswith("それと第5条も"))
    assert office.slack.thread(card)[-2].endswith("第3条です")
    await sato.press(card, "ボットに戻す")
    assert await sato.fill("resolved") == {}
    await until(lambda: "ボットが対応" in card["text"])
    await company.say("タイは？")
    assert await last_said(company, "ボット: タイは？")
    assert "タイは？" not in str(office.slack.thread(card)), "the bot's affair is not the staff's"
