"""Choices: issuing opaque ids and recognising an answer by id, title or number."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_KANJI_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_KANA_NUMBERS = {
    "ひと": 1,
    "ふた": 2,
    "みっ": 3,
    "よっ": 4,
    "いつ": 5,
    "むっ": 6,
    "なな": 7,
    "やっ": 8,
    "ここの": 9,
    "いち": 1,
    "に": 2,
    "さん": 3,
    "よん": 4,
    "ご": 5,
    "ろく": 6,
    "はち": 8,
    "きゅう": 9,
    "じゅう": 10,
}
# What may follow a number when a person picks from a list: 2番で, 二つ目でお願いします, 2です。
_COUNTER = r"(?:番目|番め|ばんめ|番|ばん|つ目|つめ|個目|こめ|号|\.|、|\))?"
_POLITE = (
    r"(?:のほう|の方|のやつ)?(?:を|が|で|に)?"
    r"(?:お願いします|おねがいします|いいです|いい|します|です)?"
)
_NUMBER = re.compile(
    r"^[(\[#]?(?:no\.?|第)?\s*"
    r"(?P<number>[0-9]{1,2}|[一二三四五六七八九十]{1,3}|" + "|".join(_KANA_NUMBERS) + r")"
    r"[)\]]?(?P<counter>" + _COUNTER + r")" + _POLITE + r"[。.!]*$"
)
#: Several numbers at once (1と3, 1か2): the first counts, and is said back.
_SEVERAL = re.compile(
    r"^([0-9])番?(?:と|か|や|,|、|・|および|または|or|and|&)([0-9])番?(?:か|も)?(?:です|かな|で)?[。.!]*$"
)
_PURELY_POSITIONAL = re.compile(r"[0-9]")


@dataclass(frozen=True)
class StoredChoice:
    """A choice as offered: opaque id, place in the turn (from 1), shown label, payload."""

    id: str
    position: int
    label: str
    payload: str


def fold(text: str) -> str:
    """Fold what differs without meaning: width, case, blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def chosen_number(text: str) -> int | None:
    """Read a position out of `2`, `②`, `(2)`, `2番`, `二つ目`, `2番でお願いします`.

    Returns:
        The position counted from 1, or None when the text is not a choice by number.
    """
    several = _SEVERAL.match(fold(text))
    if several is not None:
        return int(several[1])
    match = _NUMBER.match(fold(text))
    if match is None:
        return None
    number = match["number"]
    if _PURELY_POSITIONAL.match(number):
        return int(number)
    if number in _KANA_NUMBERS:
        # に and ご alone are words; with a counter (にばん, ふたつめ) they count.
        return _KANA_NUMBERS[number] if match["counter"] else None
    tens, _, units = number.rpartition("十")
    if "十" not in number:
        return _KANJI_DIGITS[number] if len(number) == 1 else None
    if len(tens) > 1 or len(units) > 1:
        return None
    return (_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[units] if units else 0)


def resolve(text: str, offered: Sequence[StoredChoice]) -> StoredChoice | None:
    """Find the offered choice a typed text means, by id, by title or by number."""
    if not offered:
        return None
    stripped = text.strip()
    folded = fold(stripped)
    for choice in offered:
        if stripped == choice.id or folded == fold(choice.label):
            return choice
    number = chosen_number(stripped)
    if number is None:
        return None
    return next((choice for choice in offered if choice.position == number), None)


def finalise(outputs: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[StoredChoice]]:
    """Number the choices of one turn and replace their payloads by opaque ids.

    Numbering goes on over the messages of the turn, so that every number means one thing.
    The choices inside `custom` (the structured answer) get the same ids; one that has no
    button gets an id of its own. No payload leaves the server.

    Args:
        outputs: One dict per message: {text?, buttons?: [{title, payload}], custom?}.

    Returns:
        The messages as channels render them, and the choices to store.
    """
    messages: list[dict[str, Any]] = []
    stored: list[StoredChoice] = []
    for output in outputs:
        text = str(output.get("text") or "").rstrip()
        custom = output.get("custom") or None
        offered = [
            (str(button["title"]), str(button.get("payload") or button["title"]))
            for button in output.get("buttons") or []
        ]
        if custom and not offered:
            offered = [
                (str(choice["label"]), str(choice["payload"]))
                for choice in custom.get("choices") or []
            ]
        issued = [
            StoredChoice(secrets.token_urlsafe(12), len(stored) + index, label, payload)
            for index, (label, payload) in enumerate(offered, start=1)
        ]
        stored.extend(issued)
        message: dict[str, Any] = {}
        if issued:
            lines = [f"{choice.position}. {choice.label}" for choice in issued]
            # A question asked again shows what can be chosen in one line.
            shown = "\u3000".join(lines) if custom and custom.get("again") else "\n".join(lines)
            text = f"{text}\n\n{shown}" if text else shown
            message["buttons"] = [{"title": c.label, "payload": c.id} for c in issued]
        if custom:
            message["custom"] = _with_ids(custom, issued)
        extras = {key: output[key] for key in ("image", "attachment") if output.get(key)}
        messages.append({"text": text, **message, **extras})
    return messages, stored


def _with_ids(custom: dict[str, Any], issued: Sequence[StoredChoice]) -> dict[str, Any]:
    if not custom.get("choices"):
        return custom
    by_payload = {choice.payload: choice for choice in issued}
    return {
        **custom,
        "choices": [
            {"label": choice["label"], "payload": by_payload[choice["payload"]].id}
            for choice in custom["choices"]
            if choice["payload"] in by_payload
        ],
    }
