"""The modals of the card's buttons, and what comes back from them."""

from __future__ import annotations

from typing import Any

from desk.slack.blocks import MODAL_TITLE, plain
from desk.slack.wording import wording

View = dict[str, Any]

NOTE_VIEW = "desk-note"
REASSIGN_VIEW = "desk-reassign"
BACK_VIEW = "desk-back"
LONGEST_NOTE = 3000
TEXT = "text"
TO = "to"
OUTCOME = "outcome"
_INPUT = "value"
_ASK = "ask"


def note(code: str) -> View:
    """Return the modal that takes a note."""
    element = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_NOTE}
    return _modal(NOTE_VIEW, code, "note", [_input(TEXT, "note_label", element)])


def reassign(code: str) -> View:
    """Return the modal that asks who shall have a conversation."""
    chosen = {**_input(TO, "reassign_label", {"type": "users_select"}), "optional": True}
    chosen["hint"] = plain(wording("modals", "reassign_hint"))
    return _modal(REASSIGN_VIEW, code, "reassign", [chosen])


def give_back(code: str) -> View:
    """Return the modal that asks how it ended."""
    options = [
        {"text": plain(wording("modals", f"back_{value}")), "value": value}
        for value in (_ASK, "resolved", "unresolved")
    ]
    element = {"type": "radio_buttons", "options": options, "initial_option": options[0]}
    return _modal(BACK_VIEW, code, "back", [_input(OUTCOME, "back_label", element)])


def code_of(view: View) -> str:
    """Return which conversation a submitted modal is about."""
    return str(view.get("private_metadata") or "")


def text_of(view: View) -> str:
    """Return the note."""
    return str(_state(view, TEXT).get("value") or "")


def user_of(view: View) -> str | None:
    """Return who was chosen; None for nobody."""
    return _state(view, TO).get("selected_user") or None


def outcome_of(view: View) -> str | None:
    """Return how it ended; None when the company shall be asked."""
    option = _state(view, OUTCOME).get("selected_option") or {}
    value = option.get("value")
    return str(value) if value and value != _ASK else None


def _state(view: View, block: str) -> dict[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    found: dict[str, Any] = (values.get(block) or {}).get(_INPUT) or {}
    return found


def _modal(callback: str, code: str, title: str, blocks: list[dict[str, Any]]) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": code,
        "title": plain(wording("modals", title), MODAL_TITLE),
        "submit": plain(wording("modals", "save"), MODAL_TITLE),
        "close": plain(wording("modals", "cancel"), MODAL_TITLE),
        "blocks": blocks,
    }


def _input(block: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block,
        "label": plain(wording("modals", label)),
        "element": {**element, "action_id": _INPUT},
    }
