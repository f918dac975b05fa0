"""Undoes the line breaks that extraction leaves within sentences and words."""

from __future__ import annotations

import re

#: A line that begins a new item is never the rest of a broken word.
_NEW_ITEM = re.compile(r"[・･●○■◆\uf000-\uf8ff①-⑳＜<（(「]|\d+[.．]|[―—-]{2}|http|\(出所|（出所")
#: A short line that is a name by itself: an entry of a list, not the first half of a sentence.
_LIST_ENTRY = re.compile(r".{0,8}|.{0,14}(?:会|省|庁|公庫|中央金庫|機構|銀行|連合)")
_ENDED = re.compile(r"[。．.:：！!？?】＞>]$")


def join_lines(text: str) -> str:
    """Undoes the line breaks of the extraction where they cut a sentence or word in two."""
    joined, last = "", ""
    for line in text.splitlines():
        line = line.strip()
        if not line:
            continue
        if (
            not joined
            or _ENDED.search(joined)
            or _NEW_ITEM.match(line)
            or _LIST_ENTRY.fullmatch(last)
        ):
            separator = "\n"
        elif joined[-1].isascii() and joined[-1].isalpha() and line[0].isascii():
            separator = " "
        elif joined[-1].isdigit() and line[0].isdigit():
            separator = "\n"
        else:
            separator = ""
        joined += separator + line
        last = line
    return joined.strip()
