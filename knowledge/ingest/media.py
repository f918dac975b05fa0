"""Tells what a file is by its content, and whether its name agrees."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from knowledge.ingest.limits import Limits, megabytes
from knowledge.ingest.rejection import Rejected, said

_EXTENSIONS = {
    "pdf": "pdf", "pptx": "pptx", "docx": "docx", "xlsx": "xlsx", "xlsm": "xlsx", "pptm": "pptx",
    "docm": "docx", "html": "html", "htm": "html", "xhtml": "html", "txt": "text", "md": "text",
    "markdown": "text", "text": "text", "csv": "text",
}  # fmt: skip
#: The part of an Office file that says what it is.
_OFFICE = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
_OFFICE_TYPES = {"wordprocessingml": "docx", "presentationml": "pptx", "spreadsheetml": "xlsx"}
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_TAGS = re.compile(rb"</(?:p|div|h[1-6]|li|td|a|span|title)>", re.IGNORECASE)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_MOST_ENTRIES = 20_000


def media_of(data: bytes, name: str, limits: Limits, declared: str | None = None) -> str:
    """Returns what a file is: ``pdf``, ``pptx``, ``docx``, ``xlsx``, ``html`` or ``text``.

    Args:
        data: Its bytes.
        name: Its name; a known extension must agree with the content.
        limits: Of what it may unpack to.
        declared: Media type a web server named; then the name need not agree.

    Raises:
        Rejected: It is empty, locked, of another kind, or not what its extension says.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Rejected("empty")
    found = _by_content(data, limits)
    extension = PurePath(name).suffix.lower().lstrip(".")
    expected = _EXTENSIONS.get(extension)
    if declared is not None:
        return "html" if found == "text" and "html" in declared else found
    if found == "text" and expected == "html" and _TAGS.search(data):
        return "html"
    if expected is not None and expected != found:
        # Markdown may well begin with a tag.
        if expected == "text" and extension in {"md", "markdown"} and found == "html":
            return "text"
        raise Rejected("wrong_extension", extension=extension, media=said("media", found))
    return found


def _by_content(data: bytes, limits: Limits) -> str:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(data, limits)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Rejected("encrypted")
        raise Rejected("old_office", media="doc・xls・ppt")
    if data.startswith(_IMAGES) and (b"\x00" in data[:512] or data.startswith(b"GIF8")):
        raise Rejected("image")
    if b"\x00" in data and not data.startswith(_BOMS):
        raise Rejected("unknown")
    return "html" if _HTML.search(data[:4096]) else "text"


def _office(data: bytes, limits: Limits) -> str:
    """Looks into the directory of a zip file without unpacking anything but the table of types."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > limits.unpacked_bytes or len(entries) > _MOST_ENTRIES:
                raise Rejected("bomb", size=megabytes(size), limit=megabytes(limits.unpacked_bytes))
            if any(entry.flag_bits & 1 for entry in entries):
                raise Rejected("encrypted")
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names:
                raise Rejected("archive")
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Rejected("damaged", media="Office") from error
    for name, media in _OFFICE_TYPES.items():
        main = rf"{name}\.(?:document|presentation|slideshow|sheet|template)[\w.]*main\+xml"
        if re.search(main, types):
            return media
    for folder, media in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return media
    raise Rejected("archive")
