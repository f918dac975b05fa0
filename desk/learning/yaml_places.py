"""Adding to hand-written YAML where it belongs, leaving every other byte as it is.

The files mix styles on purpose (flow lists, folded comments, two indents), which a round trip
through an emitter would level. So the parser only tells where things stand, the text is inserted
there, and the result is read again: it must hold what it held, and what was added, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[^\s#&*!|>'\"%@`?:,\[\]{}\-][^#:,\[\]{}\n]*")


class PlaceError(ValueError):
    """The file has no place for it; the message says why (one line, Japanese)."""


def add_aliases(text: str, record: str, aliases: Sequence[str], readings: Sequence[str]) -> str:
    """Add names and readings to a record.

    Args:
        text: A file of `knowledge/records/`.
        record: Id of the record.
        aliases: Further names.
        readings: Further readings in hiragana.

    Raises:
        PlaceError: The record is not in this file, or has such a name already.
    """
    known = _entry(text, lambda node: _scalar(node, "id") == record)
    if known is None:
        raise PlaceError(f"「{record}」というレコードがファイルにありません")
    content = next(one for one in _load(text) if one.get("id") == record)
    names = {content.get("name"), content.get("short_name"), *(content.get("aliases") or ())}
    for alias in aliases:
        if alias in names:
            raise PlaceError(f"「{alias}」は、すでにこのレコードの名前です")
    new_readings = [one for one in readings if one not in (content.get("readings") or ())]
    changed = _extend(text, record, "readings", new_readings)
    changed = _extend(changed, record, "aliases", aliases)

    def expected(entries: list[dict[str, Any]]) -> None:
        entry = next(one for one in entries if one.get("id") == record)
        entry["aliases"] = [*(entry.get("aliases") or ()), *aliases]
        if new_readings:
            entry["readings"] = [*(entry.get("readings") or ()), *new_readings]

    return _checked(text, changed, expected)


def add_questions(
    text: str, record: str, attribute: str, intent: str, questions: Sequence[str]
) -> str:
    """File questions under what answers them.

    Args:
        text: A file of `knowledge/questions/`; one that has no such group yet gets it at its end.
        record: Id of the record.
        attribute: Id of the attribute.
        intent: Intent of the questions, or `unlabelled`.
        questions: As people type them.
    """

    def fits(node: MappingNode) -> bool:
        return _scalar(node, "record") == record and _scalar(node, "attribute") == attribute

    group = _entry(text, fits)
    lines = [f"    - {_quoted(one)}" for one in questions]
    if group is None:
        head = [f"- record: {record}", f"  attribute: {attribute}", f"  {intent}:"]
        changed = "\n".join([text.rstrip("\n"), *head, *lines]).lstrip("\n") + "\n"
    else:
        asked = _value(group, intent)
        if isinstance(asked, SequenceNode) and asked.flow_style:
            changed = _into_flow(text, asked, questions)
        elif isinstance(asked, SequenceNode):
            indent = " " * (asked.value[0].start_mark.column - 2)
            rows = [f"{indent}- {_quoted(one)}" for one in questions]
            changed = _after(text, asked.value[-1], rows)
        else:
            changed = _after(text, group.value[-1][1], [f"  {intent}:", *lines])

    def expected(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            if entry.get("record") == record and entry.get("attribute") == attribute:
                entry[intent] = [*(entry.get(intent) or ()), *questions]
                return
        entries.append({"record": record, "attribute": attribute, intent: list(questions)})

    return _checked(text, changed, expected)


def add_examples(text: str, intent: str, examples: Sequence[str]) -> str:
    """Add example sentences to an intent of a Rasa NLU file.

    Args:
        text: `data/nlu.yml` or `data/outside.yml`.
        intent: Name of the intent; its last block gets them.
        examples: Sentences.

    Raises:
        PlaceError: There is no such intent in this file, or an example stands there already.
    """
    root = yaml.compose(text, Loader=_Loader)
    blocks = _value(root, "nlu") if isinstance(root, MappingNode) else None
    found = None
    for block in blocks.value if isinstance(blocks, SequenceNode) else ():
        if isinstance(block, MappingNode) and _scalar(block, "intent") == intent:
            found = _value(block, "examples")
    if not isinstance(found, ScalarNode) or found.style != "|":
        raise PlaceError(f"「{intent}」という意図の例がファイルにありません")
    known = {line.removeprefix("-").strip() for line in str(found.value).splitlines()}
    for example in examples:
        if example in known:
            raise PlaceError(f"「{example}」は、すでに例として入っています")
        if re.search(r"[\[\]{}()]", example):
            raise PlaceError(f"例には ( ) [ ] {{ }} を書けません: {example}")
    lines = text.split("\n")
    last = first = found.start_mark.line + 1
    indent = len(lines[first]) - len(lines[first].lstrip())
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            break
        if line.strip():
            last = number
    lines[last + 1 : last + 1] = [f"{' ' * indent}- {one}" for one in examples]

    def expected(content: dict[str, Any]) -> None:
        block = [one for one in content["nlu"] if one.get("intent") == intent][-1]
        block["examples"] = block["examples"].rstrip("\n") + "\n"
        block["examples"] += "".join(f"- {one}\n" for one in examples)

    return _checked(text, "\n".join(lines), expected)


def _extend(text: str, record: str, field: str, values: Sequence[str]) -> str:
    if not values:
        return text
    entry = _entry(text, lambda node: _scalar(node, "id") == record)
    assert entry is not None
    node = _value(entry, field)
    if isinstance(node, SequenceNode) and node.flow_style:
        return _into_flow(text, node, values)
    if isinstance(node, SequenceNode):
        indent = " " * (node.value[0].start_mark.column - 2)
        return _after(text, node.value[-1], [f"{indent}- {_quoted(one)}" for one in values])
    before = next(value for key, value in entry.value if key.value == "short_name")
    column = entry.start_mark.column
    flow = ", ".join(map(_quoted, values))
    return _after(text, before, [f"{' ' * column}{field}: [{flow}]"])


def _into_flow(text: str, node: SequenceNode, values: Sequence[str]) -> str:
    end = node.end_mark.index - 1
    added = ", ".join(map(_quoted, values))
    if node.value:
        end = node.value[-1].end_mark.index
        added = f", {added}"
    return text[:end] + added + text[end:]


def _after(text: str, node: Node, lines: Sequence[str]) -> str:
    """Insert lines below the last line of a node."""
    end = node.end_mark.index
    # A block's end is where the next thing begins: go back to its last character.
    while end > 0 and text[end - 1].isspace():
        end -= 1
    place = text.find("\n", end)
    place = len(text) if place < 0 else place
    return text[:place] + "\n" + "\n".join(lines) + text[place:]


def _quoted(value: str) -> str:
    """Write a scalar as the files do: bare where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(value) and value == value.strip() and yaml.safe_load(value) == value:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entry(text: str, fits: Callable[[MappingNode], bool]) -> MappingNode | None:
    root = yaml.compose(text, Loader=_Loader)
    for node in root.value if isinstance(root, SequenceNode) else ():
        if isinstance(node, MappingNode) and fits(node):
            return node
    return None


def _value(node: MappingNode, key: str) -> Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _scalar(node: MappingNode, key: str) -> str | None:
    value = _value(node, key)
    return str(value.value) if isinstance(value, ScalarNode) else None


def _load(text: str) -> Any:
    return yaml.load(text, Loader=_Loader) or []


def _checked(before: str, after: str, change: Callable[[Any], None]) -> str:
    wanted = _load(before)
    change(wanted)
    if _load(after) != wanted:
        raise PlaceError(
            "ファイルの形が思いがけないため、書き加えられません。テキストエディターで直してください"
        )
    return after
