"""`tsunagari knowledge ingest`, `stale` and their like, as an operator types them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tsunagari.commands.knowledge import command

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TSUNAGARI_LIBRARY", str(tmp_path / "library.sqlite"))

    def invoked(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(command, arguments, input=typed)

    return invoked


def test_good_files_are_taken_in_and_bad_ones_named(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "案内.md", tmp_path / "空.pdf"
    good.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    bad.write_bytes(b"")
    done = run("ingest", str(good), str(bad), "--no-ask")
    assert done.exit_code == 1
    assert "案内.md: 取り込みました。『案内』" in done.output
    assert "空.pdf: 取り込みませんでした。空のファイルです" in done.output
    assert done.output.count("空.pdf") == 1
    assert "『案内』" in run("documents").output


def test_what_is_missing_is_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "案内.md"
    path.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    done = run("ingest", str(path), "--ask", typed="手引き\nなにわ\n令和8年4月\n\n")
    assert done.exit_code == 0, done.output
    assert "『手引き』（なにわ、2026年4月）" in done.output


def test_mistakes_are_said_in_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "案内.md"
    path.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    assert "日付「来月」を読めません" in run("ingest", str(path), "--date", "来月").output
    assert "lib_x_1" in run("ingest", str(path), "--replaces", "lib_x_1", "--no-ask").output
    assert "private" not in run("ingest", "http://127.0.0.1/", "--no-ask").output
    refused = run("ingest", "http://127.0.0.1/", "--no-ask")
    assert "外部に公開されたアドレスではありません" in refused.output
    assert run("remove", "lib_x_1", "--yes").exit_code != 0
    assert "取り込んだ資料はありません" in run("documents").output
    assert "確認を待つ下書きはありません" in run("drafts").output


def test_stale_as_table_and_as_csv(run: Run) -> None:
    table = run("stale").output
    assert "■ MOBIO" in table
    assert table.rstrip().endswith("件")
    rows = list(csv.reader(io.StringIO(run("stale", "--csv").output.lstrip("\ufeff"))))
    assert rows[0] == ["窓口・実施機関", "id", "名前", "理由", "内容", "日付"]
    assert all(len(row) == 6 for row in rows)
    assert f"計 {len(rows) - 1} 件" in table
    only = run("stale", "--centre", "MOBIO").output
    assert 0 < only.count("\n") < table.count("\n")


def test_changes_in_every_form(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "案内.md"
    path.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    run("ingest", str(path), "--no-ask", "--by", "=cmd()")
    assert "資料を取り込み  案内（=cmd()）" in run("changes").output
    assert "'=cmd()" in run("changes", "--format", "csv").output
    assert "<urlset" in run("changes", "--format", "sitemap").output
    assert "案内" not in run("changes", "--format", "atom").output
    assert run("changes", "--since", "2999").output.strip() == "変更はありません。"
