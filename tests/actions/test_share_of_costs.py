"""What a subsidy pays of costs a company names."""

from __future__ import annotations

import pytest

from actions.fact_ranking import RankedFact
from actions.resources import knowledge
from actions.share_of_costs import share_of_costs
from actions.turn import Clause

SUBSIDY = "scheme.hands_on_fs"


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("F/Sに90万円かかったら補助はいくら", "90万円の2/3は60万円です"),
        ("９０万円かかるF/S、いくら戻ってきますか", "90万円の2/3は60万円です"),
        ("F/Sの費用が2百万円なら補助額はいくら", "上限額を超える"),
        ("調査の費用が1,000,000円のときいくらもらえる", "100万円の2/3は66万6,666円です"),
        ("F/S補助を上限まで使うには調査費がいくら要りますか", "120万円まで受けるには180万円"),
        ("F/S補助を満額もらうには調査費はなんぼ", "50万円まで受けるには75万円"),
        ("F/S補助の50万円を満額もらうには調査費はなんぼ", "50万円まで受けるには75万円"),
        ("F/S補助の120万円いっぱいまで受けるには経費はいくら", "120万円まで受けるには180万円"),
        ("F/Sの補助の上限は120万円ですか", None),
        ("展示会に90万円かかったら補助はいくら", None),
        ("90万円の機械を買った", None),
        ("補助はいくら", None),
    ],
)
def test_the_share_of_named_costs(question: str, share: str | None) -> None:
    store = knowledge().store
    record = store.record(SUBSIDY)
    limit = RankedFact(record, record.facts_about("amount_limit")[0], 1.0, 1.0, True)
    clause = Clause(question, "ask_attribute", (), 1.0, outside=0.0)

    point = share_of_costs(clause, [limit], store)

    assert (point is None) if share is None else (point is not None and share in point.text)


def test_costs_of_the_sentence_before_count() -> None:
    store = knowledge().store
    record = store.record(SUBSIDY)
    before = Clause("調査に150万かかります。", "inform", (), 1.0, outside=0.0)
    clause = Clause("補助はなんぼ出ますか", "ask_attribute", (), 1.0, before, 0.0)
    rate = RankedFact(record, record.facts_about("subsidy_rate")[0], 1.0, 1.0, True)

    point = share_of_costs(clause, [rate], store)

    assert point is not None and "150万円の2/3は100万円です" in point.text
    assert point.citations


def test_a_record_without_a_rate_pays_no_share() -> None:
    store = knowledge().store
    record = store.record("scheme.needs_survey")
    fact = RankedFact(record, record.facts[0], 1.0, 1.0, True)
    clause = Clause("90万円かかったら補助はいくら", "ask_attribute", (), 1.0, outside=0.0)

    assert share_of_costs(clause, [fact], store) is None
