"""From a place to its prefecture, offline."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

_PLACES = Path(__file__).parent / "places.tsv"
_FARTHEST_KM = 40.0
_CLEARLY_NEARER = 0.75
_KM_PER_DEGREE = 111.2


def prefecture_at(latitude: float, longitude: float, address: str = "") -> str | None:
    """Return the prefecture of a place.

    The address LINE shows names it as a rule. Else the nearest town decides, unless a town of
    another prefecture is about as near.

    Args:
        latitude: Degrees.
        longitude: Degrees.
        address: As shown to the sender; may be empty or in another script.

    Returns:
        Its full name (大阪府), None where it is not certain or not in Japan.
    """
    named = {one for one in _prefectures() if one in address}
    if len(named) == 1:
        return named.pop()
    nearest: dict[str, float] = {}
    for town_latitude, town_longitude, prefecture in _places():
        north = (town_latitude - latitude) * _KM_PER_DEGREE
        if abs(north) > _FARTHEST_KM:
            continue
        east = (town_longitude - longitude) * _KM_PER_DEGREE * math.cos(math.radians(latitude))
        distance = math.hypot(north, east)
        if distance <= nearest.get(prefecture, _FARTHEST_KM):
            nearest[prefecture] = distance
    ranked = sorted(nearest, key=lambda one: nearest[one])
    if not ranked:
        return None
    if len(ranked) > 1 and nearest[ranked[0]] > _CLEARLY_NEARER * nearest[ranked[1]]:
        return None
    return ranked[0]


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[float, float, str], ...]:
    lines = _PLACES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple((float(latitude), float(longitude), name) for latitude, longitude, name in rows)


@lru_cache(maxsize=1)
def _prefectures() -> frozenset[str]:
    return frozenset(name for _, _, name in _places())
