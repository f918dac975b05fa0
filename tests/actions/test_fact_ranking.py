"""Facts for a question: which is first, how sure it is, and what else is told."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.certainty import CERTAIN, LIKELY
from actions.fact_ranking import EVIDENCE, SIGNS, rank_facts, weights
from actions.fact_selection import further
from actions.follow_ups import goes_on_from_focus, going_on
from actions.resources import knowledge
from actions.subjects import subjects_of
from actions.times import time_outside
from actions.turn import Clause, Turn
from actions.wording import Wording
from knowledge.guide import Profile

THAILAND = {"entity": "country", "value": "country.thailand", "text": "タイ"}
VIETNAM = {"entity": "country", "value": "country.vietnam", "text": "ベトナム"}
UNEMPLOYMENT = {"entity": "attribute", "value": "unemployment", "text": "失業率"}


def turn(*clauses: Clause, focus: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> Turn:
    return Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=clauses,
        profile=Profile(),
        wording=Wording({}),
        knowledge=knowledge(),
        focus=focus,
        asked=asked,
    )


def question(text: str, *entities: dict[str, Any], outside: float = 0.02) -> Clause:
    return Clause(text, "ask_attribute", entities, 0.9, outside=outside)


def ranked(clause: Clause) -> Any:
    this = turn(clause)
    return rank_facts(clause, subjects_of(clause, this), this)


def test_every_sign_has_a_fitted_weight() -> None:
    fitted = weights()
    assert tuple(fitted.signs) == SIGNS
    assert tuple(fitted.evidence) == EVIDENCE


def test_the_asked_attribute_of_the_named_country_is_first() -> None:
    found = ranked(question("タイの失業率は", THAILAND, UNEMPLOYMENT))
    assert (found.facts[0].record.id, found.facts[0].fact.attribute) == (
        "country.thailand",
        "unemployment",
    )
    assert found.facts[0].asked
    assert found.facts[0].belongs == 1.0
    assert found.confidence >= CERTAIN


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("信用金庫が事務局の集まり", "hub.amagasaki"),
        ("貧困層ビジネスの開発を支える調査", "scheme.bop_survey"),
        ("ひんこんそうびじねすのかいはつをしえんするちょうさ", "scheme.bop_survey"),
    ],
)
def test_a_feature_leads_to_its_record(text: str, record: str) -> None:
    found = ranked(question(text))
    assert record in {one.record.id for one in found.facts[:3]}
    assert found.confidence >= LIKELY


def test_a_question_about_something_else_is_not_answered() -> None:
    assert ranked(question("明日の東京の天気は", outside=0.95)).confidence < LIKELY


def test_the_classifiers_doubt_lowers_the_confidence() -> None:
    sure = ranked(question("タイの失業率は", THAILAND, UNEMPLOYMENT))
    doubtful = ranked(question("タイの失業率は", THAILAND, UNEMPLOYMENT, outside=0.9))
    assert doubtful.confidence < sure.confidence


def test_a_question_of_few_words_is_ranked_with_the_clause_before_it() -> None:
    before = question("貧困層ビジネスの開発を支える調査が知りたい")
    clause = Clause("資料だとどれ？", "ask_attribute", (), 0.9, goes_on_from=before)
    assert ranked(clause).facts[0].record.id == "scheme.bop_survey"


def test_nothing_is_told_twice() -> None:
    found = ranked(question("タイの失業率は", THAILAND, UNEMPLOYMENT)).facts
    told = further(found[:1], found, 3)
    assert found[0].fact.text not in {one.fact.text for one in told}
    assert len({one.fact.text for one in told}) == len(told)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2024年のタイの失業率は", "2024年"),
        ("令和6年のタイの失業率は", "2024年"),
        ("最新のタイの失業率は", "最新"),
        ("2012年のタイの失業率は", None),
        ("タイの失業率は", None),
    ],
)
def test_another_time_than_the_figures_is_noticed(text: str, asked: str | None) -> None:
    clause = question(text, THAILAND, UNEMPLOYMENT)
    fact = knowledge().store.record("country.thailand").facts_about("unemployment")[0]
    assert time_outside(clause, fact) == asked


def test_a_bare_name_goes_on_with_what_was_asked_before() -> None:
    clause = question("ベトナムでは？", VIETNAM)
    this = turn(clause, asked=("unemployment",))
    store = this.knowledge.store
    gone_on = going_on(clause, [store.record("country.vietnam")], this)
    assert gone_on.values("attribute") == ("unemployment",)


def test_a_name_with_a_question_of_its_own_does_not() -> None:
    clause = question("ベトナムの投資環境は", VIETNAM)
    this = turn(clause, asked=("unemployment",))
    store = this.knowledge.store
    assert going_on(clause, [store.record("country.vietnam")], this) is clause


def test_a_short_question_without_a_name_is_about_what_was_shown() -> None:
    clause = question("事務局はどこ", {"entity": "attribute", "value": "secretariat"})
    this = turn(clause, focus=("hub.amagasaki",))
    assert goes_on_from_focus(clause, rank_facts(clause, (), this), this)
    alone = turn(clause)
    assert not goes_on_from_focus(clause, rank_facts(clause, (), alone), alone)
