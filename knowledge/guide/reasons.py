"""Puts findings into words and names the facts they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.dates import said
from knowledge.guide.findings import Finding, Verdict
from knowledge.guide.plan import Reason
from knowledge.guide.ports import GuideStore
from knowledge.guide.profile import Profile
from knowledge.guide.settings import Wording
from knowledge.schema import Match, Record

_SLOTS = ("prefecture", "country", "industry", "purpose", "stage", "applicant")
#: Condition of the record → slot whose labels its values have.
_CONDITIONS = {
    "countries": "country",
    "industries": "industry",
    "purposes": "purpose",
    "stages": "stage",
    "applicants": "applicant",
}


class Teller:
    """Words every finding in the language of ``wording.yml``."""

    def __init__(self, store: GuideStore, wording: Wording, assumed_applicant: str) -> None:
        self._wording = wording
        self._order = {key: position for position, key in enumerate(wording.reasons)}
        self._sources = {record.id: record for record in store.records()}
        self._assumed_applicant = assumed_applicant
        self._labels = {
            (slot, value.id): value.label for slot in _SLOTS for value in store.slot_values(slot)
        }
        self._labels.update(
            {("applicant", key): label for key, label in wording.applicant_labels.items()}
        )
        self._citations: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def reason(self, finding: Finding, record: Record, profile: Profile) -> Reason:
        """Returns one finding about a record, worded and cited."""
        wording = self._wording.reasons[finding.wording]
        needle = self._needle(finding, profile)
        return Reason(
            text=wording.text.format_map(self._words(profile, record.match or Match(), record)),
            cite=self._citation(record, finding.wording, needle),
            slot=finding.slot,
            verdict=finding.verdict,
            records=(record.id,),
            is_gate=finding.is_gate,
        )

    def reasons(
        self, findings: Iterable[Finding], record: Record, profile: Profile
    ) -> tuple[Reason, ...]:
        """Returns findings worded, in the order of ``wording.yml``."""
        ordered = sorted(findings, key=lambda finding: self._order[finding.wording])
        return tuple(self.reason(finding, record, profile) for finding in ordered)

    def plain(self, key: str, record: Record, profile: Profile) -> Reason:
        """Returns a reason that is not a finding (a door, the general one)."""
        return self.reason(Finding(key, Verdict.HOLDS), record, profile)

    def note(self, key: str, profile: Profile, slot: str | None = None) -> Reason:
        """Returns a note about the plan as a whole."""
        words = {slot_: self._label(profile, slot_) for slot_ in ("prefecture", "country")}
        text = self._wording.notes[key].format_map(words)
        return Reason(text, (), slot, Verdict.UNKNOWN)

    def refusal(
        self, refused: Sequence[tuple[Record, Finding]], profile: Profile
    ) -> tuple[Reason, ...]:
        """Returns one reason per text: schemes refused for the same reason are named together.

        Args:
            refused: Records in order with the gate that refused them.
            profile: The company.
        """
        by_text: dict[str, list[tuple[Record, Reason]]] = {}
        for record, finding in refused:
            reason = self.reason(finding, record, profile)
            by_text.setdefault(reason.text, []).append((record, reason))
        return tuple(self._together(text, members) for text, members in by_text.items())

    def _together(self, text: str, members: Sequence[tuple[Record, Reason]]) -> Reason:
        said = members[: self._wording.refusal_names]
        names = self._wording.record_joiner.join(record.short_name for record, _ in said)
        all_said = len(said) == len(members)
        template = self._wording.refusal if all_said else self._wording.refusal_of_many
        first = members[0][1]
        return Reason(
            text=template.format(records=names, count=len(members), text=text),
            cite=tuple(dict.fromkeys(cite for _, reason in members for cite in reason.cite)),
            slot=first.slot,
            verdict=Verdict.FAILS,
            records=tuple(record.id for record, _ in members),
            is_gate=True,
        )

    def _words(self, profile: Profile, match: Match, record: Record) -> dict[str, str]:
        words = {slot: self._label(profile, slot) for slot in _SLOTS}
        words["applicant"] = self._label(profile, "applicant", self._assumed_applicant)
        words["city"] = profile.city or self._wording.unknown
        if profile.business:
            words["industry"] = profile.business
        words["name"] = record.short_name
        words["valid_until"] = said(record.valid_until) if record.valid_until else ""
        words["places"] = self._join(match.cities or match.prefectures)
        for condition, slot in _CONDITIONS.items():
            values = (getattr(value, "value", value) for value in getattr(match, condition))
            words[condition] = self._join(
                self._labels.get((slot, value), value) for value in values
            )
        return words

    def _label(self, profile: Profile, slot: str, assumed: str | None = None) -> str:
        value = profile.value(slot) or assumed
        if value is None:
            return self._wording.unknown
        return self._labels.get((slot, value), value)

    def _needle(self, finding: Finding, profile: Profile) -> str:
        """Returns the word a fact should hold to bear the finding best."""
        if finding.slot in ("country", "city", "prefecture"):
            value = profile.value(finding.slot)
            return self._labels.get((finding.slot, value), value) if value else ""
        return ""

    def _citation(self, record: Record, key: str, needle: str) -> tuple[str, ...]:
        known = (record.id, key, needle)
        if known not in self._citations:
            self._citations[known] = tuple(dict.fromkeys(self._cited(record, key, needle)))
        return self._citations[known]

    def _cited(self, record: Record, key: str, needle: str) -> Iterable[str]:
        wording = self._wording.reasons[key]
        groups = [(name,) for name in wording.stands_on] if wording.each else [wording.stands_on]
        for attributes in groups:
            yield from _citation(record, attributes, needle)
        if wording.record in self._sources:
            yield from _citation(self._sources[wording.record], ("countries",), needle)

    def _join(self, values: Iterable[str]) -> str:
        return self._wording.joiner.join(values)


def _citation(record: Record, attributes: tuple[str, ...], needle: str) -> tuple[str, ...]:
    """Returns the sections of the fact that bears a reason best.

    The first attribute in order wins; among all candidates one that holds ``needle`` does.
    """
    if not attributes:
        return ()
    candidates = [fact for name in attributes for fact in record.facts_about(name)]
    candidates = candidates or list(record.facts)
    named = [fact for fact in candidates if needle and needle in fact.text]
    return (named or candidates)[0].cite
