"""The real server as a process of its own, talking loudest: what it writes and what it shows."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conversations.vault import VARIABLE, new_secret
from tests.browser.serving import running_server
from tests.privacy.conftest import INTRODUCTION, PLANTED
from tests.privacy.test_everywhere import in_files

CLIENT: dict[str, Any] = {"timeout": 30, "trust_env": False, "verify": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    settings = {"LOG_LEVEL": "DEBUG", VARIABLE: new_secret()}
    with running_server(folder, "https://www.example.jp", settings) as address:
        yield address


class Visitor:
    """A browser with the widget, without the widget."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, headers={"Origin": base}, **CLIENT)
        begun = self.http.post("/webhooks/web/session", json={"site_key": "demo"}).json()
        self.conversation_id = f"web:{begun['conversation_id']}"
        self.http.headers["Authorization"] = f"Bearer {begun['token']}"
        self.resume_token = begun["resume_token"]

    def say(self, text: str) -> list[dict[str, Any]]:
        """Return what was answered."""
        body = {"type": "text", "text": text, "client_msg_id": str(uuid.uuid4())}
        answer = self.http.post("/webhooks/web/messages", json=body)
        assert answer.status_code == 202, answer.text
        seq = answer.json()["seq"]
        for _ in range(200):
            log = self.history()
            after = [one for one in log if one["seq"] > seq]
            if after or not any(one["seq"] == seq for one in log):
                return after or log
            time.sleep(0.05)
        raise AssertionError("no answer")

    def history(self) -> list[dict[str, Any]]:
        got = self.http.get("/webhooks/web/history", params={"limit": 200})
        return list(got.json().get("messages", []))


def shown(messages: list[dict[str, Any]]) -> str:
    return json.dumps(messages, ensure_ascii=False)


def test_nothing_typed_is_in_the_log_or_the_store(base: str, folder: Path) -> None:
    visitor = Visitor(base)
    assert "はじめに:" in shown(visitor.history())
    said = shown(visitor.say(INTRODUCTION))
    assert "大阪府" in said
    visitor.http.get("/knowledge", params={"q": "山田太郎 06-6789-1234"})
    edit = {"value": "山田太郎の工場", "client_msg_id": str(uuid.uuid4())}
    assert visitor.http.put("/webhooks/web/sheet/business", json=edit).status_code == 202
    visitor.http.post("/webhooks/web/messages", content=INTRODUCTION.encode())
    time.sleep(0.5)
    assert (folder / "server.log").stat().st_size > 1000
    assert in_files(folder, *PLANTED) == []


def test_the_page_and_ones_own_data(base: str) -> None:
    page = httpx.get(f"{base}/privacy", **CLIENT)
    assert page.status_code == 200 and "個人情報の扱い" in page.text and "30日" in page.text
    visitor = Visitor(base)
    visitor.say(INTRODUCTION)
    said = shown(visitor.say("自分のデータを見たい"))
    found = re.search(r"/my-data/[0-9a-f]{12}\.[\w=-]+", said)
    assert found
    mine = httpx.get(f"{base}{found[0]}", **CLIENT)
    assert mine.status_code == 200 and "株式会社山田製作所" in mine.text
    assert mine.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in mine.headers["content-security-policy"]
    data = httpx.get(f"{base}{found[0]}.json", **CLIENT)
    assert data.json()["conversation"]["id"] == visitor.conversation_id
    assert "attachment" in data.headers["content-disposition"]
    assert "# あなたの記録" in httpx.get(f"{base}{found[0]}.md", **CLIENT).text
    assert httpx.get(f"{base}{found[0][:-8]}AAAAAAAA", **CLIENT).status_code == 404
    visitor.say("データを消して")
    visitor.say("はい")
    gone = httpx.get(f"{base}{found[0]}.json", **CLIENT)
    assert "山田" not in gone.text


def test_an_open_page_keeps_nothing_after_the_erasure(base: str, folder: Path) -> None:
    visitor = Visitor(base)
    visitor.say("大阪でムラサキキャベツ加工をしています。ベトナムに工場を出したいです")
    with visitor.http.stream("GET", "/webhooks/web/events", params={"after": "0"}) as stream:
        lines = stream.iter_lines()
        _until(lines, "ムラサキキャベツ")
        visitor.say("データを消して")
        visitor.say("はい")
        _until(lines, "記録を消しました")
    history = shown(visitor.history())
    assert "記録を消しました" in history and "ムラサキキャベツ" not in history
    assert in_files(folder, "ムラサキキャベツ") == []
    # Who reconnects from the beginning gets the news alone.
    with visitor.http.stream("GET", "/webhooks/web/events", params={"after": "0"}) as stream:
        assert "ムラサキキャベツ" not in _until(stream.iter_lines(), "event: state")
    assert "6,678万人" in shown(visitor.say("タイの人口は？"))


def test_the_widgets_own_deletion_ends_the_session(base: str, folder: Path) -> None:
    visitor = Visitor(base)
    visitor.say("大阪でハシビロコウ印をつくっています")
    assert visitor.http.delete("/webhooks/web/conversation").status_code == 204
    assert visitor.http.get("/webhooks/web/history").status_code == 401
    body = {"site_key": "demo", "resume_token": visitor.resume_token}
    assert visitor.http.post("/webhooks/web/session", json=body).json()["resumed"] is False
    assert in_files(folder, "ハシビロコウ") == []


def _until(lines: Iterator[str], needle: str) -> str:
    seen = []
    for line in lines:
        seen.append(line)
        if needle in line:
            return "\n".join(seen)
    raise AssertionError(f"{needle} did not come")
