"""From open questions to groups, and from a group to a change of the files in one step."""

from __future__ import annotations

import pytest
import yaml

from conversations.store import ConversationStore
from desk.learning.learning import LearningError
from tests.desk.learning.conftest import CROWD, INTERPRETER, KANRI, School


def titles(school: School) -> list[str]:
    return [group.title for group in school.learning.groups()]


def key_of(school: School, word: str) -> str:
    return next(one.key for one in school.learning.groups() if word in one.title)


def test_like_questions_stand_together_most_asked_first(school: School) -> None:
    groups = school.learning.groups()
    assert [(one.conversations, one.count) for one in groups] == [(4, 4), (3, 3), (1, 1), (1, 1)]
    interpreter, crowd, *single = groups
    assert "通訳" in interpreter.title and "クラウドファンディング" in crowd.title
    assert interpreter.outcomes == {"honest": 4} and crowd.channels == {"line": 3}
    assert "通訳" in interpreter.words and "費用" in interpreter.words
    assert sorted(one.disliked for one in single) == [0, 1]
    shown = str([(one.title, one.words, one.examples) for one in groups])
    assert not [word for word in ("ヤマダ", "山田", "SWP", "3000") if word in shown]
    near = school.learning.near(single[0]) + school.learning.near(single[1])
    assert near and all(0 <= one.score <= 1 for one in near)
    assert "MOBIO" in {one.record for one in near}


def test_groups_keep_their_name_while_they_grow(school: School) -> None:
    before = {one.title: one.key for one in school.learning.groups()}
    school.seed.turn("web:new", INTERPRETER[0], "fallback")
    school.regroup()
    after = school.learning.groups()
    assert after[0].count == 5
    assert after[0].key == before[after[0].title]
    school.regroup()
    assert [one.key for one in school.learning.groups()] == [one.key for one in after]


def test_an_erased_conversation_leaves_its_group(school: School) -> None:
    key = key_of(school, "通訳")
    store = ConversationStore(school.database)
    store.erase("web:i0")
    assert school.learning.group(key).count == 3
    for number in (1, 2, 3):
        store.erase(f"web:i{number}")
    with pytest.raises(LearningError, match="もうありません"):
        school.learning.group(key)


def test_a_question_is_filed_under_a_fact(school: School) -> None:
    school.unpublished = []
    key = key_of(school, "MOBIO")
    said = school.learning.decide(
        KANRI, key, "question",
        {"texts": "MOBIOの会議室は何人入れますか\r\n", "fact": "hub.mobio/location",
         "intent": "ask_attribute"},
    )  # fmt: skip
    assert "公開" in said
    groups = yaml.safe_load(school.read("knowledge/questions/hubs.yml"))
    filed = next(
        one for one in groups if (one["record"], one["attribute"]) == ("hub.mobio", "location")
    )
    assert filed["ask_attribute"][-1] == "MOBIOの会議室は何人入れますか"
    assert not [title for title in titles(school) if "MOBIO" in title]
    (decision,) = school.learning.decisions.newest()
    assert (decision.kind, decision.staff_name, decision.questions) == ("question", "管理 太郎", 1)
    # It waits until what is live no longer differs from the file.
    school.unpublished = ["knowledge/questions/hubs.yml"]
    assert [one.id for one in school.learning.pending()] == [decision.id]
    school.unpublished = []
    assert school.learning.pending() == []
    assert school.learning.decisions.newest()[0].state == "published"


def test_an_alias_an_intent_and_what_is_none_of_ours(school: School) -> None:
    learning = school.learning
    learning.decide(
        KANRI, key_of(school, "MOBIO"), "alias", {"texts": "もの大阪", "record": "hub.mobio"}
    )
    records = yaml.safe_load(school.read("knowledge/records/hubs.yml"))
    mobio = next(one for one in records if one["id"] == "hub.mobio")
    assert mobio["aliases"][-1] == "もの大阪" and mobio["readings"][-1] == "ものおおさか"
    learning.decide(
        KANRI, key_of(school, "クラウド"), "outside",
        {"texts": "\n".join(CROWD), "intent": "ask_outside"},
    )  # fmt: skip
    assert f"      - {CROWD[0]}\n      - {CROWD[1]}\n" in school.read("data/outside.yml")
    learning.decide(
        KANRI,
        key_of(school, "通訳"),
        "intent",
        {"texts": "通訳さんを呼んで", "intent": "request_human"},
    )  # fmt: skip
    assert "- 通訳さんを呼んで\n" in school.read("data/nlu.yml")
    assert len(learning.pending()) == 3
    history = learning._files._workspace.history()  # type: ignore[union-attr]
    assert [one.staff_name for one in history] == ["管理 太郎"] * 3
    assert all(one.reason.startswith("会話から: ") for one in history)


def test_a_draft_and_what_needs_nothing(school: School) -> None:
    learning = school.learning
    learning.decide(
        KANRI, key_of(school, "通訳"), "draft",
        {"name": "通訳の派遣", "record_kind": "scheme", "texts": "通訳を頼む費用は"},
    )  # fmt: skip
    assert school.drafts == [("管理 太郎", "scheme", "通訳の派遣", ("通訳を頼む費用は",))]
    learning.decide(KANRI, key_of(school, "クラウド"), "done", {})
    assert len(titles(school)) == 2
    done = learning.decisions.newest()[0]
    assert learning.reopen(done.id) and len(titles(school)) == 3
    assert learning.decisions.newest()[0].state == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "form", "problem"),
    [
        ("question", {"texts": "", "fact": "hub.mobio/location"}, "何も入力"),
        ("question", {"texts": "〔名称〕の関税は", "fact": "hub.mobio/location"}, "〔 〕を含む"),
        ("question", {"texts": "あ" * 201, "fact": "hub.mobio/location"}, "200 文字まで"),
        ("question", {"texts": "x", "fact": "hub.mobio/fee", "intent": "ask_record"}, "事実を選"),
        ("question", {"texts": "x", "fact": "hub.mobio/location", "intent": "greet"}, "種類を選"),
        (
            "question",
            {"texts": "MOBIOはどこにありますか", "fact": "hub.mobio/location",
             "intent": "ask_attribute"},
            "すでに登録",
        ),
        ("alias", {"texts": "MOBIO", "record": "hub.mobio"}, "すでにこのレコードの名前"),
        ("alias", {"texts": "x", "record": "hub.nowhere"}, "レコードを選"),
        ("intent", {"texts": "x", "intent": ""}, "種類を選"),
        ("outside", {"texts": "x", "intent": "greet"}, "種類を選"),
        ("draft", {"name": " "}, "名前を入力"),
        ("nonsense", {"texts": "x"}, "種類を選"),
    ],
)  # fmt: skip
def test_what_does_not_fit_changes_nothing(
    school: School, kind: str, form: dict[str, str], problem: str
) -> None:
    before = {path: path.read_bytes() for path in school.folder.glob("*/**/*.yml")}
    with pytest.raises(LearningError, match=problem):
        school.learning.decide(KANRI, key_of(school, "通訳"), kind, form)
    assert {path: path.read_bytes() for path in school.folder.glob("*/**/*.yml")} == before
    assert len(titles(school)) == 4
    assert school.learning.decisions.newest() == []
