"""A company that tells its trade by the product of its place (「南部鉄器です」「有田で焼き物」)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from actions.turn import Clause
from knowledge.guide import Profile
from knowledge.regional_products import Town, products, towns

#: What stands behind the name of a town, and what makes another word of it (関係, 有田市).
_BEHIND = r"(?=[でのにはがも、。\s]|から|$)"
_BEFORE = r"(?<![一-龠])"


def regional_values(
    clause: Clause, profile: Profile, named: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Returns the trade and the place that the product of a place tells.

    Args:
        clause: Part of the message that tells of the company.
        profile: What was known before.
        named: What the clause says otherwise.
    """
    return _trade(clause, profile, named) | _place(clause, profile, named)


def _trade(
    clause: Clause, profile: Profile, named: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Names the product where no words of the company's own for it are known."""
    part = named.get("business")
    if part:
        # 「塗りもん」 is one word, however the analyser cuts it.
        whole = (one.name for one in products() if part in one.name and one.name in clause.text)
        return next(({"business": name} for name in whole if len(name) > len(part)), {})
    if profile.business or not named.get("industry"):
        return {}
    said = {one.get("text") for one in clause.entities if one["entity"] == "industry"}
    return next(({"business": one.name} for one in products() if one.name in said), {})


def _place(
    clause: Clause, profile: Profile, named: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Names the place of the product, or which of two towns the trade means."""
    town = next((one for one in towns() if _is_meant(one, clause)), None)
    if town and named.get("prefecture") in (None, town.prefecture):
        return {"prefecture": town.prefecture, "city": town.city}
    if profile.prefecture or any(named.get(one) for one in ("prefecture", "city")):
        return {}
    known = (one for one in products() if one.prefecture and one.name in clause.text)
    return next(({"prefecture": one.prefecture} for one in known), {})


def _is_meant(town: Town, clause: Clause) -> bool:
    """True for 「有田で焼き物」, and neither for 「有田でみかん」 nor for 「有田市」."""
    found = re.search(_BEFORE + re.escape(town.place) + _BEHIND, clause.text)
    return found is not None and any(one in clause.text[found.end() :] for one in town.trades)
