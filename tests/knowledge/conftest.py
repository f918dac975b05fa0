"""A small knowledge folder of its own for most tests; the real records for the golden tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.loader import load_records
from knowledge.schema import Record

DOCUMENTS = """\
- id: deck
  title: 試験資料
  citation: 『試験資料』（2014年）
  date: 2014年
  sections:
    - {id: s1, heading: 経済指標, starts_with: 経済指標}
    - {id: s2, heading: 会議の経過, starts_with: 会議の経過}
"""
ATTRIBUTES = """\
- {id: wage, label: 賃金, aliases: [給料, 人件費]}
- {id: location, label: 所在地, aliases: [どこにある, 場所]}
- {id: date, label: 開催日}
"""
RECORDS = """\
- id: country.thailand
  kind: country
  name: タイ
  short_name: タイ
  summary: 製造業の集積がある国です。
  facts:
    - attribute: wage
      text: 製造業作業員の月額賃金は366米ドルです。
      value: 366
      unit: 米ドル/月
      cite: 'deck#s1'
- id: event.conference_4
  kind: event
  name: 第4回会議
  short_name: 第4回会議
  summary: 大綱を改めた会議です。
  facts:
    - {attribute: date, text: 第4回会議は2012年3月に開かれました。, cite: 'deck#s2'}
    - {attribute: location, text: 会場はドンナイ省にあります。, cite: 'deck#s2'}
  related: [country.thailand]
"""
TEXT = """\
経済指標
製造業作業員の月額賃金 366米ドル 162米ドル
補助率 2/3、上限120万円
会議の経過
第4回会議（H24.3） 会場はドンナ
イ省
"""


def write_folder(root: Path) -> Path:
    """Writes a valid folder and returns it."""
    (root / "records").mkdir(parents=True)
    (root / "vocabulary").mkdir()
    (root / "documents.yml").write_text(DOCUMENTS, "utf-8")
    (root / "vocabulary" / "attributes.yml").write_text(ATTRIBUTES, "utf-8")
    (root / "vocabulary" / "municipalities.tsv").write_text(
        "# 見出し\n府中市\tふちゅうし\t東京都 広島県\t\n"
        "中央区\tちゅうおうく\t東京都 兵庫県\t神戸市\n"
        "神戸市\tこうべし\t兵庫県\t\n",
        "utf-8",
    )
    (root / "records" / "all.yml").write_text(RECORDS, "utf-8")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A valid knowledge folder."""
    return write_folder(tmp_path / "knowledge")


@pytest.fixture
def text() -> str:
    """The document the records of :func:`folder` cite."""
    return TEXT


@pytest.fixture(scope="session")
def records() -> dict[str, Record]:
    """The product's own records by id."""
    return load_records()


def text_of(record: Record, attribute: str) -> str:
    """Everything a record says of an attribute."""
    return " ".join(fact.text for fact in record.facts_about(attribute))
