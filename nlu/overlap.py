"""Which of several overlapping hits of the dictionary counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from nlu.mentions import BLOCKED_ENTITY, Mention, Row

_PREFERENCE = {
    name: rank
    for rank, name in enumerate(
        (
            BLOCKED_ENTITY, "record", "country", "prefecture", "region", "city", "attribute",
            "topic", "purpose", "stage", "industry", "applicant", "kind", "reference",
        )
    )
}  # fmt: skip
#: Records that are topics, not bodies: the countries in their names are still meant.
CONCEPTS = ("policy_point.", "approach.", "leader_type.")


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Returns the distinct meanings, the most particular first."""
    unique = {(row.entity, row.value): row for row in rows}
    return sorted(unique.values(), key=lambda row: _PREFERENCE.get(row.entity, 99))


def without_overlap(found: list[Mention]) -> list[Mention]:
    """Keeps the longest mentions; equal stretches are joined into one with several meanings."""
    spans: dict[tuple[int, int], Mention] = {}
    for mention in found:
        known = spans.setdefault((mention.start, mention.end), mention)
        if known is not mention:
            known.rows = known.rows + mention.rows
            known.score = max(known.score, mention.score)
    ordered = sorted(
        spans.values(),
        key=lambda item: (item.start - item.end, _PREFERENCE.get(item.entity, 99), item.start),
    )
    chosen: list[Mention] = []
    for mention in ordered:
        mention = _giving_way(mention, spans.values())
        if all(item.end <= mention.start or mention.end <= item.start for item in chosen):
            mention.rows = ranked(mention.rows)
            chosen.append(mention)
    for topic in [item for item in chosen if item.value.startswith(CONCEPTS)]:
        chosen.extend(
            item
            for item in spans.values()
            if item.entity == "country" and topic.start <= item.start and item.end <= topic.end
        )
    return chosen


def _giving_way(mention: Mention, others: Collection[Mention]) -> Mention:
    """Ends the name of a record where a property begins that goes on behind it (F/Sの|補助率)."""
    begun = [
        one.start
        for one in others
        if one.entity == "attribute" and mention.start < one.start < mention.end < one.end
    ]
    if mention.entity != "record" or not begun:
        return mention
    return replace(mention, end=min(begun))
