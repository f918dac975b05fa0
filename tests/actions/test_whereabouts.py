"""「ジェトロは熊本にある？」「うちも対象？」: where a body is, for whom, what comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from rasa_sdk import Tracker

from actions.fact_ranking import RankedFact
from actions.leading import led
from actions.resources import knowledge
from actions.turn import Clause, Turn
from actions.whereabouts import is_for_whom, is_there, which_are_open
from actions.wording import Wording
from knowledge.guide import Profile
from tests.conftest import ROOT

JETRO = {"entity": "record", "value": "organisation.jetro", "text": "ジェトロ"}
MOBIO = {"entity": "record", "value": "hub.mobio", "text": "MOBIO"}
DESK = {"entity": "record", "value": "desk.kansai_business", "text": "関西ビジネスデスク"}


@pytest.fixture(scope="module")
def turn() -> Turn:
    return Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=(),
        profile=Profile(),
        wording=Wording(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))),
        knowledge=knowledge(),
    )


def place(name: str, text: str) -> dict[str, str]:
    return {"entity": "prefecture", "value": name, "text": text}


def test_a_place_nothing_is_told_of_is_named_as_missing(turn: Turn) -> None:
    clause = Clause("ジェトロは熊本にある？", "ask_attribute", (JETRO, place("熊本県", "熊本")))
    answer = is_there(clause, turn)
    assert answer is not None
    assert "熊本" in answer.lead.text and "記載がありません" in answer.lead.text


def test_a_branch_at_the_place_is_told(turn: Turn) -> None:
    clause = Clause("ジェトロは神戸にある？", "ask_attribute", (JETRO, place("神戸市", "神戸")))
    answer = is_there(clause, turn)
    assert answer is not None
    assert "JETRO神戸" in answer.lead.text


def test_whom_a_desk_is_for_is_told_and_what_lacks_is_named(turn: Turn) -> None:
    own = Clause("札幌の会社やけど", "inform", (place("北海道", "札幌"),))
    desk = is_for_whom(
        Clause("関西ビジネスデスク使える？", "ask_attribute", (DESK,), goes_on_from=own), turn
    )
    hub = is_for_whom(Clause("MOBIO使える？", "ask_attribute", (MOBIO,), goes_on_from=own), turn)
    assert desk is not None and "関西の企業" in desk.lead.text
    assert hub is not None and "記載がありません" in hub.lead.text


def test_who_names_no_scheme_is_told_which_are_open(turn: Turn) -> None:
    answer = which_are_open(Clause("大企業ですけど使えますよね", "ask_attribute"), turn)
    assert answer is not None
    assert "民間企業全般" in answer.lead.text
    assert not any("中小企業のみ" in one.text for one in answer.points)


def test_the_number_leads_a_list_and_the_finished_comes_first(turn: Turn) -> None:
    store = turn.knowledge.store
    members = store.record("policy_point.support_conference")
    hub = store.record("hub.suwamo")

    def ranked(record_facts: tuple, record: object) -> list[RankedFact]:
        return [RankedFact(record, one, 0.1, 1.0, True) for one in record_facts]  # type: ignore[arg-type]

    listed = ranked(tuple(reversed(members.facts_about("members"))), members)
    counting = Clause("全部でいくつの団体が入ってる？", "ask_attribute")
    assert "21" in led(listed, counting, turn)[0].fact.text
    done = ranked(tuple(reversed(hub.facts_about("activities"))), hub)
    assert "構築中" in done[0].fact.text
    asking = Clause("スワモって何してくれるの", "ask_attribute")
    assert "構築中" not in led(done, asking, turn)[0].fact.text
    network = replace(asking, text="支援ネットワークはどうなってる")
    assert "構築中" in led(done, network, turn)[0].fact.text
