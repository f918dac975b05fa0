from __future__ import annotations

from pathlib import Path

import pytest

from channels.web.sites import OwnAddress, SitesError, load_sites

OWN = OwnAddress(5005)


def listed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sites.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_list_there_is_the_demo_site() -> None:
    sites = load_sites(None, OWN)
    (demo,) = sites
    assert demo.key == "demo"
    assert sites.allows(demo, "http://localhost:5005", "localhost:5005")
    assert not sites.allows(demo, "http://localhost:5006", "localhost:5005")


def test_the_committed_list_is_right() -> None:
    root = Path(__file__).resolve().parents[3]
    assert load_sites(root / "site" / "sites.yml", OWN).get("demo")


@pytest.mark.parametrize(
    ("own", "origin", "host", "ours"),
    [
        (OwnAddress(5005), "http://127.0.0.1:5005", "x", True),
        (OwnAddress(5005), "http://[::1]:5005", "x", True),
        (OwnAddress(5005), "https://localhost:5005", "x", False),
        (OwnAddress(5005), "http://192.0.2.7:5005", "192.0.2.7:5005", False),
        (OwnAddress(5005, any_literal=True), "http://192.0.2.7:5005", "192.0.2.7:5005", True),
        (OwnAddress(5005, any_literal=True), "http://192.0.2.7:5005", "192.0.2.8:5005", False),
        (OwnAddress(5005, any_literal=True), "http://rebind.example", "rebind.example", False),
        (OwnAddress(5005, "https://Chat.example.jp/"), "https://chat.example.jp", "x", True),
        (OwnAddress(5005, "https://chat.example.jp"), "http://chat.example.jp", "x", False),
        (OwnAddress(5005, any_literal=True), "null", "null", False),
    ],
)
def test_only_the_servers_own_addresses_are_its_own(
    own: OwnAddress, origin: str, host: str, ours: bool
) -> None:
    assert own.matches(origin, host) is ours


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.jp",
        "https://a.example/",
        "https://a.example/path",
        "a.example",
        "https://A.example",
        "https://a.example:443",
        "http://a.example:80",
        "ftp://a.example",
        "https://user@a.example",
        "https://a.example:x",
        "null",
        5,
    ],
)
def test_an_origin_that_could_never_match_or_match_too_much_is_refused(
    tmp_path: Path, origin: object
) -> None:
    path = listed(tmp_path, f"- {{key: a, name: 窓口, origins: [{origin!r}]}}")
    with pytest.raises(SitesError, match="origins"):
        load_sites(path, OWN)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "一覧"),
        ("{}", "一覧"),
        ("- [", "読めません: 1 行目のYAML"),
        ("- x", "key"),
        ("- {name: a, origins: [self]}", "key"),
        ("- {key: 'a b', name: a, origins: [self]}", "key"),
        ("- {key: a, origins: [self]}", "name"),
        ("- {key: a, name: a}", "origins"),
        ("- {key: a, name: a, origins: [self], locale: fr}", "locale"),
        ("- {key: a, name: a, origins: [self], privacy_url: 'javascript:x'}", "privacy_url"),
        ("- {key: a, name: a, origins: [self], theme: 5}", "theme"),
        ("- {key: a, name: a, origins: [self], colour: 5}", "colour"),
        ("- {key: a, name: a, origins: [self]}\n- {key: a, name: b, origins: [self]}", "二度"),
    ],
)
def test_a_wrong_list_says_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SitesError, match=problem):
        load_sites(listed(tmp_path, text), OWN)


def test_a_missing_list_says_so(tmp_path: Path) -> None:
    with pytest.raises(SitesError, match="読めません"):
        load_sites(tmp_path / "nowhere.yml", OWN)
