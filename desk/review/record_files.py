"""The records as they stand in their files, checked and unchecked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from desk.review import yaml_edit
from desk.review.source_files import version_of
from knowledge.errors import Problem
from knowledge.loader import Knowledge, load_knowledge
from knowledge.schema import Record


@dataclass(frozen=True)
class Item:
    """One record of the working files.

    Attributes:
        id: Its id.
        path: The file it stands in.
        content: What the file says.
        record: The same, checked; None where it is wrong.
        problems: What is wrong with it.
        seen: Stands for its lines: who changes it must have seen these.
    """

    id: str
    path: str
    content: dict[str, Any]
    record: Record | None
    problems: tuple[Problem, ...]
    seen: str

    @property
    def kind(self) -> str:
        """Its kind, also where it is wrong."""
        return str(self.content.get("kind") or self.id.partition(".")[0])

    @property
    def name(self) -> str:
        """Its name, also where it is wrong."""
        return str(self.content.get("name") or self.id)


@dataclass
class Loaded:
    """Everything read from the working files at one moment; `stamp` stands for that moment."""

    stamp: object
    knowledge: Knowledge = field(default_factory=Knowledge)
    items: dict[str, Item] = field(default_factory=dict)
    broken: list[Problem] = field(default_factory=list)


def load(root: Path, stamp: object) -> Loaded:
    """Read the records of a folder, the wrong ones too."""
    knowledge = load_knowledge(root, strict=False)
    problems: dict[str, list[Problem]] = {}
    broken: list[Problem] = []
    for problem in knowledge.problems:
        if problem.file.startswith("records/") and problem.record:
            problems.setdefault(problem.record, []).append(problem)
        else:
            broken.append(problem)
    items: dict[str, Item] = {}
    for path in sorted((root / "records").glob("*.yml")):
        name = f"knowledge/records/{path.name}"
        try:
            entries = yaml_edit.entries(path.read_text("utf-8"))
        except (yaml.YAMLError, ValueError):
            continue
        for entry in entries:
            items[entry.id] = Item(
                entry.id,
                name,
                entry.content,
                knowledge.records.get(entry.id),
                tuple(problems.get(entry.id, ())),
                version_of(entry.text),
            )
    return Loaded(stamp, knowledge, items, broken)
