from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bench import long, parse, search, start, turns
from bench.__main__ import SECTIONS, document, main
from bench.conversations import mixed, scenarios
from bench.load import Load
from bench.passages import Writer
from bench.paths import BENCH, ROOT
from bench.processes import BenchError, free_port, resident_megabytes, run_json, running


def test_passages_are_the_same_every_time_and_differ_among_themselves() -> None:
    first, again = Writer().passages(200), Writer().passages(200)
    assert first == again
    assert len({text.body for text in first}) == 200
    assert not any("{" in text.body + text.title for text in first)


def test_search_is_measured_against_plain_bm25() -> None:
    speeds = search.measure([300, 600], questions=20)
    assert all(len(speed.ours) == len(speed.plain) == 60 for speed in speeds)
    # Generous: this guards against a search that scans text, not against a busy machine.
    assert sorted(speeds[0].ours)[10] < 50
    rows = search.table(speeds).rows
    assert rows[0][0] == "300"
    assert rows[0][3] == "1.00 ×"


def test_conversations_are_those_of_the_scenarios_in_a_fixed_order() -> None:
    chosen = mixed(100)
    assert chosen == mixed(100)
    assert 100 <= sum(map(len, chosen)) < 130
    assert set(mixed(1000)) == set(scenarios())


def test_turns_are_compared_with_stock_the_right_way_round() -> None:
    fast, slow = Load([10.0] * 100, 1.0), Load([100.0] * 100, 10.0)
    measured = {
        (name, users): [load]
        for users in turns.USERS
        for name, load in (("ours", fast), ("stock", slow))
    }
    rows = turns.table(measured, ["ours", "stock"]).rows
    assert rows[0] == ("ours", "1", "100", "10.0", "10.0", "10.0 ×", "10.0 ×", "10.0 ×")
    assert rows[1][5:] == ("", "", "")


def test_late_turns_are_divided_by_early_ones() -> None:
    turns = {"x": long.Turns(early=[10.0, 12.0, 8.0], late=[25.0, 20.0, 30.0])}
    assert long.table(turns).rows == [("x", "10.0", "25.0", "2.50 ×")]


def test_start_and_memory_are_shares_of_stock() -> None:
    rows = start.table(
        {"tsunagari": [5.0], "stock": [50.0]}, {"tsunagari": [400.0], "stock": [1600.0]}, 400.0
    ).rows
    assert [row[3] for row in rows] == ["0.100 ×", "0.250 ×", "0.200 ×"]


def test_accuracy_counts_intents_that_are_as_right() -> None:
    sets = {
        "dev": [{"text": "a", "intent": "greet"}],
        "held-out": [
            {"text": "b", "intent": "thank", "accept": ["affirm"]},
            {"text": "c", "intent": "deny"},
        ],
    }
    outcome = {
        "milliseconds": [1.0, 2.0, 3.0],
        "intents": ["greet", "affirm", "greet"],
        "megabytes": 100.0,
        "load_seconds": 1.0,
    }
    result = parse.summary("x", [outcome], sets, 5.0)
    assert result.accuracy == {"dev": 1.0, "held-out": 0.5}
    assert result.p50 == 2.0


def test_a_child_that_fails_or_hangs_is_reported() -> None:
    assert run_json(["python", "-c", "print('x'); print('{\"a\": 1}')"], "test", 20) == {"a": 1}
    with pytest.raises(BenchError, match="failed"):
        run_json(["python", "-c", "raise SystemExit(3)"], "test", 20)
    with pytest.raises(BenchError, match="not done"):
        run_json(["python", "-c", "import time; time.sleep(30)"], "test", 0.5)


def test_a_server_is_ended_with_its_block() -> None:
    command = ["python", "-c", "import time; time.sleep(60)"]
    with running(command, "test") as process:
        assert process.poll() is None
    assert process.poll() is not None
    assert free_port() > 1024


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the memory of a process")
def test_resident_memory_is_in_megabytes() -> None:
    assert 10 < (resident_megabytes(os.getpid()) or 0) < 10_000
    assert resident_megabytes(2**22 + 1) is None


def test_stock_differs_from_ours_in_pipeline_and_policies_only() -> None:
    text = (BENCH / "stock_config.yml").read_text("utf-8").replace("{epochs}", "1")
    stock = yaml.safe_load(text)
    assert [part["name"] for part in stock["pipeline"]][-1] == "DIETClassifier"
    ours = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    assert stock["policies"][0] == ours["policies"][0]


def test_the_lock_file_of_nlpjs_names_no_registry() -> None:
    lock = (BENCH / "nlpjs" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_the_command_writes_what_it_prints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_options: object) -> list[object]:
        raise BenchError("no node")

    monkeypatch.setitem(
        SECTIONS, "search", lambda options: [search.table(search.measure([300], 5))]
    )
    monkeypatch.setitem(SECTIONS, "start", broken)
    target = tmp_path / "benchmarks.md"
    result = CliRunner().invoke(main, ["search", "start", "--quick", "--write", str(target)])
    assert result.exit_code == 1
    assert "not measured: start" in result.output
    assert "## Search" in result.output
    assert "## Search" in target.read_text("utf-8")


def test_the_document_names_machine_and_command() -> None:
    text = document([], ["Processor: x"], ["--quick", "search"])
    assert "`python -m bench --quick search`" in text
    assert "- Processor: x" in text
    assert "Quick run" in text
    assert "Quick run" not in document([], [], ["search"])
