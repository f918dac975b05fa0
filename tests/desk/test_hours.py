from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from desk.hours import Hours, HoursError, load_hours
from tests.desk.world import tokyo

SHIPPED = Path(load_hours.__code__.co_filename).with_name("hours.yml")


@pytest.fixture
def hours() -> Hours:
    return load_hours(SHIPPED)


@pytest.mark.parametrize(
    ("time", "is_open"),
    [
        ("2026-11-24T09:00", True),
        ("2026-11-24T08:59:59", False),
        ("2026-11-24T16:59:59", True),
        ("2026-11-24T17:00", False),
        ("2026-11-22T10:00", False),  # Sunday
        ("2026-11-23T10:00", False),  # 勤労感謝の日
        ("2026-09-22T10:00", False),  # 国民の休日 between two holidays
        ("2026-05-06T10:00", False),  # 振替休日
        ("2027-03-22T10:00", False),  # 振替休日 of 春分の日
        ("2026-12-28T10:00", True),
        ("2026-12-29T10:00", False),  # year's end
        ("2027-01-04T10:00", True),
    ],
)
def test_opening_hours_know_weekends_holidays_and_the_turn_of_the_year(
    hours: Hours, time: str, is_open: bool
) -> None:
    assert hours.is_open(tokyo(time)) is is_open


def test_the_next_opening_is_found_over_the_new_year_holidays(hours: Hours) -> None:
    opens = hours.opens_at(tokyo("2026-12-28T17:00"))
    assert opens == tokyo("2027-01-04T09:00")
    assert hours.shown(opens) == "1月4日（月）9:00"
    assert hours.opens_at(tokyo("2026-11-24T10:00")) is None
    assert hours.closes_at(tokyo("2026-11-24T10:00")) == tokyo("2026-11-24T17:00")


def changed(tmp_path: Path, **values: object) -> Path:
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    path = tmp_path / "hours.yml"
    path.write_text(yaml.safe_dump({**raw, **values}, allow_unicode=True), encoding="utf-8")
    return path


def test_a_centre_names_its_own_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = changed(
        tmp_path,
        open=["2026-11-23"],
        closed=["2026-11-24"],
        opening={"mon": ["09:00-12:00", "13:00-17:00"], "tue": ["09:00-17:00"]},
    )
    monkeypatch.setenv("TSUNAGARI_HOURS", str(path))
    hours = load_hours()
    assert hours.is_open(tokyo("2026-11-23T10:00"))
    assert not hours.is_open(tokyo("2026-11-23T12:30"))
    assert hours.opens_at(tokyo("2026-11-23T12:30")) == tokyo("2026-11-23T13:00")
    assert not hours.is_open(tokyo("2026-11-24T10:00"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Asia/Nowhere"},
        {"holidays": "Nippon"},
        {"opening": {"mon": ["17:00-09:00"]}},
        {"opening": {"monday": ["09:00-17:00"]}},
        {"opening": {"mon": ["9時から"]}},
        {"closed": ["11月"]},
        {"unclaimed_minutes": 0},
        {"staff_late_minutes": "soon"},
    ],
)
def test_a_mistake_in_the_file_is_said_in_one_line(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(HoursError, match="受付時間のファイル") as error:
        load_hours(changed(tmp_path, **wrong))
    assert "\n" not in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(HoursError, match="読めません"):
        load_hours(tmp_path / "none.yml")


def test_a_desk_that_never_opens_says_no_time(tmp_path: Path) -> None:
    hours = load_hours(changed(tmp_path, opening={}))
    assert hours.opens_at(tokyo("2026-11-24T10:00")) is None
