"""「AとBの違いは」 sets any two records of one kind side by side."""

from __future__ import annotations

from itertools import combinations

import pytest
import yaml
from rasa_sdk import Tracker

from actions.comparison import compare
from actions.resources import knowledge
from actions.turn import Clause, Turn
from actions.wording import Wording
from answers import Answer
from answers.plain_text import to_plain_text
from knowledge.guide import Profile
from knowledge.schema import Kind
from tests.conftest import ROOT

DIFFERENCE = {"entity": "attribute", "value": "difference", "text": "違い"}


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


def compared(wording: Wording, *records: str, asked: str | None = None) -> Answer:
    store = knowledge().store
    names = "と".join(store.record(one).short_name for one in records)
    entities = [{"entity": "record", "value": one, "text": one} for one in records]
    entities += [DIFFERENCE]
    if asked:
        entities += [{"entity": "attribute", "value": asked, "text": asked}]
    clause = Clause(f"{names}の違いは", "compare", tuple(entities), 0.97, outside=0.01)
    turn = Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=(clause,),
        profile=Profile(),
        wording=wording,
        knowledge=knowledge(),
    )
    return compare(clause, turn)


@pytest.mark.parametrize("kind", [Kind.SCHEME, Kind.HUB, Kind.DESK, Kind.ORGANISATION])
def test_any_two_of_a_kind_are_set_side_by_side(kind: Kind, wording: Wording) -> None:
    records = [one.id for one in knowledge().store.records(kind)]
    for pair in combinations(records, 2):
        answer = compared(wording, *pair)
        assert (answer.kind, answer.data["records"]) == ("comparison", list(pair))
        sources = answer.table.citations if answer.table else answer.points[0].citations
        assert sources, pair


def test_a_body_and_its_scheme_are_told_one_by_one(wording: Wording) -> None:
    answer = compared(wording, "organisation.jetro", "scheme.hands_on_fs")
    assert answer.table is None
    assert [point.text[:5] for point in answer.points] == ["JETRO", "F/S調査"]
    assert all(point.citations for point in answer.points)


def test_years_carry_no_comma_and_gaps_are_named(wording: Wording) -> None:
    told = to_plain_text(compared(wording, "scheme.feasibility_survey", "scheme.hands_on_fs"))
    assert "2,01" not in told
    assert "120万円" in told
    assert "資料に記載なし" in told


def test_what_has_ended_is_said_beside_the_comparison(wording: Wording) -> None:
    answer = compared(wording, "scheme.feasibility_survey", "scheme.verification")
    assert len(answer.status_notes) == 2
