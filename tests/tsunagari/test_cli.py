from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tsunagari.cli import group

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tsunagari", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        cwd=ROOT,
        timeout=120,
        check=False,
    )


def test_help_lists_every_command_without_importing_rasa() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom tsunagari.cli import group\n"
        "print(CliRunner().invoke(group, ['--help']).output)\n"
        "assert 'rasa' not in sys.modules and 'sqlalchemy' not in sys.modules"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    for name in ("serve", "chat", "train", "doctor", "knowledge", "nlu-eval", "search-eval"):
        assert name in result.stdout
    # The control character that keeps lines apart was understood, not printed.
    assert "\\b" not in result.stdout


@pytest.mark.parametrize("port", ["0", "99999", "abc"])
def test_a_wrong_port_is_one_line(port: str) -> None:
    result = run("serve", PORT=port)
    assert result.returncode == 1
    assert result.stderr.startswith("エラー: PORT は")
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_port_in_use_is_one_line_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert f"ポート {port} を使えません" in result.stderr
    assert f"make run PORT={port + 1}" in result.stderr


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = run("serve", "--port", str(port), TSUNAGARI_HOME=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.strip() == "エラー: モデルがありません: make train を実行してください"


def test_a_wrong_python_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsunagari import cli

    monkeypatch.setattr(cli.sys, "version_info", (3, 12, 0))
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])
    assert stopped.value.code == 1


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    result = run("doctor", TSUNAGARI_HOME=str(tmp_path))
    assert result.returncode == 1
    lines = result.stdout.strip().splitlines()
    assert len(lines) == 18
    assert any(line.startswith("NG  モデル") and "make train" in line for line in lines)
    assert any(line.startswith("OK  Python") for line in lines)
    # Looking makes nothing.
    assert not list(tmp_path.iterdir())


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    silent = [
        " ".join(path)
        for path, command in _commands((), group)
        if not command.help
        or any(
            isinstance(one, click.Option) and not (one.help or one.hidden) for one in command.params
        )
    ]
    assert not silent


def _commands(
    path: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands((*path, name), below)
