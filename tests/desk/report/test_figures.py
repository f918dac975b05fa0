"""The figures of a known month, counted by hand in conftest.py."""

from __future__ import annotations

from collections import Counter
from datetime import date

from conversations.database import Database
from conversations.store import ConversationStore
from desk.report.figures import UNKNOWN, count
from desk.report.period import read_period
from tests.desk.seed import TOKYO

NOVEMBER = read_period("2026-11", date(2026, 12, 24), TOKYO)


def test_a_month_counted_by_hand(november: Database) -> None:
    figures = count(november, NOVEMBER)
    assert (figures.consultations, figures.turns) == (10, 10 + 4 + 3 + 1 + 6)
    assert figures.funnel == {
        "consulted": 10, "told": 9, "planned": 6, "asked_desk": 5, "taken": 4, "resolved": 3,
    }  # fmt: skip
    assert figures.by["prefecture"] == {"大阪府": 5, "愛知県": 3, "島根県": 1, UNKNOWN: 1}
    assert figures.by["country"] == {"country.vietnam": 4, UNKNOWN: 6}
    assert figures.by["channel"] == {"web": 6, "line": 4}
    assert figures.outcomes == {"answered": 10, "honest": 4, "fallback": 3, "maybe": 1}
    assert figures.share("answered") == 10 / 18
    assert figures.requests == 5
    assert list(figures.waits) == [2.0, 4.0, 6.0, 8.0]
    assert figures.wait == (6.0, 8.0)
    assert figures.results == {"resolved": 3, "unsaid": 1, "open": 1}
    assert figures.handed_over == 0.5
    assert figures.ratings == {"down": 3, "up": 4}
    assert figures.complaints == {"unclear": 3}
    assert figures.records == {"hub.mobio": 10, "organisation.jetro": 6}
    assert figures.daily[date(2026, 11, 3)] == 1
    assert sum(figures.daily.values()) == 10
    assert len(figures.daily) == 30


def test_the_month_before_and_an_empty_one(november: Database) -> None:
    october = count(november, NOVEMBER.before)
    assert (october.consultations, october.by["prefecture"]) == (4, Counter({"大阪府": 4}))
    empty = count(november, NOVEMBER.before.before)
    assert (empty.consultations, empty.share("answered"), empty.wait) == (0, None, None)


def test_an_erased_conversation_is_counted_no_more(november: Database) -> None:
    ConversationStore(november).erase("web:1")
    figures = count(november, NOVEMBER)
    assert figures.consultations == 9
    assert figures.outcomes == {"answered": 9, "honest": 3, "fallback": 2, "maybe": 1}
    assert (figures.requests, figures.ratings["down"]) == (4, 2)
