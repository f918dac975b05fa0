"""docs/line.md names tests that exist and commands that work."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from channels.line.routes import PATH
from tsunagari import line_setup
from tsunagari.commands.line import command

HERE = Path(__file__).parent
TEXT = (HERE.parents[2] / "docs" / "line.md").read_text(encoding="utf-8")


def test_every_rule_names_a_test_that_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    written = "\n".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    defined = set(re.findall(r"def (test_\w+)\(", written))
    assert len(named) > 30
    assert named <= defined


def test_the_commands_and_settings_exist() -> None:
    for words in re.findall(r"^tsunagari line ([a-z -]+?)(?: --|\s*#|\s*$)", TEXT, re.MULTILINE):
        result = CliRunner().invoke(command, [*words.split(), "--help"])
        assert result.exit_code == 0, words
    assert {line_setup.SECRET, line_setup.TOKEN, line_setup.CHANNEL_ID} <= set(
        re.findall(r"`(LINE_[A-Z_]+)`", TEXT)
    )
    assert PATH in TEXT
