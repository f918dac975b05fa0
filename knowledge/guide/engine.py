"""The guidance engine: from a company's profile to a plan with reasons (design §6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from knowledge.guide.findings import Finding, Verdict
from knowledge.guide.plan import Plan, Reason, Recommendation
from knowledge.guide.ports import GuideStore
from knowledge.guide.profile import Profile
from knowledge.guide.questions import Questioner
from knowledge.guide.ranking import DESKS, HUBS, SCHEMES, Board, Column, Situation
from knowledge.guide.reasons import Teller
from knowledge.guide.settings import Door, Rules, Weights, Wording, load_settings
from knowledge.schema import Record
from knowledge.validity import holds, today


class Guide:
    """Matches companies with hubs, schemes and desks.

    Everything is read from the store once, here; a call afterwards reads no file and no
    database. Equal profiles give equal plans.
    """

    def __init__(
        self,
        store: GuideStore,
        settings: tuple[Weights, Rules, Wording] | None = None,
    ) -> None:
        weights, self._rules, wording = settings or load_settings()
        self._records: dict[str, Record] = {record.id: record for record in store.records()}
        self._block_of = store.block_of
        self._board = Board(store, self._rules, weights)
        self._questioner = Questioner(self._board, store, self._rules)
        self._teller = Teller(store, wording, self._rules.assumed_applicant)
        self._questioner.prepare()
        self._plan = lru_cache(maxsize=4096)(self._make_plan)
        self._question = lru_cache(maxsize=4096)(self._questioner.next_question)
        self._day: date | None = None

    def recommend(self, profile: Profile) -> Plan:
        """Returns where the company goes, best first, with reasons.

        Args:
            profile: What is known; everything may be unknown.

        Returns:
            A plan with at most three hubs, schemes and desks each, and at least one national
            door.
        """
        self._turn_to_today()
        return self._plan(profile)

    def further(self, profile: Profile) -> Plan:
        """Returns what fits next best after :meth:`recommend`, with the same reasons.

        Args:
            profile: The company.

        Returns:
            At most three more hubs, schemes and desks each; no national doors, no refusals.
        """
        self._turn_to_today()
        situation = self._board.situation(profile)
        lists = self._lists(situation, self._board.columns(situation), profile, self._rules.shown)
        return Plan(lists[HUBS], lists[SCHEMES], lists[DESKS], national=())

    def next_question(self, profile: Profile) -> str | None:
        """Returns the slot to ask for next.

        One of ``prefecture``, ``city``, ``business``, ``country``, ``purpose``, ``stage`` and
        ``applicant``; None when no answer the company is willing to give would change the plan.
        """
        self._turn_to_today()
        return self._question(profile)

    def explain(self, profile: Profile, record_id: str) -> tuple[Reason, ...]:
        """Returns why a record is recommended, or why not.

        Args:
            profile: The company.
            record_id: Any record.

        Returns:
            Every condition of the record: failed ones first when it is not recommended,
            unconfirmed ones, then those that hold; see :attr:`Reason.verdict`.

        Raises:
            KeyError: When there is no such record.
        """
        record = self._records[record_id]
        door = next((door for door in self._rules.doors if door.record == record_id), None)
        reasons = []
        if not holds(record, self._turn_to_today()):
            key = "superseded" if record.superseded_by else "expired"
            reasons.append(self._teller.reason(Finding(key, Verdict.FAILS), record, profile))
        if door and self._is_open(door, self._board.situation(profile), profile):
            reasons.append(self._teller.plain(door.wording, record, profile))
        findings = self._board.findings(record_id, self._board.situation(profile))
        order = [Verdict.FAILS, Verdict.UNKNOWN, Verdict.HOLDS]
        if record_id in self.recommend(profile).record_ids():
            order.reverse()
        for verdict in order:
            found = (finding for finding in findings if finding.verdict is verdict)
            reasons += self._teller.reasons(found, record, profile)
        if not reasons:
            key = "general" if record.match is not None else "no_conditions"
            reasons.append(self._teller.plain(key, record, profile))
        return tuple(reasons)

    def _turn_to_today(self) -> date:
        """Leaves out what no longer holds; what was worked out on another day is forgotten."""
        day = today()
        if day != self._day:
            self._day = day
            if self._board.turn_to(day):
                self._plan.cache_clear()
                self._question.cache_clear()
        return day

    def _make_plan(self, profile: Profile) -> Plan:
        situation = self._board.situation(profile)
        columns = self._board.columns(situation)
        lists = self._lists(situation, columns, profile)
        hubs = lists[HUBS]
        return Plan(
            hubs=hubs,
            schemes=lists[SCHEMES],
            desks=lists[DESKS],
            national=self._national(situation, profile, hubs),
            refusals=self._refusals(self._board.refused(columns), situation, profile),
            notes=self._notes(profile, lists),
        )

    def _lists(
        self, situation: Situation, columns: Sequence[Column], profile: Profile, first: int = 0
    ) -> dict[str, tuple[Recommendation, ...]]:
        return {
            name: tuple(
                self._recommendation(index, points, situation, profile)
                for points, index in entries[first : first + self._rules.shown]
            )
            for name, entries in self._board.order(columns).items()
        }

    def _recommendation(
        self, index: int, points: float, situation: Situation, profile: Profile
    ) -> Recommendation:
        record = self._board.matchers[index].record
        findings = self._board.findings(record.id, situation)
        held = [finding for finding in findings if finding.verdict is Verdict.HOLDS]
        others = [finding for finding in findings if finding.verdict is not Verdict.HOLDS]
        reasons = self._teller.reasons(held, record, profile)
        limited = bool(record.match and (record.match.prefectures or record.match.industries))
        fallback = self._teller.plain("possible" if limited else "general", record, profile)
        open_slots = (item.slot for item in others if item.verdict is Verdict.UNKNOWN)
        return Recommendation(
            record_id=record.id,
            score=round(points, 3),
            reasons=reasons or (fallback,),
            unconfirmed=tuple(dict.fromkeys(slot for slot in open_slots if slot)),
            cautions=self._teller.reasons(others, record, profile),
        )

    def _national(
        self, situation: Situation, profile: Profile, hubs: tuple[Recommendation, ...]
    ) -> tuple[Recommendation, ...]:
        shown = {item.record_id for item in hubs}
        doors = []
        blocks = {self._block_of(prefecture) for prefecture in profile.prefectures}
        block = blocks.pop() if len(blocks) == 1 else None
        if block and block not in shown and block in self._records:
            doors.append(self._door(block, "door_bureau", profile))
        doors += [
            self._door(door.record, door.wording, profile)
            for door in self._rules.doors
            if door.record in self._records and self._is_open(door, situation, profile)
        ]
        return tuple(doors)

    def _door(self, record_id: str, wording: str, profile: Profile) -> Recommendation:
        reason = self._teller.plain(wording, self._records[record_id], profile)
        return Recommendation(record_id, 0.0, (reason,))

    def _refusals(
        self, indexes: list[int], situation: Situation, profile: Profile
    ) -> tuple[Reason, ...]:
        refused: list[tuple[Record, Finding]] = []
        for index in indexes:
            record = self._board.matchers[index].record
            findings = self._board.findings(record.id, situation)
            # Without a condition that holds, nothing about it looked fitting.
            if any(item.verdict is Verdict.HOLDS for item in findings):
                refused.append((record, next(item for item in findings if item.is_gate)))
        return self._teller.refusal(refused, profile)[: self._rules.shown]

    def _notes(
        self, profile: Profile, lists: dict[str, tuple[Recommendation, ...]]
    ) -> tuple[Reason, ...]:
        notes = []
        if not profile.prefectures:
            notes.append(self._teller.note("place_unknown", profile, "prefecture"))
        elif not any(self._is_local(item.record_id) for item in lists[HUBS]):
            notes.append(self._teller.note("no_local_hub", profile, "prefecture"))
        if profile.country is None:
            notes.append(self._teller.note("country_unknown", profile, "country"))
        elif not any(self._is_tied_to_country(item.record_id) for item in lists[DESKS]):
            notes.append(self._teller.note("no_country_desk", profile, "country"))
        if profile.applicant is None:
            notes.append(self._teller.note("applicant_assumed", profile, "applicant"))
        return tuple(notes)

    def _is_local(self, record_id: str) -> bool:
        match = self._records[record_id].match
        bureaus = set(filter(None, map(self._block_of, match.prefectures))) if match else set()
        return record_id not in bureaus

    def _is_tied_to_country(self, record_id: str) -> bool:
        match = self._records[record_id].match
        return bool(match and match.countries)

    def _is_open(self, door: Door, situation: Situation, profile: Profile) -> bool:
        """True where a national door takes this applicant, and it and its own gates are open."""
        if not holds(self._records[door.record], self._day or today()):
            return False
        applicant = profile.applicant or self._rules.assumed_applicant
        if door.applicants and applicant not in door.applicants:
            return False
        findings = self._board.findings(door.record, situation)
        return not any(finding.is_gate for finding in findings)
