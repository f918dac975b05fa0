"""Two servers side by side while knowledge is published, servers restart and staff work."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from conversations import schema
from conversations.database import Database
from desk import events
from desk.pages.views import address_of
from knowledge.build import build
from tests.conftest import ROOT
from tests.services.desk_client import DeskClient, add_accounts
from tests.services.engines import Service
from tests.services.nodes import Node, nodes
from tests.services.test_two_processes import eventually, log_of
from tests.stores import VARIABLE, store_url
from tsunagari.releases import READY, Releases
from tsunagari.releases.model import as_raw, write_json
from tsunagari.settings import Settings

QUESTION = "タイの作業員の賃金は？"
OLD, NEW = "366米ドル", "377米ドル"
PAUSE = 0.25
PUBLISH = "/desk/knowledge/publish"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rolling")


@pytest.fixture(scope="module")
def database(postgresql: Service, folder: Path) -> Iterator[Database]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, postgresql.url)
        database = Database(store_url(folder))
    add_accounts(database)
    yield database
    database.close()


@pytest.fixture(scope="module")
def pair(database: Database, redis: Service, folder: Path) -> Iterator[list[Node]]:
    settings = {
        "TSUNAGARI_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TSUNAGARI_REDIS_URL": redis.url,
        "TSUNAGARI_RELEASES": str(folder / "releases"),
        "TSUNAGARI_HOURS": str(ROOT / "tests" / "browser" / "hours.yml"),
    }
    with nodes(folder, 2, **settings) as started:
        yield started


@pytest.fixture
def staff() -> Iterator[DeskClient]:
    client = DeskClient()
    yield client
    client.close()


def answers_in(database: Database, stored: str) -> list[Any]:
    return [row for row in log_of(database, stored) if row.author == "bot"]


def candidate_of_changed_knowledge(releases: Releases, folder: Path) -> str:
    """Put a finished candidate down whose knowledge differs in one figure."""
    candidate_id = releases.request("管理", "賃金を直す")
    live = releases.current()
    assert live is not None
    directory = releases.shelf.candidates / candidate_id
    changed = folder / "knowledge"
    shutil.copytree(directory / "source" / "knowledge", changed)
    countries = changed / "records" / "countries.yml"
    text = countries.read_text("utf-8")
    assert OLD in text
    countries.write_text(text.replace(OLD, NEW), "utf-8")
    build(directory / "knowledge.sqlite", changed)
    shutil.copy(releases.shelf.model(live.id), directory / "model.tar.gz")
    ready = replace(releases.candidate(candidate_id), state=READY, step="公開できます")
    write_json(directory / "candidate.json", as_raw(ready))
    return candidate_id


def test_what_is_published_at_one_server_is_answered_by_both(
    pair: list[Node], staff: DeskClient, folder: Path
) -> None:
    releases = Releases(Settings(ROOT, "sqlite://", releases_directory=folder / "releases"))
    first = releases.keep_first()
    candidate_id = candidate_of_changed_knowledge(releases, folder)
    assert staff.log_in(pair[0], "kanri") == 303
    said: list[list[str]] = [[], []]
    going = threading.Event()
    going.set()

    def company(number: int) -> None:
        while going.is_set():
            said[number].append(pair[number].ask(f"rolling{number}", QUESTION)[0]["text"])
            time.sleep(PAUSE)

    def serve(figure: str) -> bool:
        before = [len(one) for one in said]
        return bool(
            eventually(
                lambda: all(
                    len(one) > start and figure in one[-1]
                    for one, start in zip(said, before, strict=True)
                )
            )
        )

    with ThreadPoolExecutor(2) as pool:
        companies = [pool.submit(company, number) for number in range(2)]
        try:
            assert serve(OLD)
            page = f"{PUBLISH}/{candidate_id}"
            done = staff.post(pair[0], f"{page}/publish", page)
            assert done.headers["location"].endswith("done=published"), done.text
            assert serve(NEW), "the new figure does not arrive"
            fields = {"to": first.id, "reason": "まちがい"}
            # Back again, at the other server, in the same session.
            done = staff.post(pair[1], "/desk/knowledge/rollback", PUBLISH, **fields)
            assert done.headers["location"].endswith("done=rolled_back"), done.text
            assert serve(OLD)
        finally:
            going.clear()
        for one in companies:
            one.result(30)
    for texts in said:
        # Every question was answered; by the old release, the new one, and the old one again.
        figures = [OLD if OLD in text else NEW if NEW in text else text for text in texts]
        assert [figure for figure, _group in groupby(figures)] == [OLD, NEW, OLD]


def test_a_rolling_restart_loses_and_repeats_no_answer(
    pair: list[Node], database: Database
) -> None:
    conversation, headers = pair[0].visitor()
    stored = f"web:{conversation}"
    sent = 0
    going = threading.Event()
    going.set()

    def say(number: int) -> None:
        """Send as nginx does: to the other server where one does not take it."""
        message_id = f"00000000-0000-4000-d000-{number:012d}"
        for attempt in range(100):
            try:
                if pair[(number + attempt) % 2].say(headers, QUESTION, message_id) in (200, 202):
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError("nobody took a message in")

    def company() -> None:
        nonlocal sent
        while going.is_set():
            say(sent)
            sent += 1
            time.sleep(PAUSE)

    with ThreadPoolExecutor(1) as pool:
        talking = pool.submit(company)
        try:
            for node in pair:
                enough = sent + 3
                assert eventually(lambda enough=enough: sent > enough)
                node.server.stop()
                node.server.start()
        finally:
            going.clear()
        talking.result(60)

    def answered() -> list[int]:
        return [row.inbox_id for row in answers_in(database, stored)][1:]

    assert eventually(lambda: len(answered()) >= sent, 60)
    asked = [row.inbox_id for row in log_of(database, stored) if row.author == "customer"]
    assert len(asked) == sent > 6
    assert answered() == sorted(asked)
    texts = [row.text for row in answers_in(database, stored)][1:]
    assert all(OLD in text for text in texts)


def test_guesses_at_both_servers_are_counted_together(pair: list[Node]) -> None:
    browsers = [DeskClient(), DeskClient()]
    wrong = "違う合言葉です12345"
    began, tries = time.monotonic(), 0
    while browsers[tries % 2].log_in(pair[tries % 2], "sato", wrong) == 401:
        tries += 1
        assert tries < 30, "guesses are never refused"
    # Six a minute over both, and one more every ten seconds that this took; each server by
    # itself would have let twice as many through.
    assert 6 <= tries <= 7 + (time.monotonic() - began) / 10
    for browser in browsers:
        browser.close()


def test_who_did_what_is_in_one_journal_whichever_server_it_was(
    pair: list[Node], database: Database, staff: DeskClient
) -> None:
    conversation, headers = pair[0].visitor()
    stored = f"web:{conversation}"
    for number, text in enumerate(("担当者につないでください", "ベトナムの工場の件", "はい"), 1):
        assert pair[number % 2].say(headers, text) == 202
        # The greeting, and an answer to each.
        assert eventually(lambda: len(answers_in(database, stored)) > number)  # noqa: B023
    other = DeskClient()
    assert staff.log_in(pair[0], "yamada") == 303
    assert other.log_in(pair[1], "kanri") == 303
    page = address_of(stored)

    def claim(node: Node, who: DeskClient) -> int:
        return who.post(node, f"{page}/claim", "/desk").status_code

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(claim, pair[0], staff), pool.submit(claim, pair[1], other)]
        codes = sorted(one.result() for one in done)
    assert codes == [303, 409]
    with database.read() as connection:
        (claimed,) = events.of(connection, stored, "claimed")
    winner, node = (staff, pair[1]) if claimed.staff_id == "desk:yamada" else (other, pair[0])
    note = {"kind": "note", "text": "確認しました"}
    # The session goes on at the server it was not begun at.
    assert winner.post(node, f"{page}/reply", page, **note).status_code == 303
    with database.read() as connection:
        table = schema.desk_event
        query = select(table.c.kind, table.c.staff_id).where(
            table.c.conversation_id == stored, table.c.staff_id.is_not(None)
        )
        journal = connection.execute(query.order_by(table.c.id)).all()
    assert next(row.kind for row in journal if row.staff_id == claimed.staff_id) == "claimed"
    assert "note" in {row.kind for row in journal}
    # Who came second did nothing that stands.
    assert "claimed" not in [row.kind for row in journal if row.staff_id != claimed.staff_id]
    other.close()
