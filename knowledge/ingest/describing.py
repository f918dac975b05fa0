"""What is known of a document: told by the operator, else read from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.dates import checked, dates, parse_date
from knowledge.ingest.content import Block, Content

#: Blocks at the beginning (and end) of a document that may say when and by whom it was made.
_FIRST, _LAST = 8, 3
_CUE = re.compile(r"更新|発行|作成|公表|改訂|改定|現在|時点|公開|制定|施行|発表|掲載")
#: Dates of what a document announces, not of the document.
_EVENT = re.compile(r"日時|開催|期間|締切|期限|まで|から|受付|開始|予定|実施日|会期|〜|～")
_DATE_ALONE = re.compile(r"[\s（(]*[^。]{0,12}?\d{1,4}[^。]{0,12}?[\s）)]*")
#: The same with who made the document behind it.
_DATE_AND_BODY = re.compile(
    r"(?P<date>[^。\s]{0,4}\d{1,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?)[\s　]+(?P<body>\S{2,30})"
)
#: What stands on the line of a publisher: a label before, a date behind.
_BESIDE = re.compile(
    r"^(?:発行者?|作成者?|編集|主催|著者?)(?:\s*[:：]\s*|\s+)|\s*(?:[^\s]{0,6}[:：])?\S*\d+年.*$"
)
_BODY = re.compile(
    r"(?!.*[はがをへで]|.*都市$)[一-鿿ぁ-んァ-ヴー々・A-Za-z]{1,24}"
    r"(?:センター|機構|省|庁|局|部|課|県|府|市|協会|財団|会議所|商工会|公社|連合会|組合|銀行|金庫|株式会社|法人[^\s]{1,20})"
)


@dataclass(frozen=True)
class Description:
    """What the operator says of a document; None is read from the document.

    Attributes:
        title: Its title.
        publisher: Who published it.
        date: When it was published, as any way of writing it.
        valid_until: Last day it holds.
    """

    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    valid_until: str | None = None

    def checked(self) -> Description:
        """Returns the same with its dates as they are kept.

        Raises:
            ValueError: A date cannot be read.
        """
        return Description(
            _clean(self.title),
            _clean(self.publisher),
            checked(self.date) if self.date else None,
            checked(self.valid_until) if self.valid_until else None,
        )


def read_from(content: Content, name: str) -> Description:
    """Returns what a document says of itself.

    Args:
        content: The document.
        name: Its file name, for want of a title.
    """
    stem = re.sub(r"\.\w{1,5}$", "", name)
    return Description(
        title=_clean(content.facts.title) or stem,
        publisher=_clean(content.facts.publisher) or _publisher(content.blocks),
        date=(content.facts.date and parse_date(content.facts.date)) or _date(content.blocks),
    )


def _date(blocks: Sequence[Block]) -> str | None:
    """Returns the date a document bears: beside a word like 更新, else on a line of its own."""
    alone = None
    for line in _edge_lines(blocks):
        found = dates(line)
        if not found or _EVENT.search(line):
            continue
        if _CUE.search(line) and len(line) <= 60:
            return max(found)
        both = _DATE_AND_BODY.fullmatch(line)
        signed = both is not None and _BODY.fullmatch(both["body"])
        if alone is None and (signed or (len(line) <= 20 and _DATE_ALONE.fullmatch(line))):
            alone = found[0]
    return alone


def _publisher(blocks: Sequence[Block]) -> str | None:
    for line in _edge_lines(blocks[:_FIRST]):
        both = _DATE_AND_BODY.fullmatch(line)
        alone = both["body"] if both else _BESIDE.sub("", line).strip()
        if 0 < len(alone) <= 30 and _BODY.fullmatch(alone):
            return alone
    return None


def _edge_lines(blocks: Sequence[Block]) -> list[str]:
    edges = [*blocks[:_FIRST], *blocks[max(_FIRST, len(blocks) - _LAST) :]]
    lines = [line.strip() for block in edges for line in block.text.split("\n")]
    return [unicodedata.normalize("NFKC", line) for line in lines if line]


def _clean(text: str | None) -> str | None:
    squashed = " ".join((text or "").split())
    return squashed[:200] or None
