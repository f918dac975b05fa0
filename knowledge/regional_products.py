"""What a place is known for: products by which companies tell their trade, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("vocabulary") / "regional_products.yml"


@dataclass(frozen=True)
class Product:
    """A product by which a company tells its trade.

    Attributes:
        name: 南部鉄器, 曲げわっぱ.
        industry: The broad field it belongs to.
        prefecture: The only one it comes from, or None.
    """

    name: str
    industry: str
    prefecture: str | None


@dataclass(frozen=True)
class Town:
    """A name that several places share, where the trade tells which one is meant.

    Attributes:
        place: What the company says (有田).
        trades: Words of the trade, one of which settles it.
        prefecture: Where it is then.
        city: Its municipality, or None.
    """

    place: str
    trades: tuple[str, ...]
    prefecture: str
    city: str | None


@lru_cache(maxsize=1)
def products() -> tuple[Product, ...]:
    """Lists the products, the longest name first."""
    found = [
        Product(name, one["industry"], one.get("prefecture"))
        for one in _lists()["products"]
        for name in one["products"]
    ]
    return tuple(sorted(found, key=lambda one: -len(one.name)))


@lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """Lists the names of towns that a trade makes plain."""
    return tuple(
        Town(one["place"], tuple(one["trades"]), one["prefecture"], one.get("city"))
        for one in _lists()["towns"]
    )


def _lists() -> Any:
    return yaml.safe_load(_FILE.read_text("utf-8"))
