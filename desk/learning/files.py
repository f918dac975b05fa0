"""Which hand-written file a decision changes, and how it reads then."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.learning.yaml_places import PlaceError, add_aliases, add_examples, add_questions
from desk.model import Staff
from desk.review.workspace import Workspace
from knowledge.analysis import Analyser

NLU, OUTSIDE = "data/nlu.yml", "data/outside.yml"


@dataclass(frozen=True)
class Edit:
    """A file about to be written.

    Attributes:
        path: Its path (`knowledge/…` or `data/…`).
        text: What it will hold.
        seen: The version it was made from.
        record: The record it is about, if any.
    """

    path: str
    text: str
    seen: str
    record: str | None = None


class Files:
    """Makes edits of the working copy.

    Args:
        workspace: Reads and writes it, with a history.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._knowledge = workspace.knowledge

    def alias(self, record: str, aliases: Sequence[str]) -> Edit:
        """Add names to a record, with their readings."""
        path = self._holding("records", rf"id:\s*{re.escape(record)}\s*$")
        if path is None:
            raise PlaceError(f"「{record}」というレコードのファイルが見つかりません")
        analyser = Analyser()
        readings = [analyser.reading(one) for one in aliases]
        source = self._workspace.read(path)
        text = add_aliases(source.text, record, aliases, list(dict.fromkeys(readings)))
        return Edit(path, text, source.version, record)

    def question(self, record: str, attribute: str, intent: str, questions: Sequence[str]) -> Edit:
        """File questions under a fact."""
        for asked in questions:
            where = self._holding("questions", re.escape(asked) + r'"?\s*$')
            if where is not None:
                raise PlaceError(f"「{asked}」は、すでに登録されています（{where}）")
        path = self._questions_of(record)
        source = self._workspace.read(path)
        text = add_questions(source.text, record, attribute, intent, questions)
        return Edit(path, text, source.version, record)

    def example(self, path: str, intent: str, examples: Sequence[str]) -> Edit:
        """Add examples to an intent."""
        source = self._workspace.read(path)
        return Edit(path, add_examples(source.text, intent, examples), source.version)

    def stage(self, staff: Staff, reason: str, edit: Edit) -> None:
        """Write an edit, with who and why."""
        self._workspace.stage(
            staff, reason, {edit.path: edit.text}, {edit.path: edit.seen}, edit.record
        )

    def _holding(self, folder: str, pattern: str) -> str | None:
        wanted = re.compile(pattern, re.M)
        for path in sorted((self._knowledge / folder).glob("*.yml")):
            if wanted.search(path.read_text("utf-8")):
                return f"knowledge/{folder}/{path.name}"
        return None

    def _questions_of(self, record: str) -> str:
        """Return the file of questions named like the file that holds a record, else another."""
        holding = self._holding("records", rf"id:\s*{re.escape(record)}\s*$") or ""
        name = Path(holding).name
        folder = self._knowledge / "questions"
        if name and (folder / name).exists():
            return f"knowledge/questions/{name}"
        other = self._holding("questions", rf"record:\s*{re.escape(record)}\s*$")
        if other is not None:
            return other
        first = next(iter(sorted(folder.glob("*.yml"))), None)
        if first is None:
            raise PlaceError("knowledge/questions にファイルがありません")
        return f"knowledge/questions/{first.name}"
