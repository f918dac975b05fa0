"""Finds the encoding of a Japanese text by trying, always with the same result.

Statistical detectors guess wrongly on short texts; the four encodings Japanese offices use can be
told apart by what their bytes would mean in the others.
"""

from __future__ import annotations

import codecs
import re

from knowledge.ingest.rejection import Rejected

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Escape sequences of ISO-2022-JP (JIS).
_JIS = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_NAMES = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "cp932": "cp932", "ms932": "cp932", "ms_kanji": "cp932",
    "euc-jp": "euc_jis_2004", "x-euc-jp": "euc_jis_2004", "utf8": "utf-8",
}  # fmt: skip
_USUAL = re.compile(r"[ぁ-んァ-ヶー、。「」・（）一二三月日年人]")
_ODD = re.compile(r"[｡-ﾟ\ue000-\uf8ff\u0080-\u009f]")
_RARE = re.compile(r"[一-鿿]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Returns a text, whatever it is encoded in.

    Args:
        data: Its bytes.
        declared: The encoding it claims to have, if any; believed where it fits.

    Raises:
        Rejected: It is in none of UTF-8, UTF-16, JIS, Shift_JIS (CP932) and EUC-JP.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding) or _fail()
    if _JIS.search(data) and (text := _strictly(data, "iso2022_jp_ext")) is not None:
        return text
    if declared and (text := _strictly(data, declared)) is not None:
        return text
    if (text := _strictly(data, "utf-8")) is not None:
        return text
    tried = [_strictly(data, name) for name in ("cp932", "euc_jp", "euc_jis_2004")]
    readable = [text for text in tried if text is not None]
    return max(readable, key=_likeness) if readable else _fail()


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(_NAMES.get(encoding.lower(), encoding))
    except (UnicodeDecodeError, LookupError):
        return None
    # A NUL that no UTF-16 explains is not text.
    return None if "\x00" in text else text


def _likeness(text: str) -> float:
    """Returns how much a text looks like Japanese: kana and marks speak for it."""
    usual, odd, rare = (len(one.findall(text)) for one in (_USUAL, _ODD, _RARE))
    return (usual - 3 * odd) / (usual + odd + rare + 1)


def _fail() -> str:
    raise Rejected("encoding")
