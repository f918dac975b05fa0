"""Sheets come back as they went out; what is wrong is said by cell, and nothing is half-taken."""

from __future__ import annotations

import io
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from desk.review.records import Records
from desk.review.sheet_files import (
    FACTS,
    LONGEST_UNPACKED,
    RECORDS,
    SheetError,
    Table,
    guarded,
    read_file,
    to_csv,
    to_xlsx,
)
from desk.review.sheets import Sheets
from knowledge.schema import Kind


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_out_and_in_again_changes_nothing(records: Records, kind: str) -> None:
    sheets = Sheets(records, kind)
    tables = sheets.tables()
    number = sum(item.kind == kind for item in records.items().values())
    files = [to_csv(table) for table in tables]
    if kind in ("hub", "country"):
        files.append(to_xlsx(tables))
    for content in files:
        taken = sheets.taken(read_file("x", content))
        assert (taken.contents, taken.same) == ([], number)


def test_a_changed_cell_changes_one_record(records: Records) -> None:
    sheets = Sheets(records, "hub")
    table = sheets.tables()[0]
    place = table.header.index("ひとことで")
    table.rows[0][place] = "新しい文です。"
    taken = sheets.taken(read_file("x.csv", to_csv(table)))
    assert taken.changed == [table.rows[0][0]]
    assert taken.contents[0][0]["summary"] == "新しい文です。"
    assert taken.contents[0][0]["facts"] == records.items()[table.rows[0][0]].content["facts"]


def test_a_new_row_with_facts_is_a_new_record(records: Records) -> None:
    sheets = Sheets(records, "hub")
    head, facts = (Table(one.name, one.header, []) for one in sheets.tables())
    values = {
        "id": "hub.kochi", "名称": "高知デスク", "呼び名": "高知デスク", "ひとことで": "相談です。",
        "案内する条件: 都道府県": "高知県",
    }  # fmt: skip
    head.rows.append([values.get(name, "") for name in head.header])
    fact = {
        "記録のid": "hub.kochi",
        "項目": "overview",
        "内容": "相談です。",
        "出典": "deck2014#s05",
    }
    facts.rows.append([fact.get(name, "") for name in facts.header])
    taken = sheets.taken([head, facts])
    assert taken.added == ["hub.kochi"]
    assert taken.contents[0][0]["match"] == {"prefectures": ["高知県"]}


def test_problems_name_the_cell_and_nothing_is_taken(records: Records) -> None:
    sheets = Sheets(records, "hub")
    head, facts = sheets.tables()
    head.rows[0][head.header.index("呼び名")] = "あ" * 30
    first = facts.rows[0][0]
    of_another = next(n for n, row in enumerate(facts.rows) if row[0] != first)
    facts.rows[of_another][facts.header.index("出典")] = "nix#x"
    facts.rows[of_another + 2][0] = "hub.nobody"
    head.header[-1] = "なぞの列"
    with pytest.raises(SheetError) as caught:
        sheets.taken([head, facts])
    told = dict(caught.value.problems)
    assert any(place.startswith(f"{RECORDS} C2") for place in told)
    assert any(place.startswith(f"{FACTS} D{of_another + 2}") for place in told)
    assert any(place.startswith(f"{FACTS} A{of_another + 4}") for place in told)
    assert any("なぞの列" in what for what in told.values())


def test_nothing_in_a_sheet_is_a_formula(records: Records) -> None:
    for start in "=+-@＝＋－＠":
        assert guarded(f"{start}cmd|' /C calc'!A0").startswith("'")
    for evil in ("=1+1", "+A1", "-2", "@SUM(A1)", "\t=1", "'=1"):
        table = Table(RECORDS, ["id", "名称"], [["hub.x", evil]])
        sheet = load_workbook(io.BytesIO(to_xlsx([table])))[RECORDS]
        assert sheet["B2"].data_type == "s"
        assert str(sheet["B2"].value).startswith("'")
        assert guarded(evil).encode() in to_csv(table).replace(b'""', b'"')
        read = read_file("x", to_xlsx([table]))[0].rows[0][1]
        assert read.removeprefix("'") == evil or evil.startswith("\t")


def test_a_workbook_broken_inside_is_refused_in_words() -> None:
    whole = to_xlsx([Table(RECORDS, ["id"], [["hub.mobio"], ["hub.kita"]])])
    inside = {}
    with ZipFile(io.BytesIO(whole)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    hostile = (
        b"",
        b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    )
    for broken in [name for name in inside if name.endswith(".xml")]:
        for bad in hostile:
            stream = io.BytesIO()
            with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
                for name, content in inside.items():
                    archive.writestr(name, bad if name == broken else content)
            try:
                read = read_file("x.xlsx", stream.getvalue())
            except SheetError:
                continue
            assert "root:" not in str(read)
    for at in range(40, len(whole), 97):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        try:
            read_file("x.xlsx", bytes(damaged))
        except SheetError:
            continue


def test_formulas_and_foreign_files_are_refused(records: Records) -> None:
    book = Workbook()
    book.active.title = RECORDS
    book.active.append(["id", "名称"])
    book.active.append(["hub.mobio", "=1+1"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(SheetError, match="数式"):
        read_file("x.xlsx", stream.getvalue())
    for content in (b"PK\x03\x04 broken", b"\xff\xfe\x00\x81", b""):
        with pytest.raises(SheetError):
            read_file("x", content)


def test_shift_jis_is_read(records: Records) -> None:
    text = "id,ひとことで\nhub.mobio,大阪の拠点です。\n"
    taken = Sheets(records, "hub").taken(read_file("x.csv", text.encode("cp932")))
    assert taken.changed == ["hub.mobio"]


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(SheetError, match="長すぎるセル"):
        read_file("x.csv", b"x" * 200_000)


def test_an_excel_file_that_unpacks_to_far_more_is_refused() -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (LONGEST_UNPACKED + 1))
    with pytest.raises(SheetError, match="大きすぎます"):
        read_file("x.xlsx", packed.getvalue())


def test_what_clerks_do_in_excel_does_no_harm(records: Records) -> None:
    """Columns in another order, spaces, wide digits, days turned into numbers, rows gone."""
    sheets = Sheets(records, "country")
    head, facts = sheets.tables()
    order = list(reversed(range(len(facts.header))))
    value, until = facts.header.index("数値"), facts.header.index("いつまで")
    row = next(row for row in facts.rows if row[value].isdigit())
    before, row[until] = row[value], "46112"
    row[value] = "".join(chr(ord(digit) + 0xFEE0) for digit in before)
    table = Table(
        FACTS,
        [f" {facts.header[place]}　" for place in order],
        [[f"{one[place]} " for place in order] for one in facts.rows],
    )
    taken = sheets.taken(read_file("x.csv", to_csv(table)))
    assert taken.changed == [row[0]]
    (changed,) = [one for one in taken.contents[0][0]["facts"] if one.get("valid_until")]
    assert (changed["valid_until"], changed["value"]) == ("2026-03-31", int(before))
    # A sheet with few of the records leaves the others as they are.
    few = Table(RECORDS, head.header, head.rows[:1])
    assert Sheets(records, "country").taken([few]).same == 1


def test_days_of_excel_are_read_as_days(records: Records) -> None:
    book = Workbook()
    book.active.title = RECORDS
    book.active.append(["いつまで", "id"])
    book.active.append([datetime(2027, 3, 31), "hub.mobio"])
    stream = io.BytesIO()
    book.save(stream)
    sheets = Sheets(records, "hub")
    for file in (stream.getvalue(), "id\tいつまで\nhub.mobio\t2027/3/31\n".encode("utf-16")):
        taken = sheets.taken(read_file("x", file))
        assert taken.contents[0][0]["valid_until"] == "2027-03-31"


def test_merged_cells_and_doubled_columns_are_told(records: Records) -> None:
    sheets = Sheets(records, "hub")
    head, facts = sheets.tables()
    facts.rows[1][0] = ""
    head.header[2] = head.header[1]
    with pytest.raises(SheetError) as caught:
        sheets.taken([head, facts])
    told = dict(caught.value.problems)
    assert "結合を解いて" in told[f"{FACTS} A3（記録のid）"]
    assert "二つあります" in told[f"{RECORDS} 1行目"]
