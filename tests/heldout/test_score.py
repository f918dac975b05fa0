"""The scoring itself: a wrong verdict would hide a wrong answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from .score import load, main, rates
from .verdicts import (
    Transcript,
    invented_figures,
    score_fact,
    score_honest,
    score_profile,
)
from .walk import asked_slot, is_plan, walk

SOURCE = "〔出典: 『資料』（2014年）「タイとベトナムの比較」〕"


def fact(**changes: Any) -> dict[str, Any]:
    case = {
        "id": "x",
        "question": "タイの賃金は",
        "expect_all": ["366米?ドル"],
        "expect_any": [],
        "forbid": [],
        "cite": "s08",
        "style": "普通",
    }
    return case | changes


def test_fact_right() -> None:
    verdict = score_fact(fact(), f"３６６米ドルです{SOURCE}")
    assert verdict.passed
    assert verdict.cited
    assert verdict.cites_section


@pytest.mark.parametrize(
    ("changes", "reply"),
    [
        ({}, f"162米ドルです{SOURCE}"),
        ({}, "366米ドルです"),
        ({"forbid": ["歓迎"]}, f"366米ドル、全面歓迎{SOURCE}"),
        ({"expect_any": ["甲", "乙"]}, f"366米ドル{SOURCE}"),
        ({"order": ["366", "162"]}, f"ベトナムは162、タイは366米ドル{SOURCE}"),
    ],
)
def test_fact_wrong(changes: dict[str, Any], reply: str) -> None:
    assert not score_fact(fact(**changes), reply).passed


def test_another_section_is_seen() -> None:
    verdict = score_fact(fact(cite="s13"), f"366米ドル{SOURCE}")
    assert verdict.passed
    assert not verdict.cites_section


def test_status_counts_its_date_as_the_citation() -> None:
    case = fact(cite="status", expect_all=["AOTS"])
    assert score_fact(case, "AOTSに改称（確認日 2026-11）").passed
    assert not score_fact(case, "AOTSに改称").passed


@pytest.mark.parametrize(
    ("reply", "invented"),
    [
        ("資料には書かれていません。\n1. 担当者につなぐ\n2. 条件を変える", ()),
        (f"資料には載っていません{SOURCE}（確認日 2026年11月22日、2014年度）", ()),
        ("法人税は22％です", ("22%",)),
        ("50万円の件ですね。資料にはありません", ()),
        ("上限は100万円です", ("1000000円",)),
        ("06-6748-1054にお電話ください", ("06-6748-1054",)),
        ("処理に2～3週間かかります", ("2~3週間",)),
        ("費用は2000円です", ("2000円",)),
    ],
)
def test_invented_figures(reply: str, invented: tuple[str, ...]) -> None:
    assert invented_figures("50万円もらえますか", reply, []) == invented


def test_allowed_figures_are_not_invented() -> None:
    assert invented_figures("補助金は", "当時は120万円", ["120万円"]) == ()


def test_honest() -> None:
    case = {
        "id": "h",
        "question": "インドの法人税は",
        "forbid_numbers": True,
        "expect_any": ["資料には", "分かりません"],
        "who_can_help_any": ["JETRO|ジェトロ"],
    }
    good = score_honest(case, "資料には記載がありません。ジェトロか担当者へどうぞ")
    assert good.passed
    assert good.offers_person
    assert not score_honest(case, "資料には記載がありません").passed
    assert not score_honest(case, "ジェトロが詳しいです").passed
    assert not score_honest(case, "資料には25％とあります。ジェトロへ").passed


def card(kind: str, title: str) -> dict[str, Any]:
    return {"kind": kind, "title": title}


def plan(*cards: dict[str, Any], text: str = "") -> list[dict[str, Any]]:
    body = f"ご案内します{SOURCE}{text}" + "".join(item["title"] for item in cards)
    return [{"text": body, "custom": {"kind": "plan", "cards": list(cards)}}]


GOOD_PLAN = plan(
    card("hub", "MOBIO"), card("scheme", "案件化調査"), card("desk", "関西ビジネスデスク")
)
EXPECT = {
    "hubs_first_any": ["MOBIO"],
    "hubs_all": [],
    "schemes_any": ["案件化調査"],
    "schemes_none": ["草の根"],
    "desks_any": ["関西ビジネスデスク"],
    "forbid": [],
}


def profile(**changes: Any) -> dict[str, Any]:
    case = {
        "id": "p",
        "messages": ["大阪です"],
        "answers": {"country": "ベトナム", "stage": "情報収集"},
        "expect": EXPECT,
        "note": "",
    }
    return case | changes


def test_profile_right() -> None:
    assert score_profile(profile(), Transcript(plan=GOOD_PLAN, user_messages=4)).passed


@pytest.mark.parametrize(
    "transcript",
    [
        Transcript(),
        Transcript(plan=GOOD_PLAN, user_messages=9),
        Transcript(plan=plan(card("hub", "KTI"), *GOOD_PLAN[0]["custom"]["cards"])),
        Transcript(plan=plan(*GOOD_PLAN[0]["custom"]["cards"], card("scheme", "草の根技術協力"))),
        Transcript(
            plan=GOOD_PLAN[:1], digressions=[({"text": "?", "expect_all": ["366"]}, "", True)]
        ),
        Transcript(plan=GOOD_PLAN[:1], digressions=[({"text": "?"}, "", False)]),
    ],
)
def test_profile_wrong(transcript: Transcript) -> None:
    assert not score_profile(profile(), transcript).passed


def test_a_refused_scheme_in_plain_text_is_not_a_recommendation() -> None:
    text = (
        f"まず相談する先 MOBIO{SOURCE}\n案件化調査\n"
        "草の根技術協力は自治体向けのため対象外です\n関西ビジネスデスク"
    )
    assert score_profile(profile(), Transcript(plan=[{"text": text}])).passed


@pytest.mark.parametrize(
    ("reply", "slot"),
    [
        ({"text": "はい", "custom": {"slot": "stage"}}, "stage"),
        ({"text": "はい", "custom": {"data": {"requested_slot": "country"}}}, "country"),
        ({"text": "所在地はどちらの都道府県ですか？"}, "prefecture"),
        ({"text": "いまはどの段階ですか？"}, "stage"),
        ({"text": "366米ドルです。\n進出先の国を教えてください。"}, "country"),
        ({"text": "いかがですか？", "buttons": [{"title": "情報収集", "payload": "a"}]}, "stage"),
        ({"text": "承知しました。"}, None),
    ],
)
def test_asked_slot(reply: dict[str, Any], slot: str | None) -> None:
    assert asked_slot([reply]) == slot


class Bot:
    """A scripted bot: asks country, then stage, then shows the plan."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.known: set[str] = set()

    async def __call__(self, message: str) -> list[dict[str, Any]]:
        self.heard.append(message)
        replies = []
        if message == "賃金は":
            replies.append({"text": f"366米ドル{SOURCE}"})
        elif message == "ベトナム":
            self.known.add("country")
        elif message == "情報収集":
            self.known.add("stage")
        for slot, question in (("country", "どの国ですか？"), ("stage", "どの段階ですか？")):
            if slot not in self.known:
                return [*replies, {"text": question}]
        return [*replies, *GOOD_PLAN]


async def test_walk_answers_what_is_asked() -> None:
    bot = Bot()
    transcript = await walk(profile(), bot)
    assert bot.heard == ["大阪です", "ベトナム", "情報収集"]
    assert transcript.user_messages == 3
    assert score_profile(profile(), transcript).passed


async def test_walk_turns_aside_and_changes_its_mind() -> None:
    bot = Bot()
    digression = {"kind": "digression", "text": "賃金は", "expect_all": ["366"]}
    case = profile(messages=["大阪です", digression, "やっぱり堺です"])
    transcript = await walk(case, bot)
    assert bot.heard == ["大阪です", "賃金は", "やっぱり堺です", "ベトナム", "情報収集"]
    assert transcript.user_messages == 4
    assert transcript.digressions[0][2] is True
    assert score_profile(case, transcript).passed


async def test_walk_ends_with_a_bot_that_never_plans() -> None:
    async def mute(message: str) -> list[dict[str, Any]]:
        return [{"text": "すみません。"}]

    transcript = await walk(profile(), mute)
    assert transcript.plan is None
    assert not score_profile(profile(), transcript).passed


def test_plan_is_told_from_a_list() -> None:
    assert is_plan(GOOD_PLAN)
    assert not is_plan([{"text": "まず相談する先", "custom": {"kind": "list"}}])
    assert is_plan([{"text": "まず相談する先: MOBIO"}])


def test_rates_put_the_worst_first() -> None:
    right = score_fact(fact(), f"366米ドル{SOURCE}")
    wrong = score_fact(fact(), "")
    pairs = [({"style": "a"}, right), ({"style": "b"}, right), ({"style": "b"}, wrong)]
    assert rates(pairs, "style") == [("b", 1, 2), ("a", 1, 1)]


class Honest(BaseHTTPRequestHandler):
    """A bot on REST that says the same honest sentence to everybody."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps([{"text": "資料には記載がありません。JETROか担当者へ"}]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Honest) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_command_over_rest(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "failures.jsonl"
    assert main(["--url", server, "--only", "honest", "--out", str(out)]) == 1
    failures = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    total = len(load("honest"))
    assert capsys.readouterr().out.startswith(f"honest: {total - len(failures)}/{total} = ")
    assert 0 < len(failures) < total
    assert all(failure["verdict"]["problems"] for failure in failures)


def test_command_without_a_bot(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", "http://127.0.0.1:9"]) == 2
    assert "is the server running" in capsys.readouterr().err
