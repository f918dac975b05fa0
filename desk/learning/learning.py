"""From groups of questions to changes of the knowledge, in one step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from conversations.database import now
from desk.learning import decisions as kinds
from desk.learning.decisions import Decision, Decisions
from desk.learning.files import NLU, OUTSIDE, Edit, Files
from desk.learning.groups import Group, Near, groups_of, near_facts
from desk.learning.ports import DraftBox, Known
from desk.learning.questions import Question, Questions
from desk.learning.wording import texts, wording
from desk.learning.yaml_places import PlaceError
from desk.model import Staff
from desk.review.source_files import StageError

LOOK_BACK_DAYS = 180
"""Questions asked before are not looked at any more."""
MOST_TEXTS = 20
LONGEST_TEXT = 200
_DAY = 86_400.0


class LearningError(Exception):
    """Something cannot be done; the message says why (one line, Japanese)."""


class Learning:
    """What the staff do with open questions.

    Args:
        questions: The open questions.
        decisions: What was decided.
        known: Returns what the bot knows now.
        files: Edits the working copy; None where it cannot be written.
        drafts: Keeps drafts of records; None where there are none.
        unpublished: Returns the files that differ from what is live; None where nothing is yet.
        clock: The time, seconds since the epoch.
    """

    def __init__(
        self,
        questions: Questions,
        decisions: Decisions,
        known: Callable[[], Known],
        files: Files | None = None,
        drafts: DraftBox | None = None,
        unpublished: Callable[[], Sequence[str] | None] = lambda: None,
        clock: Callable[[], float] = now,
    ) -> None:
        self.questions = questions
        self.decisions = decisions
        self._known = known
        self._files = files
        self._drafts = drafts
        self._unpublished = unpublished
        self._clock = clock

    # --- looking -----------------------------------------------------------------------

    @property
    def since(self) -> float:
        """From when on questions are looked at."""
        return self._clock() - LOOK_BACK_DAYS * _DAY

    def open(self) -> list[Question]:
        """Return the questions that wait."""
        return self.questions.open(self.since)

    def groups(self) -> list[Group]:
        """Return the groups, what most conversations asked first."""
        return groups_of(self.open(), self._known())

    def group(self, key: str) -> Group:
        """Return one group.

        Raises:
            LearningError: It does not exist any more.
        """
        for group in self.groups():
            if group.key == key:
                return group
        raise LearningError(wording("problems", "gone"))

    def near(self, group: Group, query: str = "") -> list[Near]:
        """Return the facts nearest to a group, or to words typed instead."""
        return near_facts([query] if query.strip() else group.asked, self._known())

    def record_name(self, record_id: str) -> str | None:
        """Return the name of a record; None when there is none."""
        store = self._known().store
        return store.record(record_id).short_name if store.has_record(record_id) else None

    def records(self) -> list[tuple[str, str]]:
        """Return id and name of all records."""
        return [(one.id, one.name) for one in self._known().store.records()]

    def pending(self) -> list[Decision]:
        """Return what waits for publishing; what went live meanwhile is noted as such."""
        waiting = self.decisions.pending()
        changed = self._unpublished() if waiting else None
        if changed is None:
            return waiting
        live = [one.id for one in waiting if one.target.get("file") not in changed]
        if live:
            self.decisions.set_state(live, kinds.PUBLISHED, self._clock())
        return [one for one in waiting if one.id not in live]

    # --- deciding ----------------------------------------------------------------------

    def decide(self, staff: Staff, key: str, kind: str, form: Mapping[str, str]) -> str:
        """Do one of the steps with a group.

        Args:
            staff: Who.
            key: The group.
            kind: See `desk.learning.decisions`.
            form: What was filled in: `texts` (one a line), `record`, `fact` (`record/attribute`),
                `intent`, `name`, `record_kind`.

        Returns:
            What is said when it is done.

        Raises:
            LearningError: Something is missing or does not fit.
        """
        group = self.group(key)
        lines = _lines(form.get("texts", ""))
        if kind == kinds.DONE:
            self._settle(staff, group, kind, {}, ())
        elif kind == kinds.DRAFT:
            self._draft(staff, group, form, lines)
        else:
            self._change(staff, group, kind, form, lines)
        return wording("done", kind)

    def reopen(self, decision_id: int) -> str:
        """Put the questions of a decision that needs no publishing back on the list.

        Raises:
            LearningError: It changed files: those are taken back by another release.
        """
        decision = self.decisions.get(decision_id)
        if decision is None:
            raise LearningError(wording("problems", "gone"))
        if decision.kind in kinds.CHANGES:
            raise LearningError(wording("problems", "published"))
        self.questions.reopen(decision_id)
        self.decisions.set_state([decision_id], kinds.WITHDRAWN, self._clock())
        return wording("done", "reopened")

    def _change(
        self, staff: Staff, group: Group, kind: str, form: Mapping[str, str], lines: list[str]
    ) -> None:
        _check(lines)
        if self._files is None:
            raise LearningError(wording("problems", "no_workspace"))
        try:
            edit, target, shown = self._edit(kind, form, lines, self._files)
            quoted = "".join(f"「{line}」" for line in lines)
            reason = wording("reasons", kind, count=len(lines), target=shown, texts=quoted)
            self._files.stage(staff, reason, edit)
        except (PlaceError, StageError) as error:
            raise LearningError(str(error)) from error
        self._settle(staff, group, kind, {**target, "file": edit.path, "name": shown}, lines)

    def _edit(
        self, kind: str, form: Mapping[str, str], lines: list[str], files: Files
    ) -> tuple[Edit, dict[str, str], str]:
        if kind == kinds.ALIAS:
            record = form.get("record", "").strip()
            name = self.record_name(record)
            if name is None:
                raise LearningError(wording("problems", "no_record"))
            return files.alias(record, lines), {"record": record}, name
        intent = form.get("intent", "")
        if kind == kinds.QUESTION:
            record, _, attribute = form.get("fact", "").partition("/")
            name = self.record_name(record)
            if name is None or not self._known().store.record(record).facts_about(attribute):
                raise LearningError(wording("problems", "no_fact"))
            if intent not in texts()["question_intents"]:
                raise LearningError(wording("problems", "no_intent"))
            label = self._known().store.attribute(attribute).label
            target = {"record": record, "attribute": attribute, "intent": intent}
            return files.question(record, attribute, intent, lines), target, f"{name}：{label}"
        if kind == kinds.OUTSIDE:
            if intent not in texts()["outside_intents"]:
                raise LearningError(wording("problems", "no_intent"))
            return files.example(OUTSIDE, intent, lines), {"intent": intent}, intent
        if kind == kinds.INTENT and intent:
            return files.example(NLU, intent, lines), {"intent": intent}, intent
        raise LearningError(wording("problems", "no_intent"))

    def _draft(self, staff: Staff, group: Group, form: Mapping[str, str], lines: list[str]) -> None:
        name = form.get("name", "").strip()
        if not name:
            raise LearningError(wording("problems", "no_name"))
        if self._drafts is None:
            raise LearningError(wording("problems", "no_drafts"))
        _check(lines or [name])
        kind = form.get("record_kind", "") or "organisation"
        self._drafts(staff, kind, name, lines)
        self._settle(staff, group, kinds.DRAFT, {"kind": kind, "name": name}, lines)

    def _settle(
        self,
        staff: Staff,
        group: Group,
        kind: str,
        target: Mapping[str, str],
        lines: Sequence[str],
    ) -> None:
        decision = self.decisions.add(
            staff, kind, target, lines, group.count, group.conversations, self._clock()
        )
        self.questions.decide(group.turns, decision)


def _lines(text: str) -> list[str]:
    stripped = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


def _check(lines: Sequence[str]) -> None:
    if not lines:
        raise LearningError(wording("problems", "nothing"))
    if len(lines) > MOST_TEXTS:
        raise LearningError(wording("problems", "too_many", most=MOST_TEXTS))
    for line in lines:
        if "〔" in line or "〕" in line:
            raise LearningError(wording("problems", "masked"))
        if len(line) > LONGEST_TEXT:
            raise LearningError(wording("problems", "too_long", most=LONGEST_TEXT))
