"""Which value of the open question a short answer means (「調査」「まだ考えとるだけ」).

While the form waits for a stage, a purpose or an applicant, a short answer means one of a few
values, however it is worded: the value whose names it is part of, else the one whose names sound
most like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from actions.fact_table import fold
from actions.patterns import pattern
from knowledge.analysis import Analyser
from knowledge.schema import SlotValue
from knowledge.search.cosine import CosineIndex
from knowledge.search.facts import sound_grams

#: Longest answer that is compared, in characters, and shortest that may be part of a name.
_LONGEST = 24
_SHORTEST = 2
#: Least likeness of the sound, and least lead before the next value.
_ALIKE = 0.4
_LEAD = 0.08


def meant(text: str, values: Sequence[SlotValue]) -> str | None:
    """Returns the id of the value an answer means; None where none or several would do.

    Args:
        text: The answer, as typed.
        values: Values of the open question.
    """
    said = fold(pattern("ends_of_answers").sub("", text.strip()))
    if not _SHORTEST <= len(said) <= _LONGEST:
        return None
    names = {one.id: _names(one) for one in values}
    for test in (_is_name, _is_part):
        found = [value for value, own in names.items() if any(test(said, name) for name in own)]
        if len(found) == 1:
            return found[0]
    return _sounding_like(said, tuple(names.items()))


def _names(value: SlotValue) -> tuple[str, ...]:
    return tuple(fold(one) for one in (value.label, *value.aliases, *value.readings))


def _is_name(said: str, name: str) -> bool:
    return said == name


def _is_part(said: str, name: str) -> bool:
    return said in name or (len(name) > _SHORTEST and name in said)


def _sounding_like(said: str, names: tuple[tuple[str, tuple[str, ...]], ...]) -> str | None:
    index, owners = _sounds(names)
    cosines = index.cosines(sound_grams(Analyser().tokens(said))).tolist()
    best = {value: 0.0 for value, _ in names}
    for owner, cosine in zip(owners, cosines, strict=True):
        best[owner] = max(best[owner], cosine)
    ranked = sorted(best, key=lambda value: -best[value])
    lead = best[ranked[0]] - best[ranked[1]] if len(ranked) > 1 else best[ranked[0]]
    return ranked[0] if best[ranked[0]] >= _ALIKE and lead >= _LEAD else None


@lru_cache(maxsize=16)
def _sounds(
    names: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[CosineIndex, tuple[str, ...]]:
    analyser = Analyser()
    pairs = [(value, name) for value, own in names for name in own]
    index = CosineIndex([sound_grams(analyser.tokens(name)) for _, name in pairs])
    return index, tuple(value for value, _ in pairs)
