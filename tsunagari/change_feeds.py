"""What changed, for machines: sitemap.xml of the public knowledge pages, and an Atom feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from knowledge.library.changes import Change
from knowledge.store import Store

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = "つながり：知識の更新"
#: What a change is called in the feed; what is not for the public is left out.
_PUBLIC = {"record_added": "追加", "record_changed": "更新", "record_removed": "削除"}
_MOST = 100


def sitemap(store: Store, changed: Mapping[str, str], base: str) -> str:
    """Returns the sitemap of the public knowledge pages.

    Args:
        store: The knowledge.
        changed: When records changed, for those that did.
        base: Address of the server, without a slash at its end.
    """
    root = Element("urlset", xmlns=_SITEMAP)
    pages = [("/knowledge", max(changed.values(), default=None))]
    pages += [(f"/knowledge/{one.id}", changed.get(one.id)) for one in store.records()]
    pages += [(f"/knowledge/sources/{one.id}", None) for one in store.documents()]
    for path, when in pages:
        page = SubElement(root, "url")
        SubElement(page, "loc").text = base + path
        if when:
            SubElement(page, "lastmod").text = when
    return _text(root)


def atom(changes: Iterable[Change], base: str) -> str:
    """Returns the feed of changed records, the newest first.

    Args:
        changes: All changes, the newest first.
        base: Address of the server, without a slash at its end.
    """
    shown = [one for one in changes if one.what in _PUBLIC][:_MOST]
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "title").text = _TITLE
    SubElement(feed, "id").text = f"{base}/knowledge"
    SubElement(feed, "link", href=f"{base}/knowledge/changes.atom", rel="self")
    SubElement(feed, "updated").text = shown[0].at if shown else "1970-01-01T00:00:00+00:00"
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "つながり"
    for one in shown:
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = f"{_PUBLIC[one.what]}：{one.title}"
        SubElement(entry, "id").text = f"{base}/knowledge/{one.subject}#{one.at}"
        SubElement(entry, "link", href=f"{base}/knowledge/{one.subject}")
        SubElement(entry, "updated").text = one.at
    return _text(feed)


def _text(root: Element) -> str:
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")
