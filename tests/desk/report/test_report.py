"""The report as people get it: one file, CSV, the command; nothing in it points to anybody."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import pytest

from conversations.database import Database
from desk.report.build import build
from desk.report.figures import count
from desk.report.model import texts
from desk.report.period import read_period
from tests.desk.seed import TOKYO

ROOT = Path(__file__).resolve().parent.parent.parent.parent
NOVEMBER = read_period("2026-11", date(2026, 12, 24), TOKYO)


def tsunagari(database: Database, *arguments: str, folder: Path = ROOT) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "tsunagari", *arguments],
        capture_output=True,
        cwd=folder,
        env={
            **os.environ,
            "TSUNAGARI_HOME": str(ROOT),
            "TSUNAGARI_DATABASE_URL": str(database.url),
        },
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode("utf-8")
    return result.stdout.decode("utf-8")


@pytest.fixture
def page(november: Database, tmp_path: Path) -> str:
    said = tsunagari(
        november, "report", "--period", "2026-11", "-o", str(tmp_path / "r.html"), folder=tmp_path
    )
    assert "書き出しました" in said
    return (tmp_path / "r.html").read_text("utf-8")


def test_one_file_that_needs_nothing_and_names_nobody(page: str) -> None:
    for words in (
        "2026年11月1日～11月30日", "大阪府", "ベトナム", "LINE", "MOBIO",
        # 10 of 18 questions; half the companies waited six minutes.
        "56%", "6 分", "クラウドファンディングは使えますか", "通訳の費用はいくらですか",
    ):  # fmt: skip
        assert words in page, words
    for hidden in ("ヤマダ", "島根県", "SWP", "web:1", "T-00"):
        assert hidden not in page, hidden
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "<script" not in page and " style=" not in page
    # Every chart is beside a table that says the same, and hidden from screen readers.
    charts = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(charts) == 9
    for chart in charts:
        assert ElementTree.fromstring(chart).get("aria-hidden") == "true"
    assert page.count("<table>") >= len(charts)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_same_as_a_table(november: Database) -> None:
    written = tsunagari(november, "report", "--period", "2026-11", "--csv", "-o", "-")
    assert written.startswith("\ufeff")
    rows = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(written[1:]))}
    assert rows["相談から解決まで", "案内を受け取った", "この期間"] == "6"
    assert rows["都道府県別の相談", "大阪府", "この期間（組）"] == "5"
    assert rows["都道府県別の相談", texts()["others"], "この期間（組）"] == "5"
    assert rows["質問への答え", "尋ね返した", "件数"] == "3 未満"
    assert rows["よく使われた知識", "MOBIO", "この期間（組）"] == "10"
    assert rows["相談から解決まで", "相談した", "前の期間"] == "4"
    assert not [row for row in rows if "ヤマダ" in str(row) or "島根" in str(row)]


def test_an_empty_period_is_a_report_too(november: Database) -> None:
    before = NOVEMBER.before.before
    report = build(before, count(november, before), count(november, before.before), [], _label)
    assert [one.id for one in report.sections][:2] == ["daily", "funnel"]
    assert "質問はありません" in next(one for one in report.sections if one.id == "answers").text


def test_a_wrong_period_is_one_line(november: Database) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tsunagari", "report", "--period", "来月"],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.decode("utf-8").startswith("エラー: 期間は 2026-11")


def _label(_kind: str, value: str) -> str:
    return value


def test_what_draws_and_groups_stays_out_of_the_server() -> None:
    code = (
        "from tsunagari import light_imports; light_imports.install()\n"
        "import tsunagari.learning_setup, tsunagari.desk_setup, sys\n"
        "heavy = ('sklearn', 'matplotlib.figure', 'desk.report.charts', 'desk.learning.grouping')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, cwd=ROOT, check=False
    )
    assert result.stdout.decode("utf-8").strip() == "[]", result.stderr.decode("utf-8")
