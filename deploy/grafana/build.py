"""Makes tsunagari.json, the Grafana dashboard, of panels.yml: `python deploy/grafana/build.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SOURCE, TARGET = HERE / "panels.yml", HERE / "tsunagari.json"
_DATASOURCE = {"type": "prometheus", "uid": "${source}"}
_WIDTH = 24
_HEIGHTS = {"stat": 4, "timeseries": 8, "table": 8}


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row in yaml.safe_load(SOURCE.read_text("utf-8")):
        panels.append(_row(row["row"], y, len(panels)))
        y += 1
        width = _WIDTH // len(row["panels"])
        for place, panel in enumerate(row["panels"]):
            panels.append(_panel(panel, place * width, y, width, len(panels)))
        y += max(_HEIGHTS[panel.get("kind", "timeseries")] for panel in row["panels"])
    return {
        "title": "つながり tsunagari",
        "uid": "tsunagari",
        "timezone": "browser",
        "schemaVersion": 41,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": panels,
    }


def _row(title: str, y: int, number: int) -> dict[str, Any]:
    place = {"h": 1, "w": _WIDTH, "x": 0, "y": y}
    return {"id": number + 1, "type": "row", "title": title, "gridPos": place, "panels": []}


def _panel(panel: dict[str, Any], x: int, y: int, width: int, number: int) -> dict[str, Any]:
    kind = panel.get("kind", "timeseries")
    custom = {"stacking": {"mode": "normal"}, "fillOpacity": 40} if panel.get("stacked") else {}
    return {
        "id": number + 1,
        "type": kind,
        "title": panel["title"],
        "datasource": _DATASOURCE,
        "gridPos": {"h": _HEIGHTS[kind], "w": width, "x": x, "y": y},
        "fieldConfig": {
            "defaults": {"unit": panel.get("unit", "short"), "custom": custom},
            "overrides": [],
        },
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "expr": query,
                "legendFormat": legend,
                "datasource": _DATASOURCE,
                "instant": kind == "table",
                "format": "table" if kind == "table" else "time_series",
            }
            for index, (query, legend) in enumerate(panel["queries"].items())
        ],
    }


def text() -> str:
    """Return the committed file's content."""
    return json.dumps(dashboard(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
