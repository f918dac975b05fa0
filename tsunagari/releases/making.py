"""Making a candidate: check, compile, model, evaluation. Runs in a process of its own."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml

from knowledge.analysis import Analyser
from knowledge.build import build
from knowledge.digest import add_counts, read_digests
from knowledge.errors import KnowledgeError, Problem
from knowledge.library import Library
from knowledge.library.digests import library_digests
from knowledge.loader import Knowledge, load_knowledge
from knowledge.schema import Record
from knowledge.store import Store, read_store
from knowledge.verify import Verifier
from tsunagari.releases.evaluation import (
    Question,
    about,
    committed,
    evaluate,
    filed,
    losses,
)
from tsunagari.releases.model import (
    BLOCKED,
    FAILED,
    READY,
    Candidate,
    Evaluation,
    RecordChange,
    as_raw,
    candidate_of,
    read_json,
    write_json,
)
from tsunagari.releases.publishing import CANCEL, HEARTBEAT, REQUEST, STATUS
from tsunagari.releases.shelf import Shelf
from tsunagari.settings import Settings, UserError

logger = logging.getLogger(__name__)

_BEAT_SECONDS = 3.0


class BlockedError(Exception):
    """The candidate cannot be published as it stands."""

    def __init__(self, step: str, problems: Sequence[Problem]) -> None:
        super().__init__(step)
        self.problems = tuple(problems)


class Making:
    """Makes one candidate and writes down how far it is.

    Args:
        settings: Where everything is.
        candidate_id: A candidate that was asked for.
    """

    def __init__(self, settings: Settings, candidate_id: str) -> None:
        self._shelf = Shelf(settings)
        self._settings = settings
        self._directory = self._shelf.candidates / candidate_id
        self._source = self._directory / "source"
        request = read_json(self._directory / REQUEST)
        self._questions: list[str] = request.get("questions", [])
        self._candidate = candidate_of(request)
        self._base = self._shelf.directory(self._candidate.base)

    def run(self) -> Candidate:
        """Do everything; never raises: what went wrong is written down."""
        beat = threading.Thread(target=self._beat, daemon=True)
        beat.start()
        try:
            self._make()
        except BlockedError as error:
            problems = tuple(vars(one) for one in error.problems)
            self._note(state=BLOCKED, step=str(error), problems=problems)
        except UserError as error:
            self._note(state=FAILED, step=str(error))
        except Exception as error:
            # The page shows one line; the log beside the candidate holds the rest.
            logger.exception("candidate %s", self._candidate.id)
            self._note(state=FAILED, step=f"思わぬ誤りで止まりました: {error!r}"[:300])
        return self._candidate

    def _make(self) -> None:
        self._step("記録を読み、書き方を確かめています")
        knowledge = self._checked()
        self._step("事実を出典と照らし合わせています")
        unverified = self._verified(knowledge)
        self._step("知識ベースを組み立てています")
        build(self._directory / "knowledge.sqlite", self._source / "knowledge", force=True)
        store = read_store(self._directory / "knowledge.sqlite")
        old = read_store(self._base / "knowledge.sqlite")
        changes, touched = changes_between(old, store)
        changes += self._other_changes()
        self._note(changes=tuple(changes), unverified=unverified)
        write_json(self._directory / "made.json", {"records": len(store.records())})
        if not changes:
            raise BlockedError("公開中のものと同じです。変わったところがありません", [])
        from tsunagari import light_imports

        light_imports.install()
        from tsunagari.quiet import quieten_libraries
        from tsunagari.releases.modelling import generate, make_model

        quieten_libraries()
        self._step("言語理解の辞書を作っています")
        generate(self._source)
        model = make_model(
            self._base,
            self._source,
            self._directory / "model.tar.gz",
            self._settings,
            self._step,
        )
        self._note(model=model)
        self._step("質問集に、いまの版と新しい版で答えています")
        evaluation = self._evaluated(store, touched)
        self._note(evaluation=evaluation)
        lost = losses(evaluation)
        if lost:
            raise BlockedError("答えられなくなる質問が多すぎます", lost)
        self._note(state=READY, step="公開できます")

    def _checked(self) -> Knowledge:
        knowledge = load_knowledge(self._source / "knowledge", strict=False)
        problems = list(knowledge.problems)
        problems += examples_problems(self._source / "data")
        if problems:
            raise BlockedError("直すところがあります", problems)
        return knowledge

    def _verified(self, knowledge: Knowledge) -> dict[str, int]:
        try:
            digests = read_digests(self._source / "knowledge" / "digests")
            add_counts(digests, self._source / "knowledge")
            library = Library(self._settings.library)
            documents = knowledge.documents.values()
            digests.update(library_digests(library, documents, Analyser()))
        except KnowledgeError as error:
            raise BlockedError("直すところがあります", error.problems) from error
        verification = Verifier(knowledge, digests).run()
        if verification.problems:
            raise BlockedError("出典と合わないところがあります", verification.problems)
        return verification.skipped

    def _other_changes(self) -> list[RecordChange]:
        """Return the changes of files that hold no records."""
        base = self._base / "source"
        if not base.exists():
            return []
        found = []
        for path in sorted(self._source.rglob("*.yml")):
            name = path.relative_to(self._source).as_posix()
            if name.startswith(("knowledge/records/", "data/generated/")):
                continue
            old = (base / name).read_text("utf-8") if (base / name).exists() else ""
            new = path.read_text("utf-8")
            if old != new:
                found.append(RecordChange(name, name, "changed", diff_of(old, new)))
        return found

    def _evaluated(self, store: Store, touched: Sequence[Record]) -> Evaluation:
        from conversations.database import Database
        from tsunagari import in_process_actions
        from tsunagari.releases.bot import TrialBot, open_bot
        from tsunagari.tracker_store import SnapshotTrackerStore

        problems: list[Problem] = []
        questions = [
            *(Question((text,), extra=True) for text in self._questions),
            *about(touched[:10]),
            *committed(self._source / "knowledge", problems),
            *filed(store),
        ]
        if problems:
            raise BlockedError("直すところがあります", problems)
        in_process_actions.install(self._settings.actions_package)
        bots = []
        for name, directory in (("before", self._base), ("after", self._directory)):
            database = Database(f"sqlite:///{self._directory / f'trial-{name}.sqlite'}")
            trackers = SnapshotTrackerStore(None, database)
            bot = open_bot(directory / "model.tar.gz", directory / "knowledge.sqlite", trackers)
            trackers.domain = bot.processor.domain
            bots.append(TrialBot(bot))
        try:
            return evaluate(questions, bots[0], bots[1], self._asked)
        finally:
            for path in self._directory.glob("trial-*"):
                path.unlink()

    def _asked(self, number: int, of: int) -> None:
        self._step(f"質問集に、いまの版と新しい版で答えています（{number}/{of}）")

    def _step(self, text: str) -> None:
        self._note(step=text)

    def _note(self, **changes: Any) -> None:
        self._candidate = replace(self._candidate, **changes)
        write_json(self._directory / STATUS, as_raw(self._candidate))

    def _beat(self) -> None:
        while True:
            try:
                (self._directory / HEARTBEAT).touch()
            except OSError:
                # The candidate was thrown away: nobody waits for it.
                os._exit(1)
            if (self._directory / CANCEL).exists():
                self._note(state=FAILED, step="取りやめました")
                os._exit(1)
            time.sleep(_BEAT_SECONDS)


def changes_between(old: Store, new: Store) -> tuple[list[RecordChange], list[Record]]:
    """Compare two states record by record.

    Returns:
        The changes, and the records that were added or changed.
    """
    before = {one.id: one for one in old.records()}
    after = {one.id: one for one in new.records()}
    changes: list[RecordChange] = []
    touched: list[Record] = []
    for record_id in [*after, *(name for name in before if name not in after)]:
        was, now = before.get(record_id), after.get(record_id)
        if was == now:
            continue
        kind = "added" if was is None else "removed" if now is None else "changed"
        name = (now or was).name  # type: ignore[union-attr]
        changes.append(RecordChange(record_id, name, kind, diff_of(as_yaml(was), as_yaml(now))))
        if now is not None:
            touched.append(now)
    return changes, touched


def as_yaml(record: Record | None) -> str:
    """Return a record as it would stand in a file."""
    if record is None:
        return ""
    content = json.loads(record.json(exclude_defaults=True))
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def diff_of(old: str, new: str) -> str:
    """Return what changed in a text, with a line around it."""
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return "\n".join(list(lines)[2:])


def examples_problems(data: Path) -> list[Problem]:
    """Check that the files of training examples are YAML with a list of examples."""
    problems = []
    for path in sorted(data.glob("*.yml")):
        try:
            content = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f"（{mark.line + 1}行目）" if mark else ""
            what = f"YAML として読めません{line}。字下げと「:」を確かめてください"
            problems.append(Problem(f"data/{path.name}", what))
            continue
        if not isinstance(content, dict):
            problems.append(Problem(f"data/{path.name}", "version: と nlu: で始めてください"))
    return problems
