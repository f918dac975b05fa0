"""Preparing, publishing and taking back what the bot knows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.build import DEFAULT_PATH, built_hash, content_hash
from tsunagari.releases.model import (
    FAILED,
    PUBLISHED,
    READY,
    RUNNING,
    Candidate,
    Release,
    ReleaseError,
    as_raw,
    candidate_of,
    read_json,
    write_json,
)
from tsunagari.releases.shelf import Shelf, new_id
from tsunagari.settings import Settings

STATUS, REQUEST, HEARTBEAT, CANCEL = "candidate.json", "request.json", "heartbeat", "cancel"
SILENT_SECONDS = 120.0
"""A preparation not heard of for so long has died with its machine."""
_NICE = ("nice", "-n", "15")
_PREPARE = ("knowledge", "prepare")


class Releases:
    """What people do with releases; may be used by several processes at once.

    Args:
        settings: Where everything is.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.shelf = Shelf(settings)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    # --- looking -------------------------------------------------------------------------

    def current(self) -> Release | None:
        """Return the live release; None where nothing was published yet."""
        return self.shelf.live()

    def listed(self) -> list[Release]:
        """Return all releases that are kept, newest first."""
        return self.shelf.listed()

    def changed_files(self) -> list[str]:
        """Return the files changed since the live release; empty before the first one."""
        live = self.current()
        return self.shelf.changed_files(live.id) if live else []

    def candidates(self) -> list[Candidate]:
        """Return the candidates that are kept, newest first."""
        names = sorted((path.name for path in self.shelf.candidates.glob("*/")), reverse=True)
        return [self.candidate(name) for name in names]

    def candidate(self, candidate_id: str) -> Candidate:
        """Return how far a candidate is.

        Raises:
            ReleaseError: There is none of this name.
        """
        directory = self._directory(candidate_id)
        raw = {**read_json(directory / REQUEST), **read_json(directory / STATUS)}
        if not raw:
            raise ReleaseError("この公開の準備は残っていません。もう一度確かめてください")
        candidate = candidate_of(raw)
        process = self._running.get(candidate_id)
        if process is not None and process.poll() is not None:
            del self._running[candidate_id]
        if candidate.state == RUNNING and self._died(candidate_id, directory):
            # It may have finished between the two looks.
            candidate = candidate_of({**raw, **read_json(directory / STATUS)})
            if candidate.state == RUNNING:
                log = _tail(directory / "log")
                return replace(candidate, state=FAILED, step=f"途中で止まりました{log}")
        return candidate

    def working(self, candidate_id: str) -> bool:
        """Tell whether the working files still are those of a candidate."""
        return not _differs(self.shelf, self._directory(candidate_id))

    # --- preparing -----------------------------------------------------------------------

    def prepare(self, by: str, reason: str, questions: Sequence[str] = ()) -> str:
        """Begin to make a candidate of the working files as they are now.

        The work is done by another process of low priority, so that turns stay quick.

        Args:
            by: Name of who asks for it.
            reason: Why, in a line.
            questions: Further questions to answer before and after.

        Returns:
            The candidate's id; see :meth:`candidate`.

        Raises:
            ReleaseError: Another preparation is running.
        """
        candidate_id = self.request(by, reason, questions)
        directory = self._directory(candidate_id)
        with (directory / "log").open("wb") as log:
            self._running[candidate_id] = subprocess.Popen(
                [*_NICE, sys.executable, "-m", "tsunagari", *_PREPARE, candidate_id],
                cwd=self.settings.root,
                env={**os.environ, **_environment(self.settings)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return candidate_id

    def request(self, by: str, reason: str, questions: Sequence[str] = ()) -> str:
        """Put a candidate down without working on it; see :meth:`prepare`."""
        with self.shelf.alone():
            for one in self.candidates():
                if one.state == RUNNING:
                    raise ReleaseError(f"{one.by}さんの公開の準備が進んでいます（{one.step}）")
            base = self.keep_first()
            candidate_id = new_id()
            draft = self.shelf.candidates / f".{candidate_id}"
            draft.mkdir(parents=True)
            self.shelf.snapshot(draft / "source")
            candidate = Candidate(
                candidate_id, RUNNING, "準備しています", by, reason, time.time(), base.id
            )
            write_json(draft / REQUEST, {**as_raw(candidate), "questions": list(questions)})
            (draft / HEARTBEAT).touch()
            draft.replace(self._directory(candidate_id))
            self.shelf.tidy()
        return candidate_id

    def cancel(self, candidate_id: str) -> None:
        """Stop a preparation."""
        directory = self._directory(candidate_id)
        if directory.exists() and self.candidate(candidate_id).state == RUNNING:
            (directory / CANCEL).touch()

    def keep_first(self) -> Release:
        """Make what is live now a release, so that one can go back to it.

        Called before anything is changed for the first time: from then on a restart of the
        server takes the release, not the files somebody is working on.

        Raises:
            ReleaseError: There is no model yet.
        """
        live = self.current()
        if live is not None:
            return live
        models = sorted(self.settings.models.glob("*.tar.gz"), key=lambda one: one.stat().st_mtime)
        root = self.settings.root / "knowledge"
        if not models or built_hash(DEFAULT_PATH) is None:
            raise ReleaseError("モデルがありません: make train を実行してください")
        release = Release(
            new_id(), time.time(), "tsunagari", "はじめの状態", "same", self.shelf.code
        )
        draft = self.shelf.root / f".{release.id}"
        draft.mkdir(parents=True)
        shutil.copyfile(models[-1], draft / "model.tar.gz")
        shutil.copyfile(DEFAULT_PATH, draft / "knowledge.sqlite")
        if built_hash(DEFAULT_PATH) == content_hash(root):
            origin = replace(self.settings, knowledge_directory=None, data_directory=None)
            Shelf(origin).snapshot(draft / "source")
        self.shelf.put(draft, release)
        self.shelf.point_to(release.id)
        return release

    # --- publishing ----------------------------------------------------------------------

    def publish(self, candidate_id: str, by: str) -> Release:
        """Make a candidate live; servers take it over between two turns.

        Raises:
            ReleaseError: It is not ready, or something else was published meanwhile.
        """
        with self.shelf.alone():
            candidate = self.candidate(candidate_id)
            if candidate.state != READY:
                raise ReleaseError(f"まだ公開できません（{candidate.step}）")
            live = self.shelf.live()
            if live is None or live.id != candidate.base:
                raise ReleaseError(
                    "準備のあとに、ほかの人が公開しました。もう一度「公開の前に確かめる」を押してください"
                )
            directory = self._directory(candidate_id)
            changed = replace(candidate, state=PUBLISHED, step=f"{by}さんが公開しました")
            write_json(directory / STATUS, as_raw(changed))
            release = Release(
                candidate_id,
                time.time(),
                by,
                candidate.reason,
                candidate.model,
                self.shelf.code,
                records=int(read_json(directory / "made.json").get("records", 0)),
                changes=len(candidate.changes),
            )
            self.shelf.put(directory, release)
            self.shelf.point_to(release.id)
            self.shelf.tidy()
        return release

    def rollback(self, to: str, by: str, reason: str) -> Release:
        """Make an earlier release live again. The working files stay as they are.

        Args:
            to: Its id.
            by: Name of who does it.
            reason: Why, in a line.

        Raises:
            ReleaseError: It is gone, or belongs to another version of the program.
        """
        with self.shelf.alone():
            release = self.shelf.release(to)
            if release is None:
                raise ReleaseError("その版は残っていません。一覧から選んでください")
            if release.code != self.shelf.code:
                raise ReleaseError(
                    "その版は tsunagari の更新の前のもので、いまのプログラムでは使えません"
                )
            if self.shelf.pointer() == to:
                raise ReleaseError("その版は、いま公開中です")
            log = self.shelf.root / "rollbacks.jsonl"
            line = {"at": time.time(), "from": self.shelf.pointer(), "to": to, "by": by}
            with log.open("a", encoding="utf-8") as file:
                file.write(_line({**line, "reason": reason}))
            self.shelf.point_to(to)
        return release

    def _directory(self, candidate_id: str) -> Path:
        path = self.shelf.candidates / Path(candidate_id).name
        published = self.shelf.directory(candidate_id)
        return published if not path.exists() and published.exists() else path

    def _died(self, candidate_id: str, directory: Path) -> bool:
        if candidate_id in self._running:
            return False
        try:
            return time.time() - (directory / HEARTBEAT).stat().st_mtime > SILENT_SECONDS
        except FileNotFoundError:
            return False


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "TSUNAGARI_HOME": str(settings.root),
        "TSUNAGARI_KNOWLEDGE": str(settings.knowledge),
        "TSUNAGARI_DATA": str(settings.data),
        "TSUNAGARI_RELEASES": str(settings.releases),
        "TSUNAGARI_LIBRARY": str(settings.library),
        # Two threads of a library would take the core the turns run on.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _differs(shelf: Shelf, directory: Path) -> bool:
    source, working = directory / "source", shelf.working()
    kept = {path.relative_to(source).as_posix(): path for path in source.rglob("*.*")}
    return any(
        name not in kept or kept[name].read_bytes() != path.read_bytes()
        for name, path in working.items()
    )


def _tail(log: Path) -> str:
    if not log.exists():
        return ""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return f"（{lines[-1][:200]}）" if lines else ""


def _line(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"
