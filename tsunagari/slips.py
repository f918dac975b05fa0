"""Slips in files an operator edits, told as one line: which file, where, how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.loader import read_yaml
from tsunagari.settings import UserError


def yaml_slip(path: Path) -> str | None:
    """Say why a YAML file cannot be read, with its line; None for one that can."""
    try:
        read_yaml(path)
    except KnowledgeError as error:
        return "、".join(f"{path}: {one.what}" for one in error.problems)
    return None


def check_wording(folder: Path) -> None:
    """Read the files of words beside the actions, so that a slip stops the start and not a turn.

    Args:
        folder: The package of the actions.

    Raises:
        UserError: One cannot be read, or holds what is no regular expression.
    """
    for path in sorted(folder.glob("*.yml")):
        slip = yaml_slip(path)
        if slip is not None:
            raise UserError(slip)
        if path.name == "patterns.yml":
            _check_patterns(f"{folder.name}/{path.name}", read_yaml(path))


def _check_patterns(name: str, lists: object) -> None:
    if not isinstance(lists, dict):
        raise UserError(f"{name}: 「名前: 言い回しの並び」の形にしてください")
    for key, wordings in lists.items():
        if not isinstance(wordings, list) or not all(isinstance(one, str) for one in wordings):
            raise UserError(f"{name} / {key}: 言い回し（文字）の並びにしてください")
        try:
            re.compile("|".join(wordings))
        except re.error as error:
            raise UserError(
                f"{name} / {key}: 正規表現として読めません（{error}）。括弧などを直してください"
            ) from error
