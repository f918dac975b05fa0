"""Flex messages: recommended records as bubbles, choices as rows that can be tapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from answers.model import Answer, Card, Point
from answers.plain_text import to_plain_text
from channels.line.choices import Offered, label_of, postback
from channels.line.ledger import Outgoing
from channels.line.limits import limit, units
from channels.line.splitting import shortened, split
from channels.line.wording import wording

Json = dict[str, Any]

_QUIET = "#555555"
_ACCENT = "#1F4E79"
_LINE = "#B8C4D0"
_SAFE_IN_URI = "/:?#[]@!$&'()*+,;=%~-._"


def cards_messages(cards: Sequence[Card]) -> list[Outgoing] | None:
    """Return carousels of cards.

    Returns:
        None when a card does not fit into a bubble: then plain text says it better.
    """
    bubbles = [(card, _bubble(card)) for card in cards]
    if any(_bytes(bubble) > limit("flex", "bubble_bytes_max") for _, bubble in bubbles):
        return None
    groups: list[list[tuple[Card, Json]]] = [[]]
    for card, bubble in bubbles:
        full = len(groups[-1]) == limit("flex", "carousel_bubbles_max")
        size = _bytes(_container([one for _, one in groups[-1]] + [bubble]))
        if groups[-1] and (full or size > limit("flex", "carousel_bytes_max")):
            groups.append([])
        groups[-1].append((card, bubble))
    return [
        {
            "message": {
                "type": "flex",
                "altText": alt_text([card for card, _ in group]),
                "contents": _container([bubble for _, bubble in group]),
            },
            "plain": cards_text([card for card, _ in group]),
        }
        for group in groups
    ]


def cards_text(cards: Sequence[Card]) -> str:
    """Return cards as plain text."""
    return to_plain_text(Answer(lead=Point(text=""), cards=tuple(cards))).strip()


def alt_text(cards: Sequence[Card]) -> str:
    """Return what notifications and screen readers get: every card's title under its group."""
    groups: dict[str, list[str]] = {}
    for card in cards:
        groups.setdefault(card.group, []).append(card.title)
    sentences = [
        (wording("cards_alt", group=group) if group else "") + "、".join(titles)
        for group, titles in groups.items()
    ]
    return shortened("。".join(sentences) + "。", limit("flex", "alt_text_max"))


def choices_message(choices: Sequence[Offered]) -> Outgoing | None:
    """Return a bubble with one row a choice, the whole label readable, on a PC as well.

    Returns:
        None when the rows do not fit into a bubble.
    """
    rows = [_row(choice) for choice in choices]
    title = _text(wording("choices_title"), weight="bold", size="sm", color=_QUIET)
    bubble = {"type": "bubble", "size": "mega", "body": _box([*title, *rows], spacing="sm")}
    if _bytes(bubble) > limit("flex", "bubble_bytes_max"):
        return None
    numbered = "\n".join(f"{one.position}. {one.label}" for one in choices)
    alt = wording("choices_alt") + numbered
    return {
        "message": {
            "type": "flex",
            "altText": shortened(alt, limit("flex", "alt_text_max")),
            "contents": bubble,
        },
        "plain": numbered,
    }


def _row(choice: Offered) -> Json:
    text = _text(f"{choice.position}. {choice.label}", size="sm", color=_ACCENT)
    return {
        **_box(text, paddingAll="10px"),
        "borderColor": _LINE,
        "borderWidth": "1px",
        "cornerRadius": "8px",
        "action": postback(choice, label_of(choice, limit("action", "flex_label_max"))),
    }


def _bubble(card: Card) -> Json:
    contents: list[Json] = []
    if card.group:
        contents += _text(card.group, size="xs", color=_QUIET)
    contents += _text(card.title, size="lg", weight="bold", color=_ACCENT)
    contents += _text(card.summary.text, size="sm", margin="md")
    if card.reasons:
        contents += _text(wording("reason"), size="sm", weight="bold", margin="md")
        contents += _bullets(card.reasons)
    if card.points:
        contents += _bullets(card.points)
    told = (card.summary, *card.reasons, *card.points)
    sources = tuple(dict.fromkeys(one for point in told for one in point.citations))
    if sources:
        lead = Point(text="", citations=sources)
        source = to_plain_text(Answer(lead=lead)).strip()
        contents += _text(source, size="xs", color=_QUIET, margin="md")
    bubble: Json = {"type": "bubble", "size": "mega"}
    if card.status:
        contents.append({"type": "separator", "margin": "md"})
        published = f"（{card.status.publisher}）" if card.status.publisher else ""
        status = f"{wording('status')}: {card.status.text}{published}"
        contents += _text(status, size="xs", color=_QUIET, margin="md")
        uri = _uri(card.status.url)
        if uri:
            label = wording("official_page")
            action = {"type": "uri", "label": label, "uri": uri}
            button = {"type": "button", "style": "link", "height": "sm", "action": action}
            bubble["footer"] = _box([button])
    bubble["body"] = _box(contents)
    return bubble


def _bullets(points: Iterable[Point]) -> list[Json]:
    return [one for point in points for one in _text(f"・{point.text}", size="sm", margin="sm")]


def _text(text: str, **style: str) -> list[Json]:
    parts = split(text, limit("flex", "text_units_max"))
    return [{"type": "text", "text": part, "wrap": True, **style} for part in parts]


def _box(contents: list[Json], **style: str) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **style}


def _container(bubbles: list[Json]) -> Json:
    if len(bubbles) == 1:
        return bubbles[0]
    return {"type": "carousel", "contents": bubbles}


def _bytes(part: Json) -> int:
    return len(json.dumps(part, ensure_ascii=False).encode("utf-8", "replace"))


def _uri(url: str | None) -> str | None:
    """Return an address LINE opens, None for what it would refuse."""
    if not url:
        return None
    uri = quote(url, safe=_SAFE_IN_URI)
    fits = units(uri) <= limit("action", "uri_max")
    return uri if fits and urlsplit(uri).scheme in ("http", "https") else None
