"""The centre's terms of privacy: texts and times, from one YAML file it may edit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from conversations.private import Keeping
from tsunagari.settings import UserError

PAGE = "/privacy"
_TEXTS = ("version", "centre", "contact", "first_turn", "link", "before_handoff")
_LONGEST = {"first_turn": 400, "before_handoff": 400}


@dataclass(frozen=True)
class Terms:
    """The terms.

    Attributes:
        version: Noted with every notice shown.
        centre: Who is responsible.
        contact: Where to ask.
        first_turn: Said before the first answer.
        before_handoff: Said before anything is passed on.
        page: Title and sections of the page.
        keeping: The times.
    """

    version: str
    centre: str
    contact: str
    first_turn: str
    before_handoff: str
    page: dict[str, Any]
    keeping: Keeping


def load_terms(path: Path, public_url: str | None = None) -> Terms:
    """Read the terms.

    Args:
        path: The YAML file.
        public_url: Address of the server, for the link to the page.

    Raises:
        UserError: It is missing or not usable; says which line to mend.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"個人情報の案内を読めません（{path}）: {reason}") from error
    if not isinstance(raw, dict):
        raise UserError(f"{path}: 見出しと値の並び（first_turn: …）で書いてください")
    for key in _TEXTS:
        if not isinstance(raw.get(key, ""), str):
            raise UserError(f"{path}: {key} は文字で書いてください（引用符で囲みます）")
    keeping = _keeping(path, raw.get("keep") or {})
    times = {name: f"{value:g}" for name, value in asdict(keeping).items()}
    values = {"centre": raw.get("centre", ""), "contact": raw.get("contact", ""), **times}
    address = f"{public_url.rstrip('/')}{PAGE}" if public_url else ""
    link = _filled(path, "link", raw.get("link", ""), {"url": address}) if address else ""
    texts = {
        key: _filled(path, key, raw.get(key, ""), {**values, "link": link})
        for key in ("first_turn", "before_handoff")
    }
    for key, longest in _LONGEST.items():
        if len(texts[key]) > longest:
            raise UserError(f"{path}: {key} は{longest}文字までにしてください（LINEで読める長さ）")
    return Terms(
        str(raw.get("version", "1")),
        values["centre"],
        values["contact"],
        texts["first_turn"].strip(),
        texts["before_handoff"].strip(),
        _page(path, raw.get("page") or {}, values),
        keeping,
    )


def _keeping(path: Path, raw: Any) -> Keeping:
    known = asdict(Keeping())
    if not isinstance(raw, dict) or set(raw) - set(known):
        raise UserError(f"{path}: keep に書けるのは {'、'.join(known)} です")
    for name, value in raw.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise UserError(f"{path}: keep の {name} は正の数にしてください: {value}")
    return Keeping(**{name: float(value) for name, value in {**known, **raw}.items()})


def _page(path: Path, raw: Any, values: dict[str, str]) -> dict[str, Any]:
    def filled(text: Any) -> str:
        return _filled(path, "page", str(text), values)

    sections = [
        {
            "heading": filled(one.get("heading", "")),
            "text": filled(one.get("text", "")),
            "items": [filled(item) for item in one.get("items") or ()],
        }
        for one in raw.get("sections") or ()
    ]
    return {"title": filled(raw.get("title", "")), "sections": sections}


def _filled(path: Path, key: str, text: str, values: dict[str, str]) -> str:
    try:
        return text.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        known = "、".join(f"{{{name}}}" for name in values)
        raise UserError(f"{path}: {key} に使えるのは {known} です（{error}）") from error
