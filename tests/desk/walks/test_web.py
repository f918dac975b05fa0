"""Web → the built-in desk → web: streams that break off, killed servers, two of the staff."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.desk.walks.office import NEVER, Office, opened, until


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as office:
        yield office


async def test_streams_break_off_and_servers_die_yet_each_side_reads_everything_once(
    office: Office,
) -> None:
    server = await office.open()
    yamada = await office.staff(server, "yamada")
    company = await office.visitor(server)
    await company.say("担当者")
    await until(lambda: office.state(company.id) == "QUEUED")
    await yamada.done(company.id, "claim")
    await company.read(lambda: "HUMAN" in company.states)
    # The company's stream is open when the server dies.
    reading = asyncio.create_task(company.read(lambda: False))
    await yamada.say(company.id, "一つ目")
    await until(lambda: "一つ目" in company.texts("staff"))
    await server.kill()
    await reading
    await server.start()
    # Said while the company's page is closed; the server dies once more.
    await yamada.say(company.id, "二つ目")
    await yamada.say(company.id, "三つ目", key="k3")
    assert office.marks(company.id)[-1] == ("三つ目", "pending", None)
    await server.kill()
    await server.start()
    await yamada.say(company.id, "三つ目", key="k3")
    message_id = str(uuid.uuid4())
    for _ in range(2):
        # The widget repeats what it got no answer for.
        await company.say("聞こえました", message_id)
    await company.read(lambda: "聞こえました" in company.texts("customer"))
    said = [text for text in company.texts("staff") if "つながりました" not in text]
    assert said == ["一つ目", "二つ目", "三つ目"]
    assert [seq for seq, _, _ in company.seen] == sorted({seq for seq, _, _ in company.seen})
    assert company.texts("customer").count("聞こえました") == 1
    await until(lambda: {mark for _, mark, _ in office.marks(company.id)} == {"delivered"})
    # The bot has been silent; now it is its turn.
    assert company.texts("bot")[-1:] == ["QUEUED"]
    await yamada.done(company.id, "give_back")
    await company.say("はい")
    await company.read(lambda: any("記録しました" in text for text in company.texts("bot")))
    case = office.case(company.id)
    assert case is not None
    assert (case.state, case.outcome) == ("BOT", "resolved")
    await company.say("やあ")
    await company.read(lambda: "ボット: やあ" in company.texts("bot"))


async def test_of_two_claiming_at_once_in_two_servers_one_wins_and_the_other_is_told(
    office: Office,
) -> None:
    first, second = await asyncio.gather(office.open(), office.open())
    yamada = await office.staff(first, "yamada")
    sato = await office.staff(second, "sato")
    for attempt in range(5):
        company = await office.visitor(first)
        await company.say("担当者")
        await until(lambda company=company: office.state(company.id) == "QUEUED")
        answers = await asyncio.gather(yamada.do(company.id, "claim"), sato.do(company.id, "claim"))
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200, 409], f"attempt {attempt}: {[one.text for one in answers]}"
        case = office.case(company.id)
        assert case is not None
        lost = next(answer.json() for answer in answers if answer.status_code == 409)
        assert lost["code"] in {"taken", "stale"}
        if lost["code"] == "taken":
            assert str(case.owner_name) in lost["error"]
        winner, loser = (yamada, sato) if answers[0].status_code == 200 else (sato, yamada)
        # Only the winner speaks; the company was told once that somebody is there.
        refused = await loser.do(company.id, "reply", text="私も", key=uuid.uuid4().hex)
        assert refused.status_code == 403
        await winner.say(company.id, "こんにちは")
        await company.read(lambda company=company: "こんにちは" in company.texts("staff"))
        assert sum("つながりました" in text for text in company.texts("staff")) == 1
        assert "私も" not in company.texts("staff")
        await winner.done(company.id, "close")


async def test_a_closed_office_takes_the_contact_over_a_crash_and_calls_back(
    office: Office,
) -> None:
    office.hours(NEVER)
    server = await office.open()
    company = await office.visitor(server)
    await company.say("担当者")
    await company.read(lambda: "CONTACT_FORM" in company.texts("bot"))
    await server.kill()
    await server.start()
    await company.say("山田 090-1234-5678")
    await company.read(lambda: any("受付番号" in text for text in company.texts("bot")))
    # The bot answers again; the request stays.
    await company.say("タイの賃金は？")
    await company.read(lambda: "ボット: タイの賃金は？" in company.texts("bot"))
    yamada = await office.staff(server, "yamada")
    listed = await yamada.queue()
    assert "折り返し待ち" in listed
    assert "090-1234-5678" in listed
    case = office.case(company.id)
    assert case is not None
    await yamada.done(company.id, "called_back", receipt=case.receipt)
    assert "090-1234-5678" not in await yamada.queue()
    twice = await yamada.do(company.id, "called_back", receipt=case.receipt)
    assert twice.status_code == 409


async def test_who_leaves_is_missed_and_who_returns_finds_everything(office: Office) -> None:
    server = await office.open()
    yamada = await office.staff(server, "yamada")
    # One company closes the page without a word, and comes back to what was said meanwhile.
    away = await office.visitor(server)
    await away.say("担当者")
    await until(lambda: office.state(away.id) == "QUEUED")
    await yamada.done(away.id, "claim")
    await away.read(lambda: "HUMAN" in away.states)
    await yamada.say(away.id, "お調べします")
    assert office.marks(away.id) == [("お調べします", "pending", None)]
    await away.read(lambda: "お調べします" in away.texts("staff"))
    await until(lambda: office.marks(away.id)[-1][1] == "delivered")
    # Another one ends the conversation: nobody waits for it any more, and nobody can write to it.
    gone = await office.visitor(server)
    await gone.say("担当者")
    await until(lambda: office.state(gone.id) == "QUEUED")
    assert (await gone.post("end")).status_code == 204
    assert office.state(gone.id) == "CLOSED"
    assert (await yamada.do(gone.id, "claim")).status_code == 409
    assert (await gone.say("もう一言")).status_code == 409
