"""Reads records, documents and vocabularies from YAML and checks them as a whole.

Everything wrong is collected and reported at once as :class:`KnowledgeError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.errors import KnowledgeError, Problem, field_path, in_japanese
from knowledge.questions import QuestionGroup, question_problems, read_groups
from knowledge.references import reference_problems
from knowledge.schema import Attribute, Document, Record, SlotValue
from knowledge.vocabularies import SLOT_FILES, SLOT_MODELS, Municipality

ROOT = Path(__file__).resolve().parent

_Model = TypeVar("_Model", bound=BaseModel)
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Knowledge:
    """The checked content of the knowledge folder.

    Attributes:
        records, documents, attributes: By id, in file order.
        slots: Slot name → its values.
        municipalities: By name.
        questions: What people ask, by what answers it, in file order.
        problems: What is wrong; empty unless loaded with ``strict=False``.
    """

    records: dict[str, Record] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    slots: dict[str, tuple[SlotValue, ...]] = field(default_factory=dict)
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    questions: tuple[QuestionGroup, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def load_knowledge(root: Path = ROOT, *, strict: bool = True) -> Knowledge:
    """Loads and checks the whole knowledge folder.

    Args:
        root: Folder with ``documents.yml``, ``records/``, ``vocabulary/`` and ``questions/``.
        strict: False leaves out what cannot be read and keeps the problems in the result
            (for drafting); True raises on any problem.

    Raises:
        KnowledgeError: When strict and anything is wrong.
    """
    knowledge = Knowledge()
    problems = knowledge.problems
    knowledge.documents = _load_models(root, ["documents.yml"], Document, problems)
    if not knowledge.documents:
        problems.append(
            Problem(
                "documents.yml", "資料が一件も登録されていません。出典となる資料を登録してください"
            )
        )
    knowledge.attributes = _load_models(root, ["vocabulary/attributes.yml"], Attribute, problems)
    for slot, file in SLOT_FILES.items():
        model = SLOT_MODELS.get(slot, SlotValue)
        values = _load_models(root, _present(root, f"vocabulary/{file}"), model, problems)
        knowledge.slots[slot] = tuple(values.values())
    knowledge.municipalities = load_municipalities(root)
    files: dict[str, str] = {}
    knowledge.records = _load_models(root, _record_files(root), Record, problems, files)
    # What names a record that could not be read is no mistake of its own, and would bury the one.
    unread = {problem.record for problem in problems if problem.record}
    whole_file = any(problem.record is None for problem in problems)
    if not whole_file:
        problems.extend(reference_problems(knowledge, files, unread))
    groups = _load_questions(root, problems)
    if not whole_file:
        problems.extend(question_problems(groups, knowledge.records, unread))
    knowledge.questions = tuple(group for _, group in groups)
    if strict and problems:
        raise KnowledgeError(problems)
    return knowledge


def load_records(root: Path = ROOT) -> dict[str, Record]:
    """Returns all records by id; see :func:`load_knowledge`."""
    return load_knowledge(root).records


def load_documents(root: Path = ROOT) -> dict[str, Document]:
    """Returns the registered documents by id.

    Raises:
        KnowledgeError: When ``documents.yml`` is missing or wrong.
    """
    problems: list[Problem] = []
    documents = _load_models(root, ["documents.yml"], Document, problems)
    if problems:
        raise KnowledgeError(problems)
    return documents


def load_municipalities(root: Path = ROOT) -> dict[str, Municipality]:
    """Returns the generated municipality table by name (empty when it is absent)."""
    path = root / "vocabulary" / "municipalities.tsv"
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, reading, prefectures, parents = line.split("\t")
            found[name] = Municipality(
                name, reading, tuple(prefectures.split()), tuple(parents.split())
            )
    return found


def read_yaml(path: Path) -> Any:
    """Reads one YAML file with the fast loader.

    Raises:
        KnowledgeError: When the file is missing or is not YAML, naming the line.
    """
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_YamlLoader)
    except FileNotFoundError:
        raise KnowledgeError(
            [Problem(path.name, "ファイルがありません。リポジトリから戻してください")]
        ) from None
    except UnicodeDecodeError:
        raise KnowledgeError(
            [Problem(path.name, "文字コードが UTF-8 ではありません。UTF-8 で保存し直してください")]
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1}行目の" if mark else ""
        raise KnowledgeError(
            [Problem(path.name, f"{line}YAML の書き方を直してください（字下げ、引用符、コロン）")]
        ) from None


def _present(root: Path, file: str) -> list[str]:
    return [file] if (root / file).exists() else []


def _record_files(root: Path) -> list[str]:
    return [f"records/{path.name}" for path in sorted((root / "records").glob("*.yml"))]


def _load_questions(root: Path, problems: list[Problem]) -> list[tuple[str, QuestionGroup]]:
    """Reads ``questions/*.yml``; returns each group with the file it stands in."""
    found: list[tuple[str, QuestionGroup]] = []
    for path in sorted((root / "questions").glob("*.yml")):
        file = f"questions/{path.name}"
        try:
            groups, wrong = read_groups(file, read_yaml(path))
        except KnowledgeError as error:
            problems.extend(Problem(file, problem.what) for problem in error.problems)
            continue
        problems.extend(wrong)
        found.extend((file, group) for group in groups)
    return found


def _load_models(
    root: Path,
    files: Iterable[str],
    model: type[_Model],
    problems: list[Problem],
    origin: dict[str, str] | None = None,
) -> dict[str, _Model]:
    """Reads files that each hold a YAML list of ``model`` objects with an ``id``."""
    found: dict[str, _Model] = {}
    origin = {} if origin is None else origin
    for file in files:
        try:
            entries = read_yaml(root / file)
        except KnowledgeError as error:
            problems.extend(Problem(file, problem.what) for problem in error.problems)
            continue
        if not isinstance(entries, list):
            problems.append(Problem(file, "先頭が「- 」で始まる一覧にしてください"))
            continue
        for number, entry in enumerate(entries, start=1):
            name = str(entry.get("id")) if isinstance(entry, dict) else None
            name = name if name and name != "None" else f"{number}件目"
            if not isinstance(entry, dict):
                problems.append(Problem(file, "項目（id: など）の並びにしてください", name))
                continue
            try:
                parsed = model.parse_obj(entry)
            except ValidationError as error:
                problems.extend(
                    Problem(file, in_japanese(item), name, field_path(item["loc"]))
                    for item in error.errors()
                )
                continue
            if name in found:
                problems.append(
                    Problem(
                        file,
                        f"id が {origin[name]} と重複しています。別の id にしてください",
                        name,
                        "id",
                    )
                )
                continue
            found[name] = parsed
            origin[name] = file
    return found
