"""Masking what identifies a person in what the desk shows."""

from __future__ import annotations

import re
from typing import Any

MASK = "［個人情報］"
_PATTERNS = (
    # Longest first: an address line in an e-mail is one match, not several.
    re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"),
    re.compile(r"〒?\s?[0-9０-９]{3}[-－ー−][0-9０-９]{4}(?![-－ー−0-9０-９])"),
    re.compile(
        r"(?<![0-9０-９])[+＋]?[0０8８][0-9０-９]{0,4}[-－ー−‐ 　()（）]{0,2}[0-9０-９]{1,4}"
        r"[-－ー−‐ 　()（）]{0,2}[0-9０-９]{3,4}(?:[-－ー−‐ 　]?[0-9０-９]{1,4})?(?![0-9０-９])"
    ),
    re.compile(r"[一-龥々〆ヵヶぁ-んァ-ヴー]{2,10}(?:様|さん)(?=[、。\s]|$)"),
)


def mask(text: str) -> str:
    """Return a text with e-mail addresses, postal codes, telephone numbers and names masked."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def mask_all(value: Any) -> Any:
    """Mask all texts in a structure of dictionaries and lists."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: mask_all(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask_all(one) for one in value]
    return value
