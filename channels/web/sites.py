"""Sites that may embed the widget: a list in YAML, each with its exact origins."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

SELF = "self"
LOCALES = ("ja", "ja-easy", "en")
_KEY = re.compile(r"^[A-Za-z0-9_-]{1,80}$")
_DEMO = {"key": "demo", "name": "海外展開支援センター（見本）", "origins": [SELF]}


class SitesError(ValueError):
    """The list of sites is wrong; the message says where (Japanese)."""


@dataclass(frozen=True)
class Site:
    """One site.

    Attributes:
        key: What its script tag names.
        name: How the widget introduces itself.
        origins: `https://host[:port]` of the pages, exactly; `self` for the server's own.
        locale: Language of the interface where the page names none.
        privacy_url: Page about personal data.
        contact: How to reach the centre otherwise.
        theme: Colours and the like, handed to the widget as they are.
    """

    key: str
    name: str
    origins: frozenset[str]
    locale: str = "ja"
    privacy_url: str | None = None
    contact: str | None = None
    theme: dict[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return what the widget gets to know."""
        told = {"privacy_url": self.privacy_url, "contact": self.contact, "theme": self.theme}
        return {"name": self.name, **{key: value for key, value in told.items() if value}}


@dataclass(frozen=True)
class OwnAddress:
    """What counts as the server's own origin.

    Attributes:
        port: Port it listens on.
        public_url: Its address on the internet, where it has one.
        any_literal: Whether a page opened by IP address counts (not on the open internet).
            Names do not: an attacker's name can be made to point here (DNS rebinding).
    """

    port: int
    public_url: str | None = None
    any_literal: bool = False

    def matches(self, origin: str, host: str) -> bool:
        """Tell whether an Origin is ours.

        Args:
            origin: The header.
            host: The Host header of the same request.
        """
        if self.public_url and origin == origin_of(self.public_url):
            return True
        loopback = (f"http://{name}:{self.port}" for name in ("localhost", "127.0.0.1", "[::1]"))
        if origin in loopback:
            return True
        parts = urlsplit(origin)
        return self.any_literal and parts.netloc == host and _is_address(parts.hostname)


class Sites:
    """All sites of one installation."""

    def __init__(self, sites: Iterable[Site], own: OwnAddress) -> None:
        self._sites = {site.key: site for site in sites}
        self._own = own

    def __iter__(self) -> Iterator[Site]:
        """Go through the sites in the order of the list."""
        return iter(self._sites.values())

    def get(self, key: str) -> Site | None:
        """Return a site by its key."""
        return self._sites.get(key)

    def allows(self, site: Site, origin: str, host: str) -> bool:
        """Tell whether a page of this origin may use a site's key."""
        return origin in site.origins or (SELF in site.origins and self._own.matches(origin, host))

    def knows(self, origin: str, host: str) -> bool:
        """Tell whether any site has this origin (all a preflight request can be asked)."""
        return any(self.allows(site, origin, host) for site in self._sites.values())


def load_sites(path: Path | None, own: OwnAddress) -> Sites:
    """Read the list of sites; without a file there is the demo site alone.

    Raises:
        SitesError: The file cannot be read or says something impossible.
    """
    if path is None:
        return Sites([_site(_DEMO, "demo")], own)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f"{error.problem_mark.line + 1} 行目の" if error.problem_mark else ""
        what = f"{line}YAML の書き方を直してください（字下げ、引用符、コロン）"
        raise SitesError(f"{path} を読めません: {what}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SitesError(f"{path} を読めません: {reason}") from error
    if not isinstance(raw, list) or not raw:
        raise SitesError(f"{path} はサイトの一覧（- key: … の並び）にしてください")
    sites = [_site(entry, f"{path} の {number} 番目") for number, entry in enumerate(raw, 1)]
    if len({site.key for site in sites}) < len(sites):
        raise SitesError(f"{path} に同じ key が二度あります")
    return Sites(sites, own)


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, as browsers write an Origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _site(raw: Any, where: str) -> Site:
    if not isinstance(raw, dict):
        raise SitesError(f"{where}: key、name、origins を書いてください")
    known = {"key", "name", "origins", "locale", "privacy_url", "contact", "theme"}
    if unknown := sorted(map(str, raw.keys() - known)):
        raise SitesError(f"{where}: 知らない項目 {'、'.join(unknown)}")
    key, name, origins = raw.get("key"), raw.get("name"), raw.get("origins")
    if not isinstance(key, str) or not _KEY.match(key):
        raise SitesError(f"{where}: key は半角英数字・-・_ で 80 文字までです")
    if not isinstance(name, str) or not name.strip():
        raise SitesError(f"{where}: name（窓口の名前）がありません")
    if not isinstance(origins, list) or not origins:
        raise SitesError(f"{where}: origins（置くサイトの https://…）がありません")
    for origin in origins:
        if origin != SELF and (not isinstance(origin, str) or not _is_origin(origin)):
            raise SitesError(
                f"{where}: origins の {origin!r} は https://ホスト名[:ポート] だけを書いてください"
                "（* や / で終わる形、パスは使えません）"
            )
    locale = raw.get("locale", "ja")
    if locale not in LOCALES:
        raise SitesError(f"{where}: locale は {'、'.join(LOCALES)} のどれかです")
    privacy_url = raw.get("privacy_url")
    if privacy_url is not None and not re.match(r"^(https?://|/)", str(privacy_url)):
        raise SitesError(f"{where}: privacy_url は https://… か /… です")
    theme = raw.get("theme") or {}
    if not isinstance(theme, dict):
        raise SitesError(f"{where}: theme は 名前: 値 の並びです")
    contact = raw.get("contact")
    return Site(
        key,
        name.strip(),
        frozenset(origins),
        locale,
        privacy_url,
        None if contact is None else str(contact),
        theme,
    )


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and bool(parts.hostname) and "*" not in text
    default = {"http": 80, "https": 443}.get(parts.scheme)
    # Browsers leave the default port out, so an entry with it would never match.
    return plain and port != default and "@" not in text and origin_of(text) == text


def _is_address(hostname: str | None) -> bool:
    try:
        ipaddress.ip_address(hostname or "")
    except ValueError:
        return False
    return True
