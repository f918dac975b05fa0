"""「2番目」「もうひとつ」 name one of the records shown."""

from __future__ import annotations

import pytest

from actions.pointing import with_name
from knowledge.store import Store, open_store

SHOWN = ("hub.mobio", "hub.kobe", "scheme.verification", "desk.kansai_business")


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("2番目は何で？", "hub.kobe"),
        ("一番上のやつ", "hub.mobio"),
        ("一番下のは？", "desk.kansai_business"),
        ("1つ目の制度をくわしく", "scheme.verification"),
        ("もうひとつの窓口は？", "hub.kobe"),
    ],
)
def test_a_place_among_those_shown_names_a_record(store: Store, text: str, record: str) -> None:
    pointed = with_name(text, SHOWN, None, store)
    assert pointed is not None
    assert pointed[1] == record
    assert store.record(record).short_name in pointed[0]


def test_the_other_one_is_not_the_one_told(store: Store) -> None:
    pointed = with_name("もうひとつの方は？", SHOWN, "hub.kobe", store)
    assert pointed is not None
    assert pointed[1] == "hub.mobio"


@pytest.mark.parametrize("text", ["2つ目の柱は何ですか", "9番目は？", "輸出以上のことは？"])
def test_nothing_is_pointed_at(store: Store, text: str) -> None:
    assert with_name(text, SHOWN, None, store) is None


def test_a_single_record_is_no_list(store: Store) -> None:
    assert with_name("2番目は？", SHOWN[:1], None, store) is None
