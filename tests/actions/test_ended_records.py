"""What has run out is said to have, new facts come before old ones, nothing is offered as open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.listing import list_records
from actions.lookup import look_up
from actions.resources import Knowledge, open_knowledge
from actions.turn import Clause, Turn
from actions.validity import fact_holds, fact_remark
from actions.wording import Wording
from answers import to_plain_text
from knowledge.guide import Profile
from knowledge.schema import Fact, Record
from knowledge.store import Store, open_store
from tests.conftest import ROOT

SCHEME = {"entity": "record", "value": "scheme.hands_on_fs", "text": "F/S支援"}
LIMIT = {"entity": "attribute", "value": "amount_limit", "text": "上限額"}
NEEDS = {"entity": "record", "value": "scheme.needs_survey", "text": "ニーズ調査"}


def changed(store: Store) -> Store:
    """Returns the store with an ended scheme, a replaced one, and an old fact beside a new one."""
    records: dict[str, Record] = {one.id: one for one in store.records()}
    records["scheme.needs_survey"] = records["scheme.needs_survey"].copy(
        update={"valid_until": "2020-03"}
    )
    records["scheme.feasibility_survey"] = records["scheme.feasibility_survey"].copy(
        update={"superseded_by": "scheme.jica_biz"}
    )
    support = records["scheme.hands_on_fs"]
    old = next(one for one in support.facts if one.attribute == "amount_limit")
    new = Fact(attribute="amount_limit", text="上限は180万円です。", cite="deck2014#s15")
    ended = [
        one.copy(update={"valid_until": "2020-03"}) if one.attribute == "amount_limit" else one
        for one in support.facts
    ]
    assert old in support.facts
    records[support.id] = support.copy(update={"facts": (*ended, new)})
    fields = {name: getattr(store, name) for name in store.__dataclass_fields__}
    return Store(**{**fields, "_records": records})


@pytest.fixture(scope="module")
def opened() -> Knowledge:
    return open_knowledge(changed(open_store()))


def said(opened: Knowledge, answerer: Any, text: str, *entities: dict[str, Any]) -> str:
    clause = Clause(text, "ask_attribute", entities, 0.9)
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    turn = Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=(clause,),
        profile=Profile(),
        wording=Wording(domain),
        knowledge=opened,
    )
    return to_plain_text(answerer(clause, turn))


def test_the_fact_that_holds_is_said_before_the_one_that_ended(opened: Knowledge) -> None:
    answer = said(opened, look_up, "F/S支援の上限額は", SCHEME, LIMIT)
    assert answer.index("180万円") < answer.index("120万円")
    assert "2020年3月までの情報で、期限を過ぎています" in answer


def test_an_ended_scheme_says_so_when_it_is_named(opened: Knowledge) -> None:
    answer = said(opened, look_up, "ニーズ調査とは", NEEDS)
    assert "2020年3月で終わっています" in answer


def test_a_fact_holds_no_longer_than_its_document(opened: Knowledge) -> None:
    store = opened.store
    deck = store.document("deck2014").copy(update={"valid_until": "2020-03"})
    fields = {name: getattr(store, name) for name in store.__dataclass_fields__}
    ended = Store(**{**fields, "_documents": {**fields["_documents"], "deck2014": deck}})
    fact = store.record("hub.suwamo").facts[0]
    day = date(2026, 11, 22)
    assert fact_holds(fact, store, day)
    assert not fact_holds(fact, ended, day)
    assert "2020年3月までの情報" in fact_remark(fact, ended, day)


def test_a_list_names_what_ended_last(opened: Knowledge) -> None:
    kind = {"entity": "kind", "value": "scheme", "text": "制度"}
    answer = said(opened, list_records, "制度を全部教えて", kind)
    ended = [line for line in answer.splitlines() if "終わっています" in line or "替わって" in line]
    assert len(ended) == 2
    assert answer.splitlines().index(ended[0]) > answer.count("\n") - 8


def test_no_plan_holds_them(opened: Knowledge) -> None:
    for purpose in ("problem_solving", "production", "infrastructure"):
        profile = Profile(
            prefecture="大阪府", country="country.vietnam", purpose=purpose, stage="collecting"
        )
        plan = opened.guide.recommend(profile).record_ids()
        assert not {"scheme.needs_survey", "scheme.feasibility_survey"} & set(plan)
