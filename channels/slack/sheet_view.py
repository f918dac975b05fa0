"""The consultation sheet in Slack: the modal that edits it, and App Home that shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from channels.slack import limits
from channels.slack.blocks import Block, contexts, heading, lines_of, plain, sections
from channels.slack.limits import cut
from channels.slack.mrkdwn import bold, escape
from channels.slack.rendering import EDIT_SHEET
from channels.slack.wording import wording

SHEET = "sheet"
"""Callback id of the modal."""
PERSON = "home-person"
"""Action id of App Home's button to a person."""
_INPUT = "value"
_LONGEST_VALUE = 100

Sheet = dict[str, Any]
View = dict[str, Any]


def modal(conversation_id: str, sheet: Sheet) -> View:
    """Return the modal with a field for each editable field of the sheet."""
    fields = [field for field in sheet["fields"] if field["editable"]]
    values = {field["id"]: field["value"] for field in fields}
    return {
        "type": "modal",
        "callback_id": SHEET,
        # What the person saw: only what was changed here is changed.
        "private_metadata": json.dumps(
            {"conversation": conversation_id, "values": values}, ensure_ascii=False
        ),
        "title": plain(cut(wording("sheet"), limits.MODAL_TITLE)),
        "submit": plain(wording("save")),
        "close": plain(wording("cancel")),
        "blocks": [_input(field) for field in fields],
    }


def changes(view: View) -> tuple[str, dict[str, str | None]]:
    """Read a submitted modal.

    Returns:
        The conversation, and the new values of the changed fields; None takes a value back.
    """
    told = json.loads(view["private_metadata"])
    before: dict[str, str | None] = told["values"]
    after = {
        field: _value(state[_INPUT])
        for field, state in view["state"]["values"].items()
        if field in before and _INPUT in state
    }
    changed = {field: value for field, value in after.items() if value != before[field]}
    return told["conversation"], changed


def home(sheet: Sheet) -> View:
    """Return App Home: what this is, the sheet, what can be done."""
    fields = [f"{bold(field['label'])}\n{escape(_shown(field))}" for field in sheet["fields"]]
    rows = [
        {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in part]}
        for part in (fields[i : i + limits.FIELDS] for i in range(0, len(fields), limits.FIELDS))
    ]
    buttons = [
        {"type": "button", "action_id": EDIT_SHEET, "text": plain(wording("edit_sheet"))},
        {"type": "button", "action_id": PERSON, "text": plain(wording("person"))},
    ]
    blocks: list[Block] = [
        *sections(lines_of(wording("home_intro")), whole=False),
        {"type": "divider"},
        *heading(wording("home_sheet")),
        *rows,
        {"type": "actions", "block_id": "home", "elements": buttons if rows else buttons[1:]},
        *contexts([escape(wording("home_hint"))]),
    ]
    return {"type": "home", "blocks": blocks}


def _input(field: Mapping[str, Any]) -> Block:
    options = field.get("options")
    element = _text_input(field["value"]) if options is None else _menu(options, field["value"])
    return {
        "type": "input",
        "block_id": field["id"],
        "optional": True,
        "label": plain(cut(field["label"], limits.LABEL_TEXT)),
        "element": {**element, "action_id": _INPUT},
    }


def _text_input(value: str | None) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "max_length": _LONGEST_VALUE}
    return {**element, "initial_value": value} if value else element


def _menu(options: list[dict[str, str]], value: str | None) -> dict[str, Any]:
    offered = [
        {"text": plain(cut(one["label"], limits.OPTION_TEXT)), "value": one["value"]}
        for one in options
    ]
    element: dict[str, Any] = {"type": "static_select", "placeholder": plain(wording("pick"))}
    if len(offered) <= limits.OPTIONS:
        element["options"] = offered
    else:
        element["option_groups"] = [
            {
                "label": plain(f"{start + 1}～{min(start + limits.OPTIONS, len(offered))}"),
                "options": offered[start : start + limits.OPTIONS],
            }
            for start in range(0, len(offered), limits.OPTIONS)
        ]
    initial = next((one for one in offered if one["value"] == value), None)
    return {**element, "initial_option": initial} if initial else element


def _value(state: Mapping[str, Any]) -> str | None:
    if state.get("type") == "static_select":
        chosen = state.get("selected_option")
        return str(chosen["value"]) if chosen else None
    return (state.get("value") or "").strip() or None


def _shown(field: Mapping[str, Any]) -> str:
    value = field["value"]
    if value is None:
        return wording("declined_value" if field["declined"] else "open_value")
    labels = {one["value"]: one["label"] for one in field.get("options") or ()}
    return cut(str(labels.get(value, value)), 500)
