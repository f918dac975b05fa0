"""「データを消して」: one confirmation, one transaction, a receipt, and nothing left anywhere."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.line.ledger import Contacts, Ledger
from channels.slack.ledger import Ledger as SlackLedger
from channels.slack.ledger import Part
from conversations import schema
from conversations.database import Database
from conversations.erasure import Erasure, tables
from conversations.feedback import FeedbackStore
from conversations.ports import Delivery, IncomingMessage
from conversations.schema import erasure as erasure_table
from conversations.schema import metadata
from conversations.sessions import SessionStore
from conversations.store import ConversationStore
from tests.privacy.conftest import INTRODUCTION, SATO, Company
from tests.privacy.test_everywhere import in_files, in_tables
from tests.stores import VARIABLE, store_url
from tsunagari.assembly import Application

ON_POSTGRESQL = VARIABLE in os.environ
OUTBOX_IDS = itertools.count(10_000_000)
#: Words that are nobody's data by themselves, so that nothing masks them: they must go too.
MARKS = ("ムラサキキャベツ加工", "ハシビロコウ印", "T字レンチ研磨")
STORY = (
    "大阪でムラサキキャベツ加工をしています。ベトナムに工場を出したいです",
    "ハシビロコウ印の漬物です",
    "まだ調べ始めたところです",
)


async def tell(company: Company) -> None:
    """Leave something in every table a company can reach."""
    bot = company.bot
    SessionStore(bot.database).create(company.conversation_id, "web", "demo", "ja")
    for text in STORY:
        await company.say(text)
    await company.say(INTRODUCTION)
    await company.say("担当者につないで")
    await company.say("T字レンチ研磨の販路のことで相談したい")
    await company.say("はい")
    await company.say("taro@yamada-ss.example.jp")
    bot.desk.claim(company.conversation_id, SATO)
    bot.desk.say(company.conversation_id, SATO, "ハシビロコウ印のこと、承りました")
    bot.desk.note(company.conversation_id, SATO, "T字レンチ研磨は有望")
    FeedbackStore(bot.database).rate(company.conversation_id, 2, "down", "other", "T字レンチ研磨")
    Contacts(bot.database).set_language(company.conversation_id, "ja")
    Ledger(bot.database).plan(
        company.conversation_id,
        next(OUTBOX_IDS),
        [[{"message": {"text": "ハシビロコウ印"}, "plain": "x"}]],
        None,
        0,
        False,
    )
    SlackLedger(bot.database).begin(Part(company.conversation_id, next(OUTBOX_IDS), 0))


async def erase(company: Company) -> str:
    """Erase by words; returns the last answer."""
    asked = await company.say("データを消して")
    assert "元に戻せません" in asked and "はい、すべて消します" in asked
    return await company.say("はい")


async def test_nothing_is_left_in_any_table_or_file(
    company: Company, bot: Application, store_address: str, store_file: Path
) -> None:
    await tell(company)
    before = in_tables(store_address, *MARKS)
    assert {name for name, _ in before} >= {
        "message",
        "tracker_turn",
        "handoff_request",
        "feedback",
    }
    if not ON_POSTGRESQL:
        assert in_files(store_file.parent, *MARKS) != []
    said = await erase(company)
    receipt = re.search(r"E-[A-Z0-9]{6}", said)
    assert receipt, said
    assert in_tables(store_address, *MARKS) == []
    # The database, its write-ahead log and whatever else lies beside them.
    assert in_files(store_file.parent, *MARKS) == []
    made = bot.gate.store.erasure.receipt(receipt[0])
    assert made is not None and made.reason == "asked"
    assert set(made.counts) >= {
        "message", "inbox", "outbox", "choice", "tracker", "tracker_turn", "handoff_request",
        "private_text", "feedback", "desk_event", "ownership", "line_contact", "line_request",
        "slack_post", "turn_record", "consent",
    }  # fmt: skip
    assert f"合わせて{made.total}件" in said
    assert company.conversation_id not in str(made)


async def test_memory_forgets_as_well(company: Company, bot: Application) -> None:
    await tell(company)
    trackers = bot.responder.processor.tracker_store
    assert company.conversation_id in trackers.known()
    await erase(company)
    assert company.conversation_id not in trackers.known()
    assert trackers.peek(company.conversation_id) is None
    assert not [one for one in bot.sheet.read(company.conversation_id)["fields"] if one["value"]]


async def test_only_the_news_of_it_stays_and_goes_within_the_hour(
    company: Company, bot: Application
) -> None:
    await tell(company)
    said = await erase(company)
    log = bot.gate.store.log.history(company.conversation_id)
    assert [one.text for one in log] == [said]
    # The visitor's page goes on in the same session.
    assert SessionStore(bot.database).get(company.conversation_id) is not None
    assert bot.privacy is not None
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.left_over(connection, company.conversation_id) == {
            "inbox": 1, "message": 1, "outbox": 1, "turn_record": 1,
        }  # fmt: skip
    later = 3700 + schema_time()
    assert bot.privacy.retention.run_often(later).shells >= 1
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.count(connection, company.conversation_id) == {}


def schema_time() -> float:
    from conversations.database import now

    return now()


async def test_the_conversation_may_begin_anew(company: Company, bot: Application) -> None:
    await tell(company)
    await erase(company)
    said = await company.say("タイの人口は？")
    assert "6,678万人" in said
    assert bot.privacy is not None
    bot.privacy.retention.run_often(3700 + schema_time())
    assert len(bot.gate.store.log.history(company.conversation_id)) > 1


async def test_the_same_confirmation_twice_is_answered_once(
    company: Company, bot: Application
) -> None:
    await company.say(STORY[0])
    await company.say("データを消して")
    first = await company.say("はい", "confirm-1")
    again = await company.say("はい", "confirm-1")
    assert again == first
    with bot.database.read() as connection:
        rows = connection.execute(
            select(erasure_table.c.receipt).where(
                erasure_table.c.receipt == re.findall(r"E-[A-Z0-9]{6}", first)[0]
            )
        ).all()
    assert len(rows) == 1


@pytest.mark.parametrize("no", ["いいえ", "やめる", "2"])
async def test_nothing_is_erased_without_a_yes(company: Company, bot: Application, no: str) -> None:
    await company.say(STORY[0])
    await company.say("私の情報を削除してください")
    assert "そのまま" in await company.say(no)
    fields = bot.sheet.read(company.conversation_id)["fields"]
    assert "大阪府" in [field["value"] for field in fields]
    # A yes to something else later erases nothing either.
    await company.say("はい")
    assert len(bot.gate.store.log.history(company.conversation_id)) > 4


async def test_a_question_left_open_at_the_desk_is_over(company: Company, bot: Application) -> None:
    await tell(company)
    await company.say("データを消して")
    await company.say("やっぱり、先に見積もりをください")
    await company.say("はい")
    assert bot.desk.conversation(company.conversation_id).messages[-1].text == "はい"


@pytest.mark.parametrize(
    "words",
    [
        "データを消して",
        "データ消してや",
        "個人情報を削除してください",
        "会話の履歴を消したい",
        "全部忘れて",
    ],
)
async def test_it_is_understood_in_many_words(company: Company, words: str) -> None:
    await company.say(STORY[0])
    assert "元に戻せません" in await company.say(words)


async def test_also_while_a_person_talks_and_the_person_is_told(
    company: Company, bot: Application
) -> None:
    await tell(company)
    told: list[tuple[str, str]] = []

    class Listener:
        def case_changed(self, conversation_id: str, kind: str) -> None:
            told.append((conversation_id, kind))

        def __getattr__(self, _name: str) -> object:
            return lambda *_arguments: None

    bot.desk.listeners.add(Listener())  # type: ignore[arg-type]
    case = bot.desk.conversation(company.conversation_id)
    asked = await company.say("データを消して")
    assert case.receipt in asked
    await company.say("はい、すべて消します")
    assert (company.conversation_id, "erased") in told
    assert case.receipt in [number for number, _ in bot.gate.store.erasure.cases_of(SATO.id, 0)]
    assert case.receipt not in [one for one, _ in bot.gate.store.erasure.cases_of("desk:ito", 0)]
    assert company.conversation_id not in [one.conversation_id for one in bot.desk.in_hand()]


async def test_on_a_pushed_channel_the_news_is_delivered(bot: Application) -> None:
    class Sender:
        def __init__(self) -> None:
            self.sent: list[str] = []

        async def deliver(self, delivery: Delivery) -> None:
            self.sent += [part.body["text"] for part in delivery.parts]

    sender = Sender()
    bot.gate.deliveries.add("line", sender)
    try:
        company = Company(bot, "line:U0:user:Uerase", "line")
        await company.say(STORY[0])
        await erase(company)
    finally:
        bot.gate.deliveries._deliverers.pop("line")
    assert "記録を消しました" in sender.sent[-1]


async def test_a_press_of_the_widgets_button_leaves_not_even_the_shell(
    company: Company, bot: Application
) -> None:
    await tell(company)
    assert await bot.gate.erase(company.conversation_id)
    with bot.database.read() as connection:
        assert bot.gate.store.erasure.count(connection, company.conversation_id) == {}
    assert not await bot.gate.erase(company.conversation_id)


async def test_another_process_forgets_within_its_round(
    company: Company, bot: Application, store_address: str
) -> None:
    await company.say(STORY[0])
    trackers = bot.responder.processor.tracker_store
    assert company.conversation_id in trackers.known()
    erased = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from conversations.database import Database;"
            "from conversations.store import ConversationStore;"
            "print(ConversationStore(Database(sys.argv[1])).erase(sys.argv[2]).total)",
            store_address,
            company.conversation_id,
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert int(erased.stdout) > 5
    assert bot.gate.store.forget_gone() >= 1
    assert company.conversation_id not in trackers.known()


def test_every_table_that_names_a_conversation_is_reached() -> None:
    reached = {table.name for table in tables()}
    naming = {table.name for table in metadata.sorted_tables if "conversation_id" in table.c}
    # These are found by what is still written there, and emptied when Slack, or who follows the
    # event stream, has been told.
    told_later = {name for name in naming if name.startswith("slack_desk_")} | {"erasure_notice"}
    assert naming - told_later == reached - {"conversation"}


async def test_conversations_of_others_stay(tmp_path: Path) -> None:
    database = Database(store_url(tmp_path))
    store = ConversationStore(database)
    for name in ("web:a", "web:b"):
        store.inbox.accept(IncomingMessage(name, "web", text="x", client_message_id="1"), "x")
    assert store.erase("web:a")
    with database.read() as connection:
        assert Erasure(database).count(connection, "web:a") == {}
        assert Erasure(database).count(connection, "web:b")["message"] == 1
        left = connection.execute(select(schema.conversation.c.id)).scalars().all()
    assert left == ["web:b"]
    database.close()
