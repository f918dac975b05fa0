"""Dashboard and alerts: every query parses and names a metric the server exports."""

from __future__ import annotations

import importlib.util
import json
import re

import promql_parser
import pytest
import yaml

from conversations.database import Database
from tests.conftest import ROOT
from tsunagari.cluster_setup import Cluster
from tsunagari.operation.metrics import Metrics
from tsunagari.versions import Versions

DEPLOY = ROOT / "deploy"
DASHBOARD = DEPLOY / "grafana" / "tsunagari.json"
PROMETHEUS = {"up"}


class Away:
    reachable = False
    connected = False


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """Names of the exported series, with their labels."""
    cluster = Cluster(reachability=Away(), relay=Away())  # type: ignore[arg-type]
    versions = Versions("1", "9", "m", "k", "r")
    metrics = Metrics(Database("sqlite://"), cluster, lambda: versions)
    metrics.counted("turns", channel="web", outcome="answered")
    metrics.finished("turn", 0.1)
    found: dict[str, set[str]] = {}
    for line in metrics.exposed().decode().splitlines():
        if not line.startswith("#"):
            name, labels = re.match(r"(\w+)(?:\{(.*)\})?", line).groups()  # type: ignore[union-attr]
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels or ""))
    return found


def dashboard_queries() -> list[str]:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def alerts() -> list[dict[str, str]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("query", [*dashboard_queries(), *(rule["expr"] for rule in alerts())])
def test_a_query_parses_and_names_exported_metrics(
    query: str, exported: dict[str, set[str]]
) -> None:
    promql_parser.parse(query)
    names = set(re.findall(r"\b(?:tsunagari|process)_\w+|\bup\b", query))
    assert names
    assert names - PROMETHEUS <= exported.keys()
    for name, matchers in re.findall(r"\b(tsunagari_\w+)\{([^}]*)\}", query):
        labels = set(re.findall(r"(\w+)\s*=~?", matchers))
        assert labels <= exported[name] | {"job", "instance"}


def test_the_dashboard_is_that_of_its_panels() -> None:
    path = DEPLOY / "grafana" / "build.py"
    spec = importlib.util.spec_from_file_location("grafana_build", path)
    assert spec is not None and spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    assert DASHBOARD.read_text("utf-8") == build.text()


def test_every_metric_of_ours_is_on_the_dashboard(exported: dict[str, set[str]]) -> None:
    shown = " ".join(dashboard_queries())
    ours = {name for name in exported if name.startswith("tsunagari_")}
    families = {re.sub(r"_(bucket|sum|count|created|total)$", "", name) for name in ours}
    assert {name for name in families if name not in shown} == {"tsunagari_event_broker_up"}


def test_every_alert_says_where_help_is() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for rule in alerts():
        page, _, heading = rule["annotations"]["runbook"].partition("「")
        assert (ROOT / page).is_file()
        if heading:
            assert f"### {heading.rstrip('」')}" in operations, rule["alert"]
