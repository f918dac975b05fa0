"""A message of the bot as posts: Block Kit for the eye, the same in text for screen readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answers.model import Answer, Card, Citation, Point, Table
from answers.plain_text import without_numbers
from channels.slack import limits
from channels.slack.blocks import (
    Block,
    contexts,
    escaped_units,
    heading,
    lines_of,
    mrkdwn,
    plain,
    sections,
    title,
)
from channels.slack.choices import BLOCK, choice_blocks
from channels.slack.limits import units
from channels.slack.mrkdwn import bold, escape, unescape
from channels.slack.sources import source_line, status_line
from channels.slack.wording import wording

EDIT_SHEET = "sheet-edit"
"""Action id of the button that opens the sheet."""
_WITH_SHEET = ("plan", "sheet")

Unit = list[Block]
"""Blocks that belong together: they are parted only where they do not fit into one message."""


@dataclass(frozen=True)
class Post:
    """One message in Slack.

    Attributes:
        text: What notifications and screen readers give.
        blocks: What is seen.
    """

    text: str
    blocks: list[Block]


def render(body: dict[str, Any]) -> list[Post]:
    """Turn one message of the bot into as few posts as Slack's limits allow.

    Args:
        body: {text, buttons?, custom?, image?}, choices with opaque ids.

    Returns:
        Posts in order; none where there is nothing to say.
    """
    custom = body.get("custom") or {}
    choices = [(str(b["title"]), str(b["payload"])) for b in body.get("buttons") or []]
    text = str(body.get("text") or "")
    labels = [label for label, _ in choices]
    if "lead" in custom:
        flow = list(_answer(Answer.parse_obj(custom)))
    else:
        flow = [sections(lines_of(without_numbers(text, labels)))]
    flow += _image(body.get("image"))
    first = _first_number(text, labels)
    if choices:
        flow.append(choice_blocks(choices, first))
    if custom.get("kind") in _WITH_SHEET:
        flow.append([edit_button()])
    return [_post(blocks, labels, first) for blocks in _packed(unit for unit in flow if unit)]


def edit_button() -> Block:
    """Return the block whose button opens the sheet."""
    button = {"type": "button", "action_id": EDIT_SHEET, "text": plain(wording("edit_sheet"))}
    return {"type": "actions", "block_id": "sheet", "elements": [button]}


# --- answers -------------------------------------------------------------------------


def _answer(answer: Answer) -> Iterator[Unit]:
    yield from _points([answer.lead, *answer.points], "• ", plain_first=True)
    group = None
    for card in answer.cards:
        opening = heading(card.group) if card.group != group else []
        group = card.group
        yield [*opening, *_card(card)]
    if answer.table:
        yield from _table(answer.table)
    yield from _points(answer.remarks, wording("remark"))
    if answer.status_notes:
        yield contexts(status_line(note, named=True) for note in answer.status_notes)
    if answer.closing:
        yield sections(lines_of(answer.closing))


def _points(points: Sequence[Point], bullet: str, plain_first: bool = False) -> Iterator[Unit]:
    """Statements in a row that share their sources stand above one line of sources."""
    lines: list[str] = []
    for index, point in enumerate(points):
        mark = "" if plain_first and index == 0 else bullet
        lines += lines_of(mark + point.text)
        following = points[index + 1].citations if index + 1 < len(points) else None
        if following != point.citations:
            yield [*sections(lines), *_sources(point.citations)]
            lines = []


def _card(card: Card) -> Unit:
    told = (card.summary, *card.reasons, *card.points)
    lines = [*title(card.title), *lines_of(card.summary.text)]
    if card.reasons:
        reasons = "、".join(reason.text for reason in card.reasons)
        lines += lines_of(wording("reasons") + reasons)
    for point in card.points:
        lines += lines_of(f"• {point.text}")
    below = [source_line(citation for point in told for citation in point.citations)]
    if card.status:
        below.append(status_line(card.status))
    return [*sections(lines), *contexts(below)]


def _table(table: Table) -> Iterator[Unit]:
    """A row is a section with a field for each column: narrow screens show them below each other.

    Slack's own table block is one to a message and unknown to older apps.
    """
    yield sections(title(table.caption))
    for row in table.rows:
        cells = list(zip(table.header[1:], row[1:], strict=False))
        fields = [f"{bold(head)}\n{escape(cell)}" for head, cell in cells]
        name = title(row[0]) if row else []
        fits = max(map(units, fields), default=0) <= limits.FIELD_TEXT
        if fields and fits and len(fields) <= limits.FIELDS and len(name) <= 1:
            block: Block = {"type": "section", "fields": [mrkdwn(field) for field in fields]}
            if name:
                block["text"] = mrkdwn(name[0])
            yield [block]
        else:
            lines = [line for head, cell in cells for line in lines_of(f"{head}: {cell}")]
            yield sections([*name, *lines])
    yield _sources(table.citations)


def _sources(citations: Iterable[Citation]) -> Unit:
    return contexts([source_line(citations)])


def _image(address: Any) -> list[Unit]:
    if not isinstance(address, str) or not address.startswith("https://"):
        return []
    if units(address) > limits.URL:
        return []
    return [[{"type": "image", "image_url": address, "alt_text": wording("image")}]]


# --- messages ------------------------------------------------------------------------


def _packed(flow: Iterable[Unit]) -> list[list[Block]]:
    """Fill messages with units; a unit that fits into no message is parted."""
    posts: list[list[Block]] = []
    for unit in flow:
        whole = [unit] if _fits(unit) else [[block] for block in unit]
        for blocks in whole:
            if posts and _fits([*posts[-1], *blocks]):
                posts[-1] += blocks
            else:
                posts.append(list(blocks))
    return posts


def _fits(blocks: Sequence[Block]) -> bool:
    return (
        len(blocks) <= limits.BLOCKS_PER_MESSAGE and sum(map(_size, blocks)) <= limits.MESSAGE_TEXT
    )


def _size(block: Block) -> int:
    return sum(units(text) + 1 for text in _texts(block)) + sum(
        units(option["text"]["text"])
        for element in block.get("elements", [])
        for option in element.get("options", [])
    )


def _post(blocks: list[Block], labels: Sequence[str], first: int) -> Post:
    lines: list[str] = []
    for block in blocks:
        if block["type"] != "actions":
            lines += _texts(block)
        elif block["block_id"] == f"{BLOCK}-0":
            # Long labels stand above as text already.
            lines += [
                escape(f"{number}. {label}")
                for number, label in enumerate(labels, first)
                if units(label) <= limits.BUTTON_TEXT
            ]
    text = "\n".join(lines) or wording("pick")
    return Post(limits.cut(text, limits.FALLBACK_TEXT), blocks)


def _texts(block: Block) -> list[str]:
    """Return what a block says, in Slack's format."""
    texts = [block["text"]] if "text" in block else []
    texts += block.get("fields", [])
    if block["type"] == "context":
        texts += block["elements"]
    said = [part["text"] if part["type"] == "mrkdwn" else escape(part["text"]) for part in texts]
    return said + ([escape(block["alt_text"])] if "alt_text" in block else [])


def plain_posts(posts: Sequence[Post]) -> list[Post]:
    """Return posts without blocks: for a Slack that refuses the blocks."""
    return [
        Post("\n".join(lines_of(piece)), [])
        for post in posts
        for piece in limits.split(unescape(post.text), limits.SECTION_TEXT, escaped_units)
    ]


# --- numbered choices ----------------------------------------------------------------


def _first_number(text: str, labels: Sequence[str]) -> int:
    """Return the number the first choice has in the text of the turn."""
    if not labels:
        return 1
    lines = r"[\n\u3000]".join(rf"\d+\. {re.escape(label)}" for label in labels)
    found = re.search(rf"(?:\A|\n)(?=(\d+)\. ){lines}\Z", text)
    return int(found[1]) if found else 1
