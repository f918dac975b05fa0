"""What is kept of releases and candidates, and how it is written down."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from desk.review.ports import ReleaseRefused

RUNNING, READY, BLOCKED, FAILED, PUBLISHED = "running", "ready", "blocked", "failed", "published"

_T = TypeVar("_T")


class ReleaseError(ReleaseRefused):
    """Something cannot be published or taken back; the message is one Japanese line."""


@dataclass(frozen=True)
class Changed:
    """A question of the evaluation whose answer changes.

    Attributes:
        question: What was asked; several turns are joined by 「 → 」.
        before: Plain text of the answer so far.
        after: Plain text of the answer of the candidate.
        right_before: Whether it held what is expected; None where nothing is.
        right_after: The same for the candidate.
        extra: Whether somebody handed the question in, beside the committed ones.
    """

    question: str
    before: str
    after: str
    right_before: bool | None = None
    right_after: bool | None = None
    extra: bool = False

    @property
    def worse(self) -> bool:
        """Whether what was right is right no more."""
        return bool(self.right_before) and self.right_after is False


@dataclass(frozen=True)
class Evaluation:
    """Questions answered by the live state and by the candidate.

    Attributes:
        asked: How many questions were put to both.
        checked: How many of them have an expectation.
        right_before: How many of these were right so far.
        right_after: How many are with the candidate.
        changed: Those whose answers differ, worse ones first.
    """

    asked: int = 0
    checked: int = 0
    right_before: int = 0
    right_after: int = 0
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class RecordChange:
    """What becomes of one record, or of one other file.

    Attributes:
        record: Record id; the path of the file where no single record is concerned.
        name: How it is called.
        kind: ``added``, ``changed`` or ``removed``.
        diff: Lines of a unified diff.
    """

    record: str
    name: str
    kind: str
    diff: str


@dataclass(frozen=True)
class Candidate:
    """A state of the records on its way to be published.

    Attributes:
        id: Its name.
        state: ``running``, ``ready``, ``blocked``, ``failed`` or ``published``.
        step: What is being done, or what it came to (one Japanese line).
        by: Who asked for it.
        reason: Why.
        started: Seconds since the epoch.
        base: Id of the release it is compared with.
        problems: What blocks it: file, record, field, what.
        changes: What differs from the base.
        evaluation: Answers before and after.
        model: ``same``, ``names`` (new names, nothing learnt anew) or ``trained``.
        unverified: Facts that no digest could check, by document.
    """

    id: str
    state: str
    step: str
    by: str
    reason: str
    started: float
    base: str
    problems: tuple[dict[str, Any], ...] = ()
    changes: tuple[RecordChange, ...] = ()
    evaluation: Evaluation | None = None
    model: str = ""
    unverified: dict[str, int] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether it waits for nothing but people."""
        return self.state != RUNNING

    @property
    def trained(self) -> bool:
        """Whether a model was trained for it."""
        return self.model == "trained"


@dataclass(frozen=True)
class Release:
    """A published state.

    Attributes:
        id: Its name.
        at: When it was made, seconds since the epoch.
        by: Who published it.
        reason: Why.
        model: Whether it has the model of the one before: see :class:`Candidate`.
        code: Fingerprint of the program it was made with; another program cannot run it.
        records: How many records it holds.
        changes: How many of them changed.
    """

    id: str
    at: float
    by: str
    reason: str
    model: str
    code: str
    records: int = 0
    changes: int = 0

    @property
    def trained(self) -> bool:
        """Whether a model was trained for it."""
        return self.model == "trained"


def write_json(path: Path, content: Any) -> None:
    """Write a file whole: readers see the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a file; empty where there is none."""
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return content


def evaluation_of(raw: dict[str, Any] | None) -> Evaluation | None:
    """Read an evaluation back."""
    if raw is None:
        return None
    changed = tuple(Changed(**one) for one in raw["changed"])
    return Evaluation(**{**raw, "changed": changed})


def candidate_of(raw: dict[str, Any]) -> Candidate:
    """Read a candidate back."""
    known = known_fields(Candidate, raw)
    known["problems"] = tuple(raw.get("problems", ()))
    known["changes"] = tuple(RecordChange(**one) for one in raw.get("changes", ()))
    known["evaluation"] = evaluation_of(raw.get("evaluation"))
    return Candidate(**known)


def known_fields(kind: type[_T], raw: dict[str, Any]) -> dict[str, Any]:
    """Return the entries a dataclass has a field for: newer programs may have written more."""
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return {name: value for name, value in raw.items() if name in names}


def as_raw(thing: Any) -> dict[str, Any]:
    """Return a dataclass as it is written down."""
    return asdict(thing)
