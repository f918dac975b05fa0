"""Changes records inside their YAML files, leaving everything else as it stands.

Only the lines of what changed are written anew; other records, other fields, comments, order
and line breaks stay byte for byte. A changed field is edited with ruamel.yaml, which keeps the
comments inside it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString

WIDTH = 120
_RESOLVER = yaml.resolver.Resolver()
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True)
class Entry:
    """One record of a file.

    Attributes:
        id: Its id.
        first: Number of its first line.
        stop: Number of the line behind it.
        text: Its lines.
        content: What they say.
    """

    id: str
    first: int
    stop: int
    text: str
    content: dict[str, Any]


@lru_cache(maxsize=64)
def entries(text: str) -> tuple[Entry, ...]:
    """Return the records of a file; lines before the first and comments between belong to none.

    What they say is shared by all who ask: it must be copied before it is changed.

    Raises:
        yaml.YAMLError: It is no YAML.
        ValueError: It is no block list of records.
    """
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise ValueError("先頭が「- 」で始まる一覧ではありません")
    lines = text.splitlines(keepends=True)
    starts = [item.start_mark.line for item in node.value]
    found = []
    for number, first in enumerate(starts):
        stop = starts[number + 1] if number + 1 < len(starts) else len(lines)
        while stop > first + 1 and _is_between(lines[stop - 1]):
            stop -= 1
        part = "".join(lines[first:stop])
        content = yaml.load(part, Loader=yaml.CSafeLoader)[0]
        if isinstance(content, dict):
            found.append(Entry(str(content.get("id")), first, stop, part, content))
    return tuple(found)


def find(text: str, record_id: str) -> Entry | None:
    """Return one record of a file."""
    return next((one for one in entries(text) if one.id == record_id), None)


def put(text: str, record_id: str, content: Mapping[str, Any]) -> str:
    """Return a file in which one record says something else.

    Raises:
        KeyError: The record is not in the file.
    """
    entry = find(text, record_id)
    if entry is None:
        raise KeyError(record_id)
    lines = text.splitlines(keepends=True)
    new = _edited(entry, content)
    return "".join([*lines[: entry.first], new, *lines[entry.stop :]])


def append(text: str, content: Mapping[str, Any]) -> str:
    """Return a file with one more record at its end."""
    if text and not text.endswith("\n"):
        text += "\n"
    gap = "\n" if text.strip() else ""
    return f"{text}{gap}{dump_entry(content)}"


def remove(text: str, record_id: str) -> str:
    """Return a file without one record.

    Raises:
        KeyError: The record is not in the file.
    """
    entry = find(text, record_id)
    if entry is None:
        raise KeyError(record_id)
    lines = text.splitlines(keepends=True)
    stop = entry.stop
    while stop < len(lines) and not lines[stop].strip():
        stop += 1
    return "".join([*lines[: entry.first], *lines[stop:]])


def dump_entry(content: Mapping[str, Any]) -> str:
    """Return a record as an item of a list, in the style of the files."""
    return _dump([_styled(content)])


def _edited(entry: Entry, content: Mapping[str, Any]) -> str:
    """Edits one record: fields that say the same keep their lines."""
    parts = _parts(entry.text, "  ")
    if parts is None or next(iter(parts)) not in content:
        return dump_entry(content)
    written: list[str] = []
    for name, value in content.items():
        old = parts.get(name)
        if old is not None and entry.content.get(name) == value:
            written.append(old)
        elif old is not None and name == "facts":
            written.append(_edited_items(old, entry.content["facts"], value))
        elif old is not None:
            written.append(_edited_part(old, name, value) + _trailing(old))
        else:
            written.append(_indented(_dump({name: _styled_value(name, value)}), "  "))
    # Fields keep the order of the file; new ones stand where the form has them.
    order = {name: place for place, name in enumerate(parts)}
    names = list(content)
    ranked = sorted(range(len(names)), key=lambda index: _rank(names, index, order))
    body = "".join(written[index] for index in ranked)
    return "- " + body[2:]


def _rank(names: Sequence[str], index: int, order: Mapping[str, int]) -> tuple[float, int]:
    """Places a new field behind the nearest field before it that is in the file."""
    for place in range(index, -1, -1):
        if names[place] in order:
            return (order[names[place]], index - place)
    return (-0.5, index)


def _edited_items(text: str, old: Sequence[Any], new: Sequence[Any]) -> str:
    """Edits the list of facts: facts that say the same keep their lines."""
    lines = text.splitlines(keepends=True)
    node = yaml.compose(_dedented(text), Loader=yaml.CSafeLoader)
    sequence = node.value[0][1] if isinstance(node, yaml.MappingNode) else None
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style:
        return _indented(_dump({"facts": _styled_value("facts", new)}), "  ")
    starts = [item.start_mark.line for item in sequence.value]
    if len(starts) != len(old) or not starts:
        return _indented(_dump({"facts": _styled_value("facts", new)}), "  ")
    bounds = [*starts[1:], len(lines)]
    texts = ["".join(lines[a:b]) for a, b in zip(starts, bounds, strict=True)]
    margin = lines[starts[0]][: len(lines[starts[0]]) - len(lines[starts[0]].lstrip())]
    free = dict(enumerate(old))
    matched: dict[int, int] = {}
    for index, item in enumerate(new):
        same = next((place for place, one in free.items() if one == item), None)
        if same is not None:
            matched[index] = same
            del free[same]
    for index in range(len(new)):
        if index not in matched and index in free:
            matched[index] = index
            del free[index]
    written = []
    for index, item in enumerate(new):
        place = matched.get(index)
        if place is not None and old[place] == item:
            written.append(texts[place])
        elif place is not None:
            written.append(_edited_item(texts[place], item, margin))
        else:
            written.append(_indented(_dump([_styled(item)]), margin))
    return "".join([*lines[: starts[0]], *written])


def _edited_item(text: str, item: Mapping[str, Any], margin: str) -> str:
    """Edits one fact in place, with the comments inside it."""
    loaded = _round_trip().load(_dedented(text))
    _update(loaded[0], item)
    return _indented(_dump(loaded), margin) + _trailing(text)


def _edited_part(text: str, name: str, value: Any) -> str:
    """Edits one field in place, with the comments inside it."""
    loaded = _round_trip().load(_dedented(text))
    if isinstance(loaded.get(name), CommentedMap) and isinstance(value, Mapping):
        _update(loaded[name], value)
    else:
        loaded[name] = _styled_value(name, value)
    return _indented(_dump(loaded), "  ")


def _update(old: CommentedMap, new: Mapping[str, Any]) -> None:
    for name in [one for one in old if one not in new]:
        del old[name]
    for place, (name, value) in enumerate(new.items()):
        if name not in old:
            old.insert(min(place, len(old)), name, _styled_value(name, value))
        elif old[name] != value:
            old[name] = _styled_value(name, value)


def _parts(text: str, indent: str) -> dict[str, str] | None:
    """Cuts a record into the lines of its fields; None where it is not written in lines."""
    lines = text.splitlines(keepends=True)
    whole = yaml.compose(text, Loader=yaml.CSafeLoader)
    node = whole.value[0] if isinstance(whole, yaml.SequenceNode) else None
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return None
    starts = [(key.value, key.start_mark.line) for key, _ in node.value]
    if len({line for _, line in starts}) != len(starts):
        return None
    lines[0] = indent + lines[0].removeprefix("- ")
    bounds = [line for _, line in starts[1:]] + [len(lines)]
    return {
        name: "".join(lines[first:stop]) for (name, first), stop in zip(starts, bounds, strict=True)
    }


def _styled(content: Mapping[str, Any]) -> CommentedMap:
    made = CommentedMap()
    for name, value in content.items():
        made[name] = _styled_value(name, value)
    return made


def _styled_value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _styled(value)
    if isinstance(value, (list, tuple)):
        made = CommentedSeq([_styled_value("", one) for one in value])
        if not any(isinstance(one, Mapping) for one in value):
            made.fa.set_flow_style()
        return made
    if isinstance(value, str) and _RESOLVER.resolve(yaml.ScalarNode, value, (True, False)) != _TEXT:
        # The files are read as YAML 1.1, where a bare no or 12:30 is no text.
        return SingleQuotedScalarString(value)
    return value


def _round_trip() -> YAML:
    made = YAML()
    made.width = WIDTH  # type: ignore[assignment]
    made.allow_unicode = True
    made.preserve_quotes = True  # type: ignore[assignment]
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _dump(content: Any) -> str:
    stream = io.StringIO()
    writer = _round_trip()
    if isinstance(content, list):
        # Items of the outermost list stand at the margin.
        writer.dump({"items": content}, stream)
        lines = stream.getvalue().splitlines(keepends=True)[1:]
        return "".join(line.removeprefix("  ") for line in lines)
    writer.dump(content, stream)
    return stream.getvalue()


def _indented(text: str, margin: str) -> str:
    return "".join(margin + line if line.strip() else line for line in text.splitlines(True))


def _dedented(text: str) -> str:
    lines = text.splitlines(keepends=True)
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "".join(line[margin:] if not line[:margin].strip() else line for line in lines)


def _trailing(text: str) -> str:
    """Returns blank lines at the end that an edited part would lose."""
    lines = text.splitlines(keepends=True)
    count = 0
    while count < len(lines) and not lines[-1 - count].strip():
        count += 1
    return "".join(lines[len(lines) - count :]) if count else ""


def _is_between(line: str) -> bool:
    return not line.strip() or line.startswith("#")
