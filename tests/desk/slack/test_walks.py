"""From the company to the staff's channel in Slack and back, beside the built-in desk."""

from __future__ import annotations

from conversations.schema import ownership
from desk.accounts import Accounts, Role
from desk.hours import load_hours
from desk.model import Staff
from tests.desk.slack.office import Office, last_said, said_to, seen, until
from tests.desk.slack.workspace import DESK, ITO, SATO
from tests.desk.world import OUT_OF_HOURS

YAMADA = Staff("desk:yamada", "山田 花子")


async def test_web_to_slack_desk_to_web(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    await company.say("大阪の金型屋です")
    await company.say("担当者")
    card = await office.card()
    assert "お待ち" in card["text"]
    assert office.slack.labels(card)[:2] == ["引き受ける", "メモ"]
    shown = str(card["blocks"])
    for told in ("会社が担当者を希望", "ウェブ", "1番目", "契約の相談", "所在地: 大阪府"):
        assert told in shown
    await until(lambda: len(office.slack.thread(card)) >= 3)
    beginning = "\n".join(office.slack.thread(card))
    assert "【相談カルテ】" in beginning
    assert "MOBIO" in beginning
    assert "会社: 大阪の金型屋です" in beginning
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    assert any(text.startswith("担当者につながりました") for _, text in await seen(company))
    told = await sato.write(card, "佐藤です。&lt;契約&gt; は <https://example.jp/a|この頁> を")
    await said_to(company, "佐藤です。<契約> は この頁（https://example.jp/a） を")
    await until(lambda: office.slack.marks(told) == ["white_check_mark"])
    await company.say("第3条です")
    await company.say("<!channel> それと第5条も & *全部*")
    await until(lambda: "第5条" in office.slack.last(card))
    # Nothing a company writes calls anybody.
    assert "<!channel>" not in office.slack.last(card)
    assert "第3条です" in str(office.slack.thread(card))
    assert office.application is not None
    await sato.press(card, "ボットに戻す")
    assert await sato.fill("resolved") == {}
    await until(lambda: "ボットが対応" in card["text"])
    await company.say("タイは？")
    assert await last_said(company, "ボット: タイは？")
    assert "タイは？" not in str(office.slack.thread(card)), "the bot's affair is not the staff's"
    late = await sato.write(card, "言い忘れました")
    await until(lambda: office.slack.marks(late) == ["no_entry_sign"])
    assert "いまはボットが対応しています" in await sato.whispered()
    assert all("言い忘れ" not in text for _, text in await seen(company))


async def test_slack_to_slack_desk_to_slack(office: Office) -> None:
    """The company writes to the bot directly, in the workspace of the staff."""
    company, sato = office.friend(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    assert "Slack" in str(card["blocks"])
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    told = await sato.write(card, "こんにちは、佐藤です")
    await until(lambda: office.slack.marks(told) == ["white_check_mark"])
    posts = [one["text"] for one in office.slack.posts(company.direct)]
    assert posts.count("こんにちは、佐藤です") == 1
    await company.say("よろしくお願いします")
    await until(lambda: "よろしくお願いします" in office.slack.last(card))
    await sato.press(card, "完了")
    await until(lambda: "終了" in card["text"])
    await company.say("また聞きます")
    await until(lambda: office.slack.posts(company.direct)[-1]["text"] == "ボット: また聞きます")


async def test_asking_again_uses_the_same_thread_and_wakes_the_channel(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await sato.press(card, "ボットに戻す")
    await sato.fill()
    await until(lambda: "ボットが対応" in card["text"])
    await company.say("担当者")
    await until(lambda: "お待ち" in card["text"])
    await until(lambda: "もう一度" in str(office.slack.thread(card)))
    (again,) = [one for one in office.slack.posts(DESK) if "もう一度" in one["text"]]
    assert again["broadcast"]
    assert len(office.slack.cards()) == 1


async def test_the_pages_and_slack_show_the_same(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    assert office.application is not None
    desk = office.application.desk
    await company.say("担当者")
    card = await office.card()
    desk.claim(company.stored_id, YAMADA)
    await until(lambda: "山田 花子さんが引き受けました" in office.slack.last(card))
    desk.say(company.stored_id, YAMADA, "画面からお答えします")
    await said_to(company, "画面からお答えします")
    await until(lambda: office.slack.last(card).endswith("画面からお答えします"))
    await until(lambda: "届きました" in office.slack.last(card))
    desk.note(company.stored_id, YAMADA, "電話を希望")
    await until(lambda: office.slack.last(card).endswith("電話を希望"))
    # Somebody else writes in the thread: said so, kept from the company, kept as a note.
    other = await sato.write(card, "わたしからも一言")
    await until(lambda: office.slack.marks(other) == ["no_entry_sign"])
    assert "山田 花子さんが対応しています" in await sato.whispered()
    whisper = {**office.slack.whispers[-1], "ts": office.slack.ts(), "thread_ts": card["ts"]}
    assert office.slack.labels(whisper) == ["メモとして残す"]
    await sato.press(whisper, "メモとして残す")
    await until(lambda: office.slack.marks(other) == ["memo"])
    assert [one.text for one in desk.conversation(company.stored_id).notes] == [
        "電話を希望",
        "わたしからも一言",
    ]
    # … and what Slack does stands on the pages.
    desk.reassign(company.stored_id, YAMADA, Staff(f"slack:{SATO}", "佐藤"))
    await sato.write(card, "代わりました")
    await said_to(company, "代わりました")
    case = desk.conversation(company.stored_id)
    assert (case.owner_name, case.messages[-1].staff_name) == ("佐藤", "佐藤")


async def test_an_account_of_the_pages_is_the_same_person_in_slack(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    assert office.application is not None
    accounts = Accounts(office.application.database)
    accounts.add("sato", "佐藤 健", Role.ADMINISTRATOR, "つながりの合言葉 2026年")
    from desk.slack.people import Links

    Links(office.application.database, accounts).add(SATO, "sato")
    desk = office.application.desk
    await company.say("担当者")
    card = await office.card()
    desk.claim(company.stored_id, Staff("desk:sato", "佐藤 健"))
    await until(lambda: "対応中" in card["text"])
    # Claimed on the page, answered in Slack.
    await sato.write(card, "続きはこちらで")
    await said_to(company, "続きはこちらで")
    assert "担当者の画面で開く" in office.slack.labels(card)
    # An administrator may act on what others have.
    desk.reassign(company.stored_id, Staff("desk:sato", "佐藤 健"), YAMADA)
    await sato.press(card, "個人情報を隠す")
    await until(lambda: "個人情報を隠しています" in str(card["blocks"]))
    assert "090-1234-5678" not in str(office.slack.posts(DESK))
    await until(lambda: "個人情報を表示" in office.slack.labels(card))
    accounts.disable("sato")
    refused = await sato.write(card, "まだ書けますか")
    await until(lambda: office.slack.marks(refused) == ["no_entry_sign"])
    assert "停止" in await sato.whispered()


async def test_the_case_is_passed_on_in_a_modal(office: Office) -> None:
    company, sato, ito = await office.visitor(), office.staffer(), office.staffer(ITO)
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await until(lambda: "担当を替える" in office.slack.labels(card))
    await sato.press(card, "担当を替える")
    assert "招待" in str(await sato.fill("U0MORI"))
    assert "ボット" in str(await sato.fill("U0BOT"))
    assert await sato.fill(ITO) == {}
    await until(lambda: "伊藤さんに代わりました" in office.slack.last(card))
    line = [one for one in office.slack.posts(DESK) if "伊藤さんに代わ" in one["text"]][-1]
    assert f"<@{ITO}>" in str(line["blocks"]), "who gets it is called"
    await sato.press(card, "メモ")
    assert await sato.fill("先方は急いでいます") == {}
    await until(lambda: office.slack.last(card).endswith("先方は急いでいます"))
    await ito.write(card, "伊藤です")
    await said_to(company, "伊藤です")
    await ito.press(card, "担当を替える")
    assert await ito.fill(None) == {}
    await until(lambda: "お待ち" in card["text"])
    await until(lambda: "伊藤さんが列に戻しました" in str(office.slack.thread(card)))


async def test_who_waits_too_long_is_seen(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    assert office.application is not None
    desk, database = office.application.desk, office.application.database

    def ago(minutes: float, column: str) -> None:
        with database.write() as connection:
            connection.execute(ownership.update().values({column: desk.clock() - minutes * 60}))

    await company.say("担当者")
    card = await office.card()
    assert "たった今" in str(card["blocks"])
    ago(12, "queued_at")
    # Nothing happened: the time alone passed.
    await until(lambda: "10分前から" in str(card["blocks"]))
    assert "返事をお待ちです" in str(card["blocks"])
    await sato.press(card, "引き受ける")
    await until(lambda: "引き受けました" in str(office.slack.thread(card)))
    assert "返事をお待ちです" not in str(card["blocks"])
    await company.say("もしもし")
    ago(16, "last_customer_at")
    ago(17, "last_staff_at")
    desk.sweep()
    await until(lambda: "会社が返事をお待ちです" in str(office.slack.thread(card)))
    (late,) = [one for one in office.slack.posts(DESK) if "返事をお待ちです" in one["text"]]
    assert late["broadcast"]
    assert f"<@{SATO}>" in str(late["blocks"]), "who has it is called"


async def test_outside_hours_the_card_asks_to_call_back(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    assert office.application is not None
    desk = office.application.desk
    desk.hours = load_hours()
    desk.clock = lambda: OUT_OF_HOURS
    await company.say("担当者")
    await company.say("山田 090-1234-5678")
    card = await office.card()
    await until(lambda: "山田 090-1234-5678" in str(card["blocks"]))
    assert "折り返し待ち" in card["text"]
    await sato.press(card, "折り返し済み")
    await until(lambda: "折り返しを済みにしました" in str(office.slack.thread(card)))
    assert desk.contacts() == []
