"""A small store of our own for the rules, and the real knowledge for the walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from knowledge.guide import Guide
from knowledge.schema import Fact, Kind, Match, Record, SlotValue
from knowledge.store import Store, open_store


def make_record(record_id: str, name: str, **conditions: object) -> Record:
    kind = Kind(record_id.split(".")[0])
    facts = (Fact(attribute="overview", text=f"{name}です。", cite="book#s1"),)
    match = Match.parse_obj(conditions)
    return Record(
        id=record_id, kind=kind, name=name, short_name=name, summary=name, facts=facts, match=match
    )


@dataclass
class SmallStore:
    """Implements :class:`knowledge.guide.GuideStore` over a handful of records."""

    entries: list[Record] = field(default_factory=list)

    SLOTS: ClassVar = {
        "prefecture": ["東の県", "西の県", "南の県"],
        "country": ["country.a", "country.b", "country.rich"],
        "industry": ["manufacturing", "environment", "water", "food", "it"],
        "purpose": ["production", "sales", "problem_solving", "infrastructure"],
        "stage": ["collecting", "planning", "feasibility", "preparing", "operating"],
        "applicant": ["sme", "large", "municipality", "organisation"],
    }
    ALIASES: ClassVar = {"water": ("水処理",), "manufacturing": ("製造", "プレス"), "it": ("IT",)}

    def record(self, record_id: str) -> Record:
        return {record.id: record for record in self.entries}[record_id]

    def records(self, kind: Kind | None = None) -> Sequence[Record]:
        return [record for record in self.entries if kind in (None, record.kind)]

    def slot_values(self, slot: str) -> Sequence[SlotValue]:
        return [
            SlotValue(id=value, label=f"〈{value}〉", aliases=self.ALIASES.get(value, ()))
            for value in self.SLOTS[slot]
        ]

    def prefecture_of(self, city: str) -> tuple[str, ...]:
        return ("東の県",) if city in ("港市", "山市") else ()

    def block_of(self, prefecture: str) -> str | None:
        return "hub.bureau_east" if prefecture in ("東の県", "西の県") else None

    def is_oda_country(self, country_id: str) -> bool | None:
        return {"country.a": True, "country.b": True, "country.rich": False}.get(country_id)


def small_store() -> SmallStore:
    return SmallStore(
        [
            make_record("hub.bureau_east", "東西の局", prefectures=["東の県", "西の県"]),
            make_record("hub.prefecture", "県の拠点", prefectures=["東の県"]),
            make_record("hub.port", "港の拠点", prefectures=["東の県"], cities=["港市"]),
            make_record(
                "hub.maker", "西の町工場", prefectures=["西の県"], industries=["manufacturing"]
            ),
            make_record("desk.a", "A国デスク", countries=["country.a"]),
            make_record("desk.anywhere", "在外の窓口"),
            make_record(
                "scheme.trial",
                "試す制度",
                applicants=["sme"],
                purposes=["problem_solving", "sales"],
                stages=["feasibility"],
                developing_country_only=True,
            ),
            make_record(
                "scheme.grant", "供与", applicants=["partner_government"], purposes=["sales"]
            ),
            make_record(
                "scheme.roots",
                "自治体の枠",
                applicants=["municipality"],
                purposes=["problem_solving", "sales"],
                developing_country_only=True,
                excludes_own_sales=True,
            ),
            make_record("organisation.jetro", "JETRO"),
            make_record("organisation.sme_support", "中小機構", applicants=["sme"]),
        ]
    )


@pytest.fixture
def store() -> SmallStore:
    return small_store()


@pytest.fixture
def guide(store: SmallStore) -> Guide:
    return Guide(store)


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("knowledge") / "knowledge.sqlite")


@pytest.fixture(scope="session")
def real_guide(real_store: Store) -> Guide:
    return Guide(real_store)


def ids(recommendations: Sequence[object]) -> list[str]:
    return [item.record_id for item in recommendations]  # type: ignore[attr-defined]
