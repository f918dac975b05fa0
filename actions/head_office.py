"""Where a company is: its head office counts, not a branch, a works or a shop it names beside it.

「堺は工場で、本社は奈良」 is a company from Nara, and 「大阪は営業所だけです」 takes Osaka back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.patterns import pattern
from actions.turn import Clause
from knowledge.guide import Profile

_PLACES = ("prefecture", "city")
#: What may stand between a prefecture and its municipality (兵庫の尼崎, 兵庫県 尼崎市).
_JOINING = frozenset({"", "の", "県", "府", "都", "、", " ", "　", "県の", "府の", "都の"})


@dataclass(frozen=True)
class _Place:
    """Names that together tell one place, and whether it is the head office or another site."""

    entities: tuple[dict[str, Any], ...]
    is_head: bool
    is_site: bool
    is_no_more: bool


def without_sites(clauses: Sequence[Clause], profile: Profile) -> tuple[Clause, ...]:
    """Leaves out the places of branches and works where the company itself is told elsewhere.

    Args:
        clauses: Parts of the message.
        profile: What was known before.

    Returns:
        The clauses; a place that is said to be no more than a branch is marked as left out, too,
        if the company was taken to be there.
    """
    places = [(clause, _places(clause)) for clause in clauses]
    every = [one for _, found in places for one in found]
    heads = any(one.is_head for one in every)
    known = {profile.prefecture, profile.city} - {None}
    elsewhere = known - {entity["value"] for one in every if one.is_site for entity in one.entities}
    other = heads or any(not one.is_site for one in every) or bool(elsewhere)

    def is_dropped(place: _Place) -> bool:
        if place.is_head:
            return False
        if heads and any(entity["entity"] == "city" for entity in place.entities):
            return True
        return place.is_site and (other or place.is_no_more)

    return tuple(
        _without(clause, [one for one in found if is_dropped(one)]) for clause, found in places
    )


def given_up(clauses: Sequence[Clause], profile: Profile) -> dict[str, None]:
    """Returns the places of the profile that turn out to be no more than a branch.

    Args:
        clauses: Parts of the message.
        profile: What was known before.
    """
    left = {
        entity["value"]
        for clause in clauses
        for one in _places(clause)
        if one.is_no_more and not one.is_head
        for entity in one.entities
    }
    known = {slot: getattr(profile, slot) for slot in _PLACES}
    return dict.fromkeys(_PLACES) if left & (set(known.values()) - {None}) else {}


def _without(clause: Clause, sites: Sequence[_Place]) -> Clause:
    """Drops the places of sites, and the wish that the word 工場 behind them looks like."""
    if not sites:
        return clause
    dropped = [entity for one in sites for entity in one.entities]
    works = pattern("other_site")
    wishes = bool(pattern("plans").search(clause.text))
    kept = tuple(
        one
        for one in clause.entities
        if not any(one is entity for entity in dropped)
        and not (
            one["entity"] == "purpose" and not wishes and works.fullmatch(one.get("text") or "")
        )
    )
    return replace(clause, entities=kept)


def _places(clause: Clause) -> list[_Place]:
    """Returns the places a clause names, each with what it is to the company."""
    groups: list[tuple[int, int, list[dict[str, Any]]]] = []
    position = 0
    for one in clause.entities:
        name = one.get("text") or ""
        if one["entity"] not in _PLACES or not name or one.get("role"):
            continue
        start = clause.text.find(name, position)
        if start < 0:
            continue
        position = start + len(name)
        if groups and clause.text[groups[-1][1] : start] in _JOINING:
            groups[-1] = (groups[-1][0], position, [*groups[-1][2], one])
        else:
            groups.append((start, position, [one]))
    found = []
    for place, (start, end, entities) in enumerate(groups):
        before = clause.text[groups[place - 1][1] if place else 0 : start]
        following = groups[place + 1][0] if place + 1 < len(groups) else len(clause.text)
        behind = clause.text[end:following]
        is_site = pattern("site_behind").search(behind) or pattern("site_before").search(before)
        found.append(
            _Place(
                tuple(entities),
                bool(
                    pattern("head_behind").search(behind) or pattern("head_before").search(before)
                ),
                bool(is_site),
                bool(is_site) and bool(pattern("no_more_than_a_site").search(behind)),
            )
        )
    return found
