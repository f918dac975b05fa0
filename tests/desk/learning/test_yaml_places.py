"""Additions to the hand-written files change the lines they are about, and no other."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml

from desk.learning.yaml_places import PlaceError, add_aliases, add_examples, add_questions

ROOT = Path(__file__).resolve().parent.parent.parent.parent
ODD = ["「例」: # だよ", 'a "b"', "- x", "100", "はい"]


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def test_an_alias_joins_a_record_of_every_file() -> None:
    for path in sorted((ROOT / "knowledge" / "records").glob("*.yml")):
        before = path.read_text("utf-8")
        record = yaml.safe_load(before)[0]["id"]
        after = add_aliases(before, record, ["新しい呼び名"], ["あたらしいよびな"])
        assert 2 <= len(changed(before, after)) <= 4, path
        entry = next(one for one in yaml.safe_load(after) if one["id"] == record)
        assert entry["aliases"][-1] == "新しい呼び名"
        assert entry["readings"][-1] == "あたらしいよびな"


def test_a_name_a_record_has_is_refused() -> None:
    text = (ROOT / "knowledge" / "records" / "hubs.yml").read_text("utf-8")
    with pytest.raises(PlaceError, match="すでにこのレコードの名前です"):
        add_aliases(text, "hub.mobio", ["MOBIO"], [])
    with pytest.raises(PlaceError, match="ありません"):
        add_aliases(text, "hub.nowhere", ["X"], [])


def test_questions_join_their_group_or_begin_one() -> None:
    before = "- record: hub.a\n  attribute: location\n  ask_attribute:\n    - どこ？\n# 終わり\n"
    for attribute, intent in (
        ("location", "ask_attribute"),
        ("location", "ask_record"),
        ("fee", "ask_attribute"),
    ):
        after = add_questions(before, "hub.a", attribute, intent, ODD)
        assert "# 終わり" in after
        groups = yaml.safe_load(after)
        found = next(one for one in groups if one["attribute"] == attribute)
        assert found[intent][-len(ODD) :] == ODD
        assert not [line for line in changed(before, after) if line.startswith("-")]
    assert yaml.safe_load(add_questions("", "hub.a", "fee", "ask_record", ["x"])) == [
        {"record": "hub.a", "attribute": "fee", "ask_record": ["x"]}
    ]


def test_every_file_of_questions_takes_one_more() -> None:
    for path in sorted((ROOT / "knowledge" / "questions").glob("*.yml")):
        before = path.read_text("utf-8")
        first = yaml.safe_load(before)[0]
        intent = next(name for name in first if name not in ("record", "attribute"))
        after = add_questions(before, first["record"], first["attribute"], intent, ["もう一つ？"])
        assert len(changed(before, after)) == 1, path


@pytest.mark.parametrize(
    ("name", "intent"),
    [("nlu", "greet"), ("outside", "ask_outside"), ("outside", "out_of_scope")],
)
def test_an_example_joins_its_intent(name: str, intent: str) -> None:
    before = (ROOT / "data" / f"{name}.yml").read_text("utf-8")
    after = add_examples(before, intent, ["ちわわっす", "どうもでござる"])
    assert changed(before, after) == ["+      - ちわわっす", "+      - どうもでござる"]
    with pytest.raises(PlaceError, match="すでに例"):
        add_examples(after, intent, ["ちわわっす"])
    with pytest.raises(PlaceError, match="書けません"):
        add_examples(before, intent, ["[大阪](city)の会社"])
    with pytest.raises(PlaceError, match="ファイルにありません"):
        add_examples(before, "no_such_intent", ["x"])
