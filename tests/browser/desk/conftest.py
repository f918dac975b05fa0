"""A server with staff that is open at every hour, and a company at its widget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.serving import Website, running_server
from tests.browser.staff import add_staff
from tests.browser.widget import Widget


@pytest.fixture(scope="package")
def server(website: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: with staff, and open at every hour."""
    directory = tmp_path_factory.mktemp("desk")
    hours = {"TSUNAGARI_HOURS": str(Path(__file__).parent.with_name("hours.yml"))}
    with running_server(directory, website.origin, hours) as base:
        add_staff(directory)
        yield base


@pytest.fixture
def company(visit: Visit, server: str) -> Widget:
    page = visit().new_page()
    page.goto(server)
    return Widget(page).open()
