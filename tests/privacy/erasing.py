"""A company that leaves something everywhere, and has it all erased."""

from __future__ import annotations

import itertools

from channels.line.ledger import Contacts, Ledger
from channels.slack.ledger import Ledger as SlackLedger
from channels.slack.ledger import Part
from conversations.feedback import FeedbackStore
from conversations.sessions import SessionStore
from tests.privacy.conftest import INTRODUCTION, SATO, Company

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
