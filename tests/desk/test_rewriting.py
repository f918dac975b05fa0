"""Rewriting and taking back what was said to a company, where that goes, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conversations import schema
from desk.model import DeskError
from desk.rewriting import CORRECTED, rewrite
from desk.taking_back import CANCELLED, DELIVERED, HIDDEN, take_back_message
from tests.desk.world import COMPANY, ITO, SATO, World

FRIEND = "line:a"


def journal(world: World, kind: str) -> list[tuple[str, str | None]]:
    table = schema.desk_event
    with world.database.read() as connection:
        found = connection.execute(select(table).where(table.c.kind == kind).order_by(table.c.id))
        return [(row.staff_name, row.detail) for row in found]


async def test_in_the_companys_page_a_message_is_rewritten_and_the_journal_knows(
    world: World,
) -> None:
    await world.talk()
    said = world.desk.say(COMPANY, SATO, "受付は10時からです")
    for text in ("受付は9時からです", "受付は8時からです"):
        assert rewrite(world.desk, COMPANY, SATO, said, text, f"key {text}") == "rewritten"
    # A lost answer makes the browser ask again: nothing is done twice.
    rewrite(world.desk, COMPANY, SATO, said, "受付は8時からです", "key 受付は8時からです")
    assert world.log()[-1] == ("staff", "受付は8時からです")
    assert journal(world, "rewritten") == [
        ("佐藤", "受付は10時からです"),
        ("佐藤", "受付は9時からです"),
    ]
    message = world.desk.conversation(COMPANY).messages[-1]
    assert message.former == ("受付は10時からです", "受付は9時からです")
    changes = world.gate.store.log.changes(COMPANY, 0, said)
    assert [one.text for one in changes.messages] == ["受付は8時からです"]


async def test_what_is_taken_back_stands_nowhere_any_more(world: World) -> None:
    await world.talk()
    said = world.desk.say(COMPANY, SATO, "別の会社の見積は3万円です")
    rewrite(world.desk, COMPANY, SATO, said, "見積は4万円です")
    assert take_back_message(world.desk, COMPANY, SATO, said) == HIDDEN
    assert take_back_message(world.desk, COMPANY, SATO, said) == HIDDEN
    assert world.log()[-1] == ("staff", "（担当者がこの発言を取り消しました）")
    assert journal(world, "taken_back") == [("佐藤", HIDDEN)]
    assert "万円" not in str(journal(world, "rewritten"))
    with pytest.raises(DeskError, match="取り消した発言"):
        rewrite(world.desk, COMPANY, SATO, said, "やはり4万円です")


async def test_where_the_company_has_it_a_correction_is_sent(world: World) -> None:
    await world.talk(FRIEND)
    said = world.desk.say(FRIEND, SATO, "受付は10時からです")
    await world.bridge.drain()
    assert rewrite(world.desk, FRIEND, SATO, said, "受付は9時からです", "k") == CORRECTED
    rewrite(world.desk, FRIEND, SATO, said, "受付は9時からです", "k")
    await world.bridge.drain()
    assert list(world.push.sent.values())[-2:] == ["受付は10時からです", "訂正: 受付は9時からです"]
    assert take_back_message(world.desk, FRIEND, SATO, said) == DELIVERED
    assert world.desk.conversation(FRIEND).messages[-2].taken_back == DELIVERED


async def test_where_messages_can_be_edited_the_channel_gets_it_again(world: World) -> None:
    """The channel knows by the message what it brought already."""
    company = "slack:a"
    world.gate.deliveries.add("slack", world.push)
    await world.talk(company)
    said = world.desk.say(company, SATO, "受付は10時からです")
    await world.bridge.drain()
    for _ in range(2):
        assert rewrite(world.desk, company, SATO, said, "受付は9時からです", "k") == "rewritten"
    await world.bridge.drain()
    assert list(world.push.sent.values())[-2:] == ["受付は10時からです", "受付は9時からです"]
    (last,) = [one for one in world.desk.conversation(company).messages if one.id == said]
    assert (last.text, last.delivery) == ("受付は9時からです", "delivered")
    assert take_back_message(world.desk, company, SATO, said) == DELIVERED


async def test_what_is_not_sent_yet_nor_its_change_is_ever_sent(world: World) -> None:
    company = "slack:a"
    world.gate.deliveries.add("slack", world.push)
    await world.talk(company)
    world.push.error = ConnectionError("cut")
    said = world.desk.say(company, SATO, "受付は10時からです")
    rewrite(world.desk, company, SATO, said, "受付は9時からです")
    await world.bridge.drain()
    assert take_back_message(world.desk, company, SATO, said) == CANCELLED
    world.push.error = None
    await world.gate.send_pending()
    assert "受付は" not in str(world.push.sent)


async def test_what_is_not_sent_yet_is_not_sent(world: World) -> None:
    await world.talk(FRIEND)
    world.push.error = ConnectionError("LINE cannot be reached")
    said = world.desk.say(FRIEND, SATO, "間違えました")
    await world.bridge.drain()
    assert take_back_message(world.desk, FRIEND, SATO, said) == CANCELLED
    world.push.error = None
    await world.gate.flush(FRIEND)
    assert "間違えました" not in world.push.sent.values()


async def test_who_may(world: World) -> None:
    await world.talk()
    said = world.desk.say(COMPANY, SATO, "受付は10時からです")
    for deed in (
        lambda: rewrite(world.desk, COMPANY, ITO, said, "違います"),
        lambda: take_back_message(world.desk, COMPANY, ITO, said),
    ):
        with pytest.raises(DeskError) as refused:
            deed()
        assert refused.value.code == "not_author"
    # What the bot or the company said is nobody's to change.
    first = world.desk.conversation(COMPANY).messages[0].id
    with pytest.raises(DeskError) as refused:
        take_back_message(world.desk, COMPANY, SATO, first, force=True)
    assert refused.value.code == "not_said"
    # Given back, it cannot be rewritten any more, but what is wrong can be taken back.
    world.desk.give_back(COMPANY, SATO, "resolved")
    with pytest.raises(DeskError) as refused:
        rewrite(world.desk, COMPANY, SATO, said, "受付は9時からです")
    assert refused.value.code == "not_open"
    assert take_back_message(world.desk, COMPANY, ITO, said, force=True) == HIDDEN
