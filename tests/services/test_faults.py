"""What may happen to one process on SQLite: killed, full disk, jumping clock, broken model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from conversations import schema
from conversations.database import Database
from tests.conftest import ROOT
from tests.services.nodes import nodes
from tests.services.servers import free_port

QUESTION = "タイの作業員の賃金は？"
ANSWER = "366"
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def on(folder: Path) -> dict[str, str]:
    return {"TSUNAGARI_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite'}"}


def said(folder: Path, conversation: str) -> list[Any]:
    database = Database(f"sqlite:///{folder / 'store.sqlite'}")
    table = schema.message
    with database.read() as connection:
        found = connection.execute(
            select(table).where(table.c.conversation_id == conversation).order_by(table.c.id)
        ).all()
    database.close()
    return list(found)


def eventually(check: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def test_a_process_killed_in_the_middle_answers_everything_once_after_its_start(
    tmp_path: Path,
) -> None:
    with nodes(tmp_path, 1, **on(tmp_path)) as (node,):
        conversation, headers = node.visitor()
        with ThreadPoolExecutor(4) as pool:
            sent = [
                pool.submit(node.say, headers, QUESTION, f"00000000-0000-4000-b000-{number:012d}")
                for number in range(40)
            ]
            time.sleep(0.15)
            node.server.kill()
            accepted = sum(_accepted(one) for one in sent)
        node.server.start()

        def settled() -> bool:
            log = said(tmp_path, f"web:{conversation}")
            asked = {row.inbox_id for row in log if row.author == "customer"}
            return asked <= {row.inbox_id for row in log if row.author == "bot"}

        assert eventually(settled)
        log = said(tmp_path, f"web:{conversation}")
        asked = [row.inbox_id for row in log if row.author == "customer"]
        answered = [row.inbox_id for row in log if row.author == "bot" and row.inbox_id in asked]
        # Whatever was acknowledged is there; each was answered once.
        assert len(asked) >= accepted
        assert sorted(answered) == sorted(asked)


def _accepted(future: Any) -> bool:
    try:
        return bool(future.result() == 202)
    except httpx.HTTPError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("tmpfs を用意できません（root の権限が要ります）: この検査は飛ばします")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_what_was_accepted_stays(small_disk: Path) -> None:
    with nodes(small_disk.parent, 1, **on(small_disk)) as (node,):
        conversation, headers = node.visitor()
        assert node.say(headers, QUESTION) == 202
        assert eventually(
            lambda: any(ANSWER in r.text for r in said(small_disk, f"web:{conversation}"))
        )
        before = len(said(small_disk, f"web:{conversation}"))
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
            except OSError:
                pass
        refused = [node.say(headers, QUESTION + "あ" * 900) for _ in range(30)]
        assert 503 in refused
        assert set(refused) <= {202, 503}
        assert httpx.get(f"{node.url}/health", trust_env=False).status_code == 200
        filler.unlink()
        assert eventually(lambda: node.say(headers, "戻りましたか") == 202)

        def settled() -> bool:
            log = said(small_disk, f"web:{conversation}")
            asked = {row.inbox_id for row in log if row.author == "customer"}
            return asked <= {row.inbox_id for row in log if row.author == "bot"}

        assert eventually(settled)
        assert len(said(small_disk, f"web:{conversation}")) >= before + 2


def test_a_clock_that_jumps_loses_and_repeats_nothing(tmp_path: Path) -> None:
    if not FAKETIME.exists():
        pytest.skip("faketime がありません（apt-get install faketime）: この検査は飛ばします")
    clock = tmp_path / "clock"
    clock.write_text("+0", "ascii")
    settings = {
        **on(tmp_path),
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with nodes(tmp_path, 1, **settings) as (node,):
        node.ask("clock", "大阪で金属プレスをやってます。ベトナムに工場を出したい")
        for jump in ("+3d", "-3d", "+0"):
            clock.write_text(jump, "ascii")
            assert ANSWER in node.ask("clock", QUESTION)[0]["text"], jump
        plan = "".join(one["text"] for one in node.ask("clock", "まだ調べ始めたところです"))
        assert "MOBIO" in plan
        log = said(tmp_path, "rest:clock")
        asked = [row.inbox_id for row in log if row.author == "customer"]
        assert len(asked) == 5
        assert {row.inbox_id for row in log if row.author == "bot"} == set(asked)


def test_a_broken_model_is_named_in_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, home / name)
    (home / "models" / "broken.tar.gz").write_bytes(b"\x1f\x8b broken")
    done = subprocess.run(
        [sys.executable, "-m", "tsunagari", "serve"],
        env={**os.environ, "TSUNAGARI_HOME": str(home), "PORT": str(free_port()), **on(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "モデル" in done.stderr
    assert "make train" in done.stderr
