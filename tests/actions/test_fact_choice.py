"""Reverse look-ups: all that share a value, and the record that is described, not named."""

from __future__ import annotations

from actions.fact_choice import facts_of_the_described
from actions.fact_ranking import RankedFact, Ranking
from actions.fact_selection import with_the_same_of_others
from actions.patterns import pattern
from actions.turn import Clause, asks, wonders
from knowledge.store import open_store

STORE = open_store()


def fact(record_id: str, attribute: str, share: float = 0.1, asked: bool = False) -> RankedFact:
    record = STORE.record(record_id)
    return RankedFact(record, record.facts_about(attribute)[0], share, 0.0, asked)


def table(attribute: str) -> list[RankedFact]:
    record = STORE.record("policy_point.oda_table")
    return [RankedFact(record, one, 0.01, 0.0, False) for one in record.facts_about(attribute)]


def test_the_sentence_that_lists_all_of_a_value_is_told_alone() -> None:
    first = fact("scheme.tech_promotion", "heading")
    told = with_the_same_of_others(
        first, [first, *table("heading")], Clause("普及活動に並ぶのは", "find_record")
    )
    assert [one.record.id for one in told] == ["policy_point.oda_table"]
    assert "民間技術普及促進事業" in told[0].fact.text


def test_without_such_a_sentence_each_record_is_told() -> None:
    ranked = [
        fact("scheme.verification", "start_year"),
        fact("scheme.needs_survey", "start_year"),
        fact("scheme.ppp_survey", "start_year"),
    ]
    told = with_the_same_of_others(ranked[0], ranked, Clause("2012年度からの制度は", "find_record"))
    assert [one.record.id for one in told] == ["scheme.verification", "scheme.needs_survey"]
    assert not with_the_same_of_others(ranked[0], ranked, Clause("新しい制度は", "find_record"))


def test_a_described_record_answers_with_what_is_asked_of_it() -> None:
    ranking = Ranking((fact("hub.low_carbon", "activities", 0.5),), 0.7)
    operator = {"entity": "attribute", "value": "operator", "text": "運営"}
    told = facts_of_the_described(ranking, Clause("…の運営は", "find_record", (operator,)))
    assert told[0].fact.attribute == "operator"
    assert not facts_of_the_described(ranking, Clause("…のは", "find_record"))


def test_questions_are_known_by_their_wording() -> None:
    assert asks("そう書いてありましたっけ")
    assert asks("そんな事業がありましたよね")
    assert not asks("大阪の会社です")
    assert wonders("本当に使えるのか不安です")
    assert pattern("several") is pattern("several")
