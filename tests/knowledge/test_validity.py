"""Validity: what holds today, what the loader refuses, what the guide no longer recommends."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from knowledge.errors import KnowledgeError
from knowledge.guide import Guide, Profile
from knowledge.library import LibraryDocument
from knowledge.loader import ROOT, load_knowledge
from knowledge.schema import Fact, Record
from knowledge.stale import Why, stale
from knowledge.store import Store, open_store
from knowledge.validity import Validity, holding_first, state

DAY = date(2026, 6, 30)


def fact(**fields: str) -> Fact:
    return Fact(attribute="amount_limit", text="上限は100万円です。", cite="d#s", **fields)


def test_something_holds_to_the_end_of_its_period() -> None:
    assert state(fact(), DAY) is Validity.HOLDS
    for until in ("2026-06-30", "2026-06", "2026"):
        assert state(fact(valid_until=until), DAY) is Validity.HOLDS
    for until in ("2026-06-29", "2026-05", "2025"):
        assert state(fact(valid_until=until), DAY) is Validity.EXPIRED
    assert state(fact(superseded_by="d#t", valid_until="2030"), DAY) is Validity.SUPERSEDED
    old, new = fact(valid_until="2025"), fact(valid_until="2027")
    assert holding_first([old, new], DAY) == [new, old]


def test_yaml_dates_are_taken_and_others_refused() -> None:
    assert fact(valid_until=date(2027, 3, 31)).valid_until == "2027-03-31"  # type: ignore[arg-type]
    assert fact(valid_until=2027).valid_until == "2027"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="日付ではありません"):
        fact(valid_until="来年3月")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copytree(ROOT, tmp_path / "knowledge", ignore=lambda *_: ["__pycache__", "ingest", "library"])
    return tmp_path / "knowledge"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_loader_checks_successors(folder: Path) -> None:
    edit(
        folder,
        "records/hubs.yml",
        "- id: hub.mobio\n",
        "- id: hub.mobio\n  superseded_by: hub.none\n",
    )
    edit(folder, "documents.yml", "- id: deck2014\n", "- id: deck2014\n  superseded_by: deck2014\n")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    told = [str(problem) for problem in caught.value.problems]
    assert any("hub.mobio / superseded_by: 「hub.none」はありません" in one for one in told)
    assert any("deck2014 / superseded_by: 後継がもとに戻っています" in one for one in told)


def test_a_fact_names_the_fact_that_took_its_place(folder: Path) -> None:
    text = """
- id: scheme.new
  kind: scheme
  name: 新制度
  short_name: 新制度
  summary: 新しい制度です。
  facts:
    - attribute: amount_limit
      text: 上限は100万円です。
      cite: deck2014#s14
      superseded_by: status2026#mobio
"""
    (folder / "records" / "new.yml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=r"facts\[1\]\.superseded_by"):
        load_knowledge(folder)


def with_ends(store: Store, **ends: str) -> Store:
    """Returns a store in which some records end."""
    records = {
        record.id: record.copy(update={"valid_until": ends[record.id.replace(".", "_")]})
        if record.id.replace(".", "_") in ends
        else record
        for record in store.records()
    }
    return Store(**{**vars_of(store), "_records": records})


def vars_of(store: Store) -> dict[str, object]:
    return {name: getattr(store, name) for name in store.__dataclass_fields__}


OSAKA = Profile(
    prefecture="大阪府", country="country.vietnam", purpose="production", business="金属プレス"
)


def test_what_has_run_out_is_never_recommended() -> None:
    store = open_store()
    before = Guide(store).recommend(OSAKA).record_ids()
    assert "hub.mobio" in before
    ended = with_ends(store, hub_mobio="2026-03", organisation_jetro="2025")
    guide = Guide(ended)
    plan = guide.recommend(OSAKA)
    assert not {"hub.mobio", "organisation.jetro"} & set(plan.record_ids())
    assert plan.national
    reasons = guide.explain(OSAKA, "hub.mobio")
    assert reasons[0].text == "2026年3月で終わっている"
    kept = with_ends(store, hub_mobio="2099-12-31")
    assert Guide(kept).recommend(OSAKA).record_ids() == before


def test_a_record_runs_out_while_the_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = Guide(with_ends(open_store(), hub_mobio="2026-12-31"))
    day = date(2026, 12, 31)
    monkeypatch.setattr("knowledge.guide.engine.today", lambda: day)
    assert "hub.mobio" in guide.recommend(OSAKA).record_ids()
    day = date(2027, 1, 1)
    assert "hub.mobio" not in guide.recommend(OSAKA).record_ids()


def test_stale_tells_by_centre_what_needs_a_look() -> None:
    store = with_ends(open_store(), hub_mobio="2026-03", hub_kobe="2026-07-15")
    found = stale(store, [], DAY)
    told = {(item.centre, item.why) for item in found if item.subject in {"hub.mobio", "hub.kobe"}}
    mobio, kobe = store.record("hub.mobio").short_name, store.record("hub.kobe").short_name
    assert (mobio, Why.EXPIRED) in told
    assert (kobe, Why.EXPIRES_SOON) in told
    assert any(item.why is Why.OLD_DOCUMENT and item.subject == "deck2014" for item in found)
    assert found == sorted(
        found, key=lambda item: (item.centre, list(Why).index(item.why), item.subject)
    )
    assert all(
        isinstance(store.record(item.subject), Record) for item in found if "." in item.subject
    )


def test_stale_tells_of_facts_that_stand_on_an_old_edition() -> None:
    store = open_store()
    cited = store.record("hub.mobio").facts[0].cite[0].split("#")[0]
    old = LibraryDocument(
        cited, "s", 1, "要領.pdf", "要領.pdf", "pdf", "0", "要領", None, "2026", None, 2, (),
        "lib_s_2", "2026-01-01",
    )  # fmt: skip
    found = [one for one in stale(store, [old], DAY) if one.subject == "hub.mobio"]
    assert any("出典に新しい版（lib_s_2）があります" in one.detail for one in found)
    assert not any(
        one.subject == cited and one.why is Why.UNDATED for one in stale(store, [old], DAY)
    )
