"""Every scenario, actions executed: what the company reads, and no figure from nowhere."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.runner import Scenario, fold, invented_figures, play, scenarios
from tsunagari.assembly import Application

CATEGORIES = {
    "corrections",
    "digressions",
    "fallback",
    "handoff",
    "happy",
    "invalid",
    "lookups",
    "negations",
}


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: f"{one.category}: {one.name}")
def test_scenario(application: Application, scenario: Scenario) -> None:
    findings = asyncio.run(play(application, scenario))
    assert not findings, "\n".join(findings)


def test_every_category_has_scenarios() -> None:
    assert {one.category for one in scenarios()} == CATEGORIES


def test_an_invented_figure_is_found() -> None:
    known = fold("ベトナムの人口は8,877万人です。")
    assert invented_figures("ベトナムの人口は8877万人です。", known) == []
    assert invented_figures("法人税は20％です。", known) == ["20%"]
