"""Questions that go round a name: the rest of a list, a body known by its place, short forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.besides import facts_besides
from actions.description import (
    facts_of_the_described_there,
    told_together,
    with_abbreviated,
)
from actions.lookup import look_beyond, look_up
from actions.record_lists import narrowed
from actions.resources import knowledge
from actions.subjects import subjects_of, with_likeliest
from actions.turn import Clause, Turn
from actions.wording import Wording
from knowledge.guide import Profile
from knowledge.schema import Kind
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def turn() -> Turn:
    return Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=(),
        profile=Profile(),
        wording=Wording(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))),
        knowledge=knowledge(),
    )


def asking(text: str, *entities: dict[str, Any], before: Clause | None = None) -> Clause:
    return Clause(text, "ask_attribute", entities, goes_on_from=before)


def entity(kind: str, value: str, text: str, **more: Any) -> dict[str, Any]:
    return {"entity": kind, "value": value, "text": text, **more}


def test_the_rest_of_a_list_is_told_by_the_fact_that_lists_it(turn: Turn) -> None:
    bank = entity("record", "organisation.amagasaki_shinkin", "尼崎信用金庫")
    told = facts_besides(asking("尼崎信用金庫以外に交流会に入っているのは誰", bank), turn)
    assert "尼崎工業会" in told[0].fact.text
    ministry = entity("record", "organisation.mofa", "外務省")
    agency = entity("record", "organisation.fsa", "金融庁")
    told = facts_besides(asking("会議の省庁は外務省、金融庁、あと二つは", ministry, agency), turn)
    assert "農水省" in told[0].fact.text


def test_what_is_not_set_aside_has_no_rest(turn: Turn) -> None:
    kobe = entity("record", "hub.kobe", "神戸のセンター")
    assert not facts_besides(asking("神戸のセンターは相談以外に何をしている", kobe), turn)
    assert not facts_besides(asking("神戸のセンターは何をしている", kobe), turn)


def test_a_body_is_known_by_where_it_is_and_where_it_acts(turn: Turn) -> None:
    there = (entity("prefecture", "愛知県", "愛知"), entity("country", "country.thailand", "タイ"))
    clause = asking("愛知からタイに出た会社の名前は", *there)
    told = facts_of_the_described_there(clause, subjects_of(clause, turn), turn)
    assert told[0].record.id == "case.vit"
    wage = entity("attribute", "wage", "賃金")
    of_country = asking("愛知の会社です、タイの賃金は", *there, wage)
    assert not facts_of_the_described_there(of_country, subjects_of(of_country, turn), turn)


def test_a_question_that_says_nothing_leans_on_what_was_told(turn: Turn) -> None:
    country = entity("country", "country.vietnam", "ベトナム")
    told = asking("ベトナムに共同で出る事業の旗振りをしている会社があると伺いました。", country)
    lost = asking("社名を忘れました。", before=told)
    joined = told_together(asking("お分かりになりますか。", before=lost), turn)
    assert joined.text.startswith("ベトナム") and joined.values("country")


def test_a_name_cut_short_is_the_only_one_that_fits(turn: Turn) -> None:
    kind = entity("kind", "event", "会議")
    assert with_abbreviated(asking("関ベト会議の事務局は", kind), turn).values("record") == (
        "hub.kansai_vietnam",
    )
    assert not with_abbreviated(asking("ゲシュタルト会議の事務局は", kind), turn).values("record")


def test_the_words_tell_which_of_two_centres_is_meant(turn: Turn) -> None:
    both = entity("record", "hub.kti", "北九州のセンター", candidates=["hub.kti", "hub.low_carbon"])
    clause = asking("環境配慮型の都市輸出を進める北九州のセンターは何を", both)
    assert with_likeliest(clause, turn).values("record") == ("hub.low_carbon",)


def test_a_condition_narrows_the_list_just_shown(turn: Turn) -> None:
    schemes = tuple(one.id for one in turn.knowledge.store.records(Kind.SCHEME))
    shown = Turn(**{**vars(turn), "focus": schemes})
    answer = narrowed(asking("この中で大企業も使えるのは"), shown)
    assert answer is not None
    assert "scheme.investment_finance" in answer.data["records"]
    assert "scheme.needs_survey" not in answer.data["records"]
    assert narrowed(asking("この中で大企業も使えるのは"), turn) is None


def test_a_count_goes_on_with_what_was_told_though_it_looks_beyond_the_material(
    turn: Turn,
) -> None:
    told = replace(turn, focus=("country.vietnam",), asked=("wage",))
    thailand = entity("country", "country.thailand", "タイ")
    clause = Clause("タイの何分の一？", "ask_outside", (thailand,), 0.74, outside=0.75)
    assert "2.3分の1" in look_beyond(clause, told).lead.text


@pytest.mark.parametrize(
    ("text", "attribute", "word", "label"),
    [
        ("申し込みはどこ？", "how_to_apply", "申し込み", "申込方法"),
        ("電話番号は", "contact", "電話番号", "連絡先"),
    ],
)
def test_what_the_material_tells_of_no_record_is_named_as_missing(
    turn: Turn, text: str, attribute: str, word: str, label: str
) -> None:
    answer = look_up(asking(text, entity("attribute", attribute, word)), turn)
    assert answer.kind == "not_in_material"
    assert label in answer.lead.text
