"""Proposes records from passages by rules; a person accepts or rejects each of them.

A name is found in a heading, in a labelled table cell or line, or in 「…」; what is said under it
is read by the rules of ``drafting.yml``, each field with the passage and the words it stands on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.analysis import Analyser
from knowledge.dates import dates
from knowledge.library.documents import LibraryDocument, LibraryPassage
from knowledge.library.drafts import Draft, DraftField
from knowledge.mentions import fold, fold_name, mentions

_SENTENCE = re.compile(r"[^。\n]+[。]?")
_QUOTED = re.compile(r"「([^「」]{4,40})」")
_LABELLED = re.compile(r"([^:：／\s]{1,10})\s*[:：]\s*([^／\n]+)")
#: Ends of a sentence that are no part of what it says.
_TAIL = re.compile(r"(?:に限ります|に限る|とします|とする|となります|となる|です|である)$")
_UNITS = {"億": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3}
_PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(億|千万|百万|万|千)?")
_COMPOUND = re.compile(
    r"(?:\d[\d,]*\s*(?:億|万|千)\s*)+\d[\d,]*\s*(?:百万|千万|万|千)?\s*(?P<unit>円|米?ドル)"
)
_LONGEST_NAME = 40
_LONGEST_QUOTE = 160
_FIRST_WORDS = 10
#: How sure it is that who publishes a notice runs what it is about.
_PUBLISHES = 0.6
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{4,40})[）)]")


@dataclass
class _Found:
    """A name on its way to a draft."""

    kind: str
    name: str
    fields: list[DraftField] = field(default_factory=list)


class _Rule:
    """One field rule, compiled."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.attribute = str(told["attribute"])
        self.cues = tuple(told["cues"])
        self.pattern = re.compile(told["pattern"])
        self.text = str(told["text"])
        self.confidence = float(told["confidence"])
        self.dated = bool(told.get("dated"))
        self.headed = bool(told.get("headed"))


class _Rules:
    """``drafting.yml``, compiled."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.fields = [_Rule(one) for one in told["fields"]]
        self.bare = frozenset(told["bare"])
        self.labels = frozenset(told["name_labels"])
        self.costs = frozenset(told["cost_labels"])
        self.applicants: Mapping[str, Sequence[str]] = told["applicants"]
        self.around = [re.compile(one) for one in (*told["name_prefixes"], *told["name_suffixes"])]
        self.endings = sorted(
            ((ending, kind) for kind, endings in told["endings"].items() for ending in endings),
            key=lambda one: -len(one[0]),
        )

    def kind_of(self, name: str) -> str | None:
        """Returns the kind of record a name is one of, by its ending."""
        if name in self.bare or len(name) > _LONGEST_NAME:
            return None
        return next((kind for ending, kind in self.endings if name.endswith(ending)), None)

    def name_in(self, text: str) -> str:
        """Returns a heading without what is put before and behind a name."""
        name = unicodedata.normalize("NFKC", text).strip().strip("「」『』【】")
        before = None
        while before != name:
            before = name
            for pattern in self.around:
                name = pattern.sub("", name).strip().strip("「」『』【】")
        return name


def propose(
    document: LibraryDocument,
    passages: Sequence[LibraryPassage],
    known: Mapping[str, str] | None = None,
) -> list[Draft]:
    """Returns the records a document may hold, in the order it names them.

    Args:
        document: The document.
        passages: Its passages.
        known: Folded names of existing records → their ids.
    """
    rules, analyser = _rules(), Analyser()
    found: dict[str, _Found] = {}
    whole = unicodedata.normalize("NFKC", document.title)
    for passage in passages:
        about = _about(passage, whole, rules)
        for statement in _statements(passage.text):
            named = _row_name(statement, rules) or about
            if named is None:
                continue
            entry = found.setdefault(fold_name(named[1]), _Found(*named))
            _read(entry, statement, passage, rules, analyser)
    _add_publisher(found.get(fold_name(rules.name_in(whole))), document, passages)
    return [
        Draft(
            id=0,
            document=document.id,
            kind=entry.kind,
            name=entry.name,
            target=(known or {}).get(name),
            fields=tuple(entry.fields),
        )
        for name, entry in found.items()
        if any(one.attribute != "overview" for one in entry.fields)
    ]


def _add_publisher(
    entry: _Found | None, document: LibraryDocument, passages: Sequence[LibraryPassage]
) -> None:
    """Proposes who published a document about one scheme as who runs it."""
    known = entry is None or any(one.attribute == "operator" for one in entry.fields)
    named = [one for one in passages if document.publisher and document.publisher in one.text]
    if entry is None or known or not named:
        return
    entry.fields.append(
        DraftField(
            "operator",
            f"実施機関は{document.publisher}",
            named[0].cite,
            next(one for one in _statements(named[0].text) if str(document.publisher) in one),
            _PUBLISHES,
        )
    )


def _about(passage: LibraryPassage, whole: str, rules: _Rules) -> tuple[str, str] | None:
    """Returns kind and name of what a passage is about: the nearest heading that is a name."""
    for heading in reversed(passage.path):
        name = rules.name_in(heading)
        if kind := rules.kind_of(name):
            return kind, name
    for quoted in _QUOTED.findall(passage.text):
        name = rules.name_in(quoted)
        if kind := rules.kind_of(name):
            return kind, name
    for name in (rules.name_in(whole), *_IN_BRACKETS.findall(whole)):
        if kind := rules.kind_of(name):
            return kind, name
    return None


def _row_name(statement: str, rules: _Rules) -> tuple[str, str] | None:
    """Returns kind and name where a row or line names its own: 「制度名: …／上限額: …」."""
    for label, value in _LABELLED.findall(statement):
        if label in rules.labels:
            name = rules.name_in(value)
            kind = rules.kind_of(name)
            if kind:
                return kind, name
            if label not in {"名称", "窓口", "事業"} and 2 < len(name) <= _LONGEST_NAME:
                return ("hub" if "窓口" in label or "センター" in label else "scheme"), name
    return None


def _statements(text: str) -> Iterator[str]:
    """Yields the sentences and rows of a passage."""
    for line in text.split("\n"):
        # A row is one statement, however many sentences stand in its cells.
        rows = [line] if "／" in line else _SENTENCE.findall(line)
        yield from filter(None, (statement.strip() for statement in rows))


def _read(
    entry: _Found, statement: str, passage: LibraryPassage, rules: _Rules, analyser: Analyser
) -> None:
    # Folding would make the ／ between the cells of a row one of 2/3.
    folded = fold(statement.replace("／", "\n"))
    heading = fold(passage.heading)[:_LONGEST_NAME]
    cells = _LABELLED.findall(statement)
    of_a_cost = bool(cells) and cells[0][0] in rules.costs
    for rule in rules.fields:
        if of_a_cost and rule.attribute == "amount_limit":
            continue
        text = folded
        if not any(cue in text for cue in rule.cues):
            # What stands under 「対象となる方」 says so of its first sentence.
            if not rule.headed or not passage.text.startswith(statement[:_FIRST_WORDS]):
                continue
            text = f"{heading}: {folded}"
            if not any(cue in f"{heading}:" for cue in rule.cues):
                continue
        # The figure behind the cue is the one it speaks of.
        at = min(text.find(cue) for cue in rule.cues if cue in text)
        match = rule.pattern.search(text, at) or rule.pattern.search(text)
        if match is None:
            continue
        value = _TAIL.sub("", next(text for text in match.groups() if text).strip())
        made = _field(rule, value, statement, passage, rules, analyser)
        if made and not any(_says_the_same(made, one) for one in entry.fields):
            entry.fields.append(made)
    subject = re.match(rf"「?{re.escape(entry.name)}」?(?:と)?は、?(.+)", folded)
    if subject and not any(one.attribute == "overview" for one in entry.fields):
        entry.fields.insert(
            0,
            DraftField(
                "overview", statement.rstrip("。"), passage.cite, statement[:_LONGEST_QUOTE], 0.7
            ),
        )


def _says_the_same(one: DraftField, other: DraftField) -> bool:
    return one.attribute == other.attribute and "".join(one.text.split()) == "".join(
        other.text.split()
    )


def _field(
    rule: _Rule,
    value: str,
    statement: str,
    passage: LibraryPassage,
    rules: _Rules,
    analyser: Analyser,
) -> DraftField | None:
    figure, unit, until = None, None, None
    if rule.attribute == "amount_limit":
        figure, unit = _figure(value, analyser)
    if rule.dated:
        found = dates(value)
        if not found:
            return None
        until = max(found)
    applicants: tuple[str, ...] = ()
    if rule.attribute == "applicants":
        applicants = tuple(
            name for name, words in rules.applicants.items() if any(word in value for word in words)
        )
    return DraftField(
        attribute=rule.attribute,
        text=rule.text.format(value=value) + _which(statement, value, rules),
        cite=passage.cite,
        quote=statement[:_LONGEST_QUOTE],
        confidence=rule.confidence,
        value=figure,
        unit=unit,
        valid_until=until,
        values=applicants,
    )


def _which(statement: str, value: str, rules: _Rules) -> str:
    """Returns which case a row of a table is about, in brackets: （通常枠）."""
    cells = _LABELLED.findall(statement)
    if len(cells) < 2 or "／" not in statement:
        return ""
    label, first = cells[0]
    return "" if label in rules.labels or first in value or value in first else f"（{first}）"


def _figure(text: str, analyser: Analyser) -> tuple[float | None, str | None]:
    found = sorted(mentions(text, analyser).figures)
    if not found:
        return None, None
    if parts := _COMPOUND.search(unicodedata.normalize("NFKC", text)):
        # 1万5千円 is one sum, not two.
        told = _PART.findall(parts[0])
        whole = sum(float(one.replace(",", "")) * _UNITS.get(unit, 1) for one, unit in told)
        return whole, parts["unit"]
    number, unit = found[-1]
    return float(number), unit or None


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    text = (Path(__file__).parent / "drafting.yml").read_text("utf-8")
    return _Rules(yaml.safe_load(text))
