"""Records are changed in their files, and everything else stays byte for byte."""

from __future__ import annotations

import copy
from difflib import unified_diff
from pathlib import Path

import pytest
import yaml

from desk.review import yaml_edit

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "knowledge" / "records").glob("*.yml"))
SMALL = """\
# はじめの注
- id: hub.a   # 行の注
  kind: hub
  name: あ
  facts:
    # 事実の注
    - attribute: overview
      text: 古い文です。 # 文の注
      cite: d#s
    - attribute: activities
      text: 二つ目です。
      cite: [d#s, d#t]

# 次の記録の注
- id: hub.b
  kind: hub
  name: い
"""


def changed_lines(old: str, new: str) -> list[str]:
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    return [line for line in lines if not line.startswith("@@")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_writing_what_a_file_says_changes_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = yaml_edit.entries(text)
    assert [one.content for one in entries] == yaml.load(text, Loader=yaml.CSafeLoader)
    for entry in entries:
        assert yaml_edit.put(text, entry.id, entry.content) == text


def test_a_changed_fact_changes_its_line_alone_and_keeps_comments() -> None:
    content = copy.deepcopy(yaml_edit.find(SMALL, "hub.a").content)  # type: ignore[union-attr]
    content["facts"][0]["text"] = "新しい文です。"
    new = yaml_edit.put(SMALL, "hub.a", content)
    assert changed_lines(SMALL, new) == [
        "-      text: 古い文です。 # 文の注",
        "+      text: 新しい文です。 # 文の注",
    ]


def test_facts_are_added_removed_and_moved_without_touching_the_others() -> None:
    content = copy.deepcopy(yaml_edit.find(SMALL, "hub.a").content)  # type: ignore[union-attr]
    first, second = content["facts"]
    content["facts"] = [second, {"attribute": "fee", "text": "無料です。", "cite": "d#s"}, first]
    new = yaml_edit.put(SMALL, "hub.a", content)
    assert yaml_edit.find(new, "hub.a").content == content  # type: ignore[union-attr]
    assert "cite: [d#s, d#t]" in new
    assert "# 文の注" in new
    assert new.endswith(SMALL[SMALL.index("# 次の記録の注") :])


def test_new_fields_stand_where_the_form_has_them() -> None:
    content = {"id": "hub.b", "kind": "hub", "name": "い", "valid_until": "2027-03-31"}
    new = yaml_edit.put(SMALL, "hub.b", content)
    assert changed_lines(SMALL, new) == ["+  valid_until: '2027-03-31'"]


def test_append_and_remove_undo_each_other() -> None:
    content = {"id": "hub.c", "kind": "hub", "name": "2014", "readings": ["う", "no"]}
    longer = yaml_edit.append(SMALL, content)
    assert yaml_edit.find(longer, "hub.c").content == content  # type: ignore[union-attr]
    assert longer.startswith(SMALL)
    assert yaml_edit.remove(longer, "hub.c").rstrip() == SMALL.rstrip()
    without = yaml_edit.remove(SMALL, "hub.a")
    assert [one.id for one in yaml_edit.entries(without)] == ["hub.b"]
    assert "# 次の記録の注" in without
