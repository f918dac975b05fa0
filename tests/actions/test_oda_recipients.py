"""Whether a country receives ODA is told from the list, and only where it is asked."""

from __future__ import annotations

import pytest
import yaml
from rasa_sdk import Tracker

from actions.oda_recipients import oda_listing
from actions.resources import knowledge
from actions.turn import Clause, Turn
from actions.wording import Wording
from knowledge.guide import Profile
from tests.conftest import ROOT


def listing(text: str, *countries: str) -> str | None:
    wording = Wording(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))
    entities = tuple({"entity": "country", "value": one, "text": one} for one in countries)
    clause = Clause(text, "ask_attribute", entities, 0.9, outside=0.1)
    turn = Turn(
        tracker=Tracker("test", {}, None, [], False, None, {}, None),
        clauses=(clause,),
        profile=Profile(),
        wording=wording,
        knowledge=knowledge(),
    )
    answer = oda_listing(clause, turn)
    return answer and answer.lead.text


@pytest.mark.parametrize(
    ("country", "said"),
    [("country.indonesia", "に載っています"), ("country.singapore", "に載っていません")],
)
def test_a_country_is_looked_up_in_the_list(country: str, said: str) -> None:
    assert said in (listing("そこはODAの対象になりますか", country) or "")


def test_other_questions_about_a_country_are_left_alone() -> None:
    assert listing("インドネシアの賃金は", "country.indonesia") is None
    assert listing("ODAの対象になるのはどこ") is None
