"""One Chromium and one server for all browser tests; a page that tolerates no foreign request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser.serving import ROOT, Website, running_server
from tests.browser.widget import Widget

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 760}
NARROW = {"width": 320, "height": 640}
#: Chromium's words for a request that the test itself cut off.
CUT_OFF = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_NETWORK_CHANGED")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip visibly where there is no browser, or no built widget."""
    reason = None
    if not CHROMIUM:
        reason = "Chromium がありません: apt-get install chromium fonts-noto-cjk"
    elif not (ROOT / "widget" / "dist" / "loader.js").exists():
        reason = "widget/dist がありません: cd widget && npm ci && npm run build"
    here = Path(__file__).parent
    for item in items:
        if reason and here in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=reason))


# Package scope, not session: Playwright's event loop must have ended before asyncio's tests run.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=ja"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def website() -> Iterator[Website]:
    site = Website()
    yield site
    site.close()


@pytest.fixture(scope="package")
def server(website: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(tmp_path_factory.mktemp("server"), website.origin) as base:
        yield base


@pytest.fixture(scope="package")
def axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


@dataclass
class Watched:
    """What the pages of a test asked for and complained about."""

    allowed: frozenset[str]
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" not in (
            self.allowed
        ):
            self.foreign.append(request.url)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )

    def check(self) -> None:
        assert not self.foreign
        words = (*self.expected, *CUT_OFF)
        assert not [line for line in self.complaints if not any(word in line for word in words)]


Visit = Callable[..., BrowserContext]


@pytest.fixture
def watched(server: str, website: Website) -> Iterator[Watched]:
    watched = Watched(frozenset({server, website.origin}))
    yield watched
    watched.check()


@pytest.fixture
def visit(browser: Browser, watched: Watched) -> Iterator[Visit]:
    """Make browser profiles: fresh, Japanese, watched."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"locale": "ja-JP", "viewport": DESKTOP, "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        context.on("request", watched.request)
        context.on("page", watched.watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit().new_page()


@pytest.fixture
def chat(page: Page, server: str) -> Widget:
    """The demo page with the panel open."""
    page.goto(server)
    return Widget(page).open()
