"""A month of conversations small enough to be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.database import Database
from tests.desk.seed import Seed, tokyo


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def november(database: Database) -> Database:
    """Ten consultations in November 2026, four in October; see the comments."""
    for day in range(1, 11):
        seed = Seed(database, tokyo(f"2026-11-{day:02d}T10:00"))
        seed._receipts = 100 * day
        who = f"web:{day}"
        channel = "line" if day > 6 else "web"  # 6 web, 4 line
        # 5 大阪府, 3 愛知県, 1 島根県, 1 nothing; ベトナム 4
        place = {1: "大阪府", 6: "愛知県", 9: "島根県"}
        profile = {}
        if day < 10:
            profile["prefecture"] = next(place[one] for one in (9, 6, 1) if day >= one)
        if day <= 4:
            profile["country"] = "country.vietnam"
        # 10 answered; 3 of them disliked, 4 liked
        rating = "down" if day <= 3 else "up" if day <= 7 else None
        seed.turn(who, "MOBIOとは", "answered", channel=channel, records=("hub.mobio",),
                  rating=rating, reason="unclear" if rating == "down" else None,
                  milliseconds=10.0 * day, **profile)  # fmt: skip
        if day <= 4:  # 4 honest
            seed.turn(who, "通訳の費用はいくらですか", "honest", channel=channel, **profile)
        if day <= 3:  # 3 not understood: the same words
            seed.turn(who, "クラウドファンディングは使えますか", "fallback", channel=channel)
        if day == 4:  # 1 asked back, by one company only
            seed.turn(who, "株式会社ヤマダ精機のSWP-B3000の関税", "maybe", channel=channel)
        if day <= 6:  # 6 plans
            seed.turn(who, "はい", "plan", channel=channel, typed=False,
                      records=("hub.mobio", "organisation.jetro"))  # fmt: skip
        if day <= 5:  # 5 requests: 4 taken up after 2, 4, 6 and 8 minutes, 3 of them resolved
            waited = 2.0 * day if day <= 4 else None
            seed.request(who, waited_minutes=waited, outcome="resolved" if day <= 3 else None)
    for day in range(1, 5):
        seed = Seed(database, tokyo(f"2026-10-{day:02d}T10:00"))
        seed.turn(f"web:o{day}", "MOBIOとは", "answered", prefecture="大阪府")
    # A minute before and after the month: they belong to others.
    Seed(database, tokyo("2026-12-01T00:00")).turn("web:d", "MOBIOとは", "answered")
    return database
