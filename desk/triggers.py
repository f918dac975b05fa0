"""Words the desk listens for, from words.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from conversations.choices import fold
from conversations.masking import placeholder

ANGER_WINDOW_SECONDS = 600.0
_MASKED_CONTACTS = tuple(map(placeholder, ("mail", "phone", "handle")))
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?:[0-9][-()\s]?){9,}")


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    raw = yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))
    return {key: re.compile("|".join(f"(?:{one})" for one in found)) for key, found in raw.items()}


def is_whole(key: str, text: str) -> bool:
    """Return whether a message says nothing but this."""
    return bool(_words()[key].fullmatch(fold(text).rstrip("。.!")))


def occurs(key: str, text: str) -> bool:
    """Return whether this occurs in a message."""
    return bool(_words()[key].search(fold(text)))


def has_contact(text: str) -> bool:
    """Return whether an e-mail address or a telephone number is in a message, masked or not."""
    return any(one in text for one in _MASKED_CONTACTS) or bool(_CONTACT.search(fold(text)))
