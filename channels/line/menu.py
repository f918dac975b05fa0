"""The rich menu under the chat: its areas, and what they do (menu.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from channels.line.events import MENU
from conversations.ports import Act

_FOLDER = Path(__file__).parent
PICTURE = _FOLDER / "menu.png"


@dataclass(frozen=True)
class Menu:
    """A rich menu.

    Attributes:
        acts: What each key does.
        request: The menu as LINE's API takes it.
    """

    acts: dict[str, Act]
    request: dict[str, Any]

    @property
    def name(self) -> str:
        """Name by which our menus are found again."""
        return str(self.request["name"])


@lru_cache(maxsize=1)
def load_menu() -> Menu:
    """Read menu.yml."""
    raw = yaml.safe_load((_FOLDER / "menu.yml").read_text(encoding="utf-8"))
    items, columns = raw["items"], raw["columns"]
    rows = -(-len(items) // columns)
    width, height = raw["size"]["width"] // columns, raw["size"]["height"] // rows
    areas = [
        {
            "bounds": {
                "x": index % columns * width,
                "y": index // columns * height,
                "width": width,
                "height": height,
            },
            "action": {
                "type": "postback",
                "label": item["label"],
                "data": f"{MENU}{item['key']}",
                "displayText": item["label"],
            },
        }
        for index, item in enumerate(items)
    ]
    request = {
        "size": raw["size"],
        "selected": True,
        "name": raw["name"],
        "chatBarText": raw["chat_bar_text"],
        "areas": areas,
    }
    return Menu({item["key"]: Act(item["payload"], item["label"]) for item in items}, request)
