"""The linker's dictionary, generated from the knowledge base.

``data/generated/gazetteer.tsv`` and ``data/generated/partials.tsv`` are committed and equal to
a fresh build (``tsunagari nlu-eval --generate``); adding a hub is one record, and its names are
understood after the next build.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from knowledge.analysis import Analyser, Token
from knowledge.loader import Knowledge, load_knowledge
from knowledge.regional_products import products
from knowledge.schema import Kind, Record, SlotValue
from nlu.mentions import BLOCKED_ENTITY, CUE, NICKNAME, Partial, Row

ROOT = Path(__file__).resolve().parent.parent
GAZETTEER = ROOT / "data" / "generated" / "gazetteer.tsv"
PARTIALS = ROOT / "data" / "generated" / "partials.tsv"
#: Longer words that contain a name without meaning it; hand-written.
BLOCKED = ROOT / "nlu" / "blocked.txt"
#: Detail of the countries that have a record of their own.
COVERED = "covered"
#: Words that point back to what was just shown; hand-written.
REFERENCES = ROOT / "nlu" / "references.txt"
REFERENCE_ENTITY = "reference"
#: What places are called by the people who live there; hand-written.
NICKNAMES = ROOT / "knowledge" / "vocabulary" / "place_nicknames.yml"
#: Words that together ask for a property; hand-written.
CUES = ROOT / "knowledge" / "vocabulary" / "attribute_cues.yml"

#: Slots whose values are particular places; matched as written, never by content words.
_PLACES = ("prefecture", "region", "country")
_PHRASES = ("industry", "purpose", "stage", "applicant", "kind", "topic")
#: Words of names that say nothing about which record is meant, or that ask for any hub.
_GENERIC_HEADS = frozenset(
    {
        "海外", "国際", "企業", "中小", "中小企業", "支援", "展開", "進出", "ビジネス", "事業",
        "窓口", "相談", "機関", "制度", "経済", "産業", "日本", "アジア", "県", "府", "市", "都",
        "会社", "株式", "株式会社", "機構", "一般", "地域", "対象", "等", "化", "的", "推進",
        "現地", "総合", "大阪", "関西", "局", "省", "連携", "促進", "協力", "開発", "拠点", "投資",
        "貿易", "サービス", "団体", "法人", "交流", "技術", "計画", "南部", "国", "者",
    }
)  # fmt: skip


def build_rows(knowledge: Knowledge) -> list[Row]:
    """Lists every way to write every value the linker knows.

    Args:
        knowledge: The loaded knowledge base.

    Returns:
        Rows without duplicates, in a stable order.
    """
    rows: dict[Row, None] = {}
    for row in _rows(knowledge):
        if row.alias.strip():
            rows.setdefault(row)
    return list(rows)


def _rows(knowledge: Knowledge) -> Iterator[Row]:
    for record in knowledge.records.values():
        entity = "country" if record.kind is Kind.COUNTRY else "record"
        names = (record.name, record.short_name, *record.aliases)
        covered = COVERED if entity == "country" else ""
        yield from (Row(entity, record.id, name, "surface", covered) for name in names)
        yield from (Row(entity, record.id, name, "reading", covered) for name in record.readings)
    for slot in _PLACES:
        for value in knowledge.slots.get(slot, ()):
            covered = COVERED if value.id in knowledge.records else ""
            joined = "、".join(getattr(value, "prefectures", ())) or value.id
            yield from _slot_rows(slot, joined, value, "surface", covered)
    for slot in _PHRASES:
        for value in knowledge.slots.get(slot, ()):
            yield from _slot_rows(slot, value.id, value, "phrase")
    yield from (Row("industry", one.industry, one.name, "surface") for one in products())
    for attribute in knowledge.attributes.values():
        kinds = " ".join(kind.value for kind in attribute.kinds)
        # One character (国, 例, 差) is part of too many words to ask for a property.
        for alias in (a for a in (attribute.label, *attribute.aliases) if len(a) > 1):
            yield Row("attribute", attribute.id, alias, "phrase", kinds)
        for reading in attribute.readings:
            yield Row("attribute", attribute.id, reading, "reading", kinds)
    for name, cues in yaml.safe_load(CUES.read_text("utf-8")).items():
        kinds = " ".join(kind.value for kind in knowledge.attributes[name].kinds)
        yield from (Row("attribute", name, cue, CUE, kinds) for cue in cues)
    yield from _municipality_rows(knowledge)
    for place in yaml.safe_load(NICKNAMES.read_text("utf-8")):
        entity = next(one for one in ("city", "prefecture", "country") if one in place)
        detail = {"city": place.get("prefecture", ""), "country": COVERED}.get(entity, "")
        yield from (Row(entity, place[entity], name, NICKNAME, detail) for name in place["names"])
    for path, entity in ((BLOCKED, BLOCKED_ENTITY), (REFERENCES, REFERENCE_ENTITY)):
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                yield Row(entity, line, line, "surface")


def _slot_rows(
    slot: str, name: str, value: SlotValue, form: str, detail: str = ""
) -> Iterator[Row]:
    for alias in (value.label, *value.aliases):
        yield Row(slot, name, alias, form, detail)
    for reading in value.readings:
        yield Row(slot, name, reading, "reading", detail)


def _municipality_rows(knowledge: Knowledge) -> Iterator[Row]:
    prefectures = {
        alias
        for value in knowledge.slots.get("prefecture", ())
        for alias in (value.label, *value.aliases)
    }
    # Cities with wards of their own are known by their bare name even in three kana (なごや).
    large = {parent for city in knowledge.municipalities.values() for parent in city.parents}
    for city in knowledge.municipalities.values():
        detail = " ".join(city.prefectures)
        yield Row("city", city.name, city.name, "surface", detail)
        if city.reading:
            yield Row("city", city.name, city.reading, "reading", detail)
        stem = city.name[:-1]
        # A bare name is safe for cities only, and only where it is no prefecture and not one
        # character; 「津」「堺」 need 市 or an address around them.
        if city.name.endswith("市") and len(stem) >= 2 and stem not in prefectures:
            yield Row("city", city.name, stem, "bare", detail)
            if city.reading.endswith("し") and len(city.reading) >= (
                4 if city.name in large else 5
            ):
                yield Row("city", city.name, city.reading[:-1], "reading", detail)


def build_partials(knowledge: Knowledge) -> list[Partial]:
    """Lists the records people may name by place and one word (神戸のセンター).

    Args:
        knowledge: The loaded knowledge base.

    Returns:
        One entry for each hub, desk, case and organisation that has a place.
    """
    analyser = Analyser()
    found = []
    for record in knowledge.records.values():
        if record.kind not in (Kind.HUB, Kind.DESK, Kind.CASE, Kind.ORGANISATION):
            continue
        places = _places_of(record, knowledge)
        heads = _heads_of(record, analyser)
        if places and heads:
            found.append(Partial(record.id, frozenset(places), frozenset(heads)))
    return found


def _places_of(record: Record, knowledge: Knowledge) -> set[str]:
    names = " ".join((record.name, record.short_name, *record.aliases))
    match = record.match
    places = set(match.cities) if match else set()
    if match and len(match.prefectures) <= 6:
        places.update(match.prefectures)
    if match and len(match.countries) <= 2:
        places.update(match.countries)
    for slot in _PLACES:
        for value in knowledge.slots.get(slot, ()):
            stems = (value.label, *(alias for alias in value.aliases if len(alias) > 1))
            if any(stem in names for stem in stems):
                places.add("、".join(getattr(value, "prefectures", ())) or value.id)
    return places


def _heads_of(record: Record, analyser: Analyser) -> set[str]:
    heads: set[str] = set()
    for name in (record.name, record.short_name, *record.aliases):
        heads.update(token.normal.lower() for token in analyser.tokens(name) if _is_head(token))
    return heads


def _is_head(token: Token) -> bool:
    return (
        token.pos == "名詞"
        and len(token.normal) > 1
        and token.normal not in _GENERIC_HEADS
        and not token.surface.isdigit()
    )


def write(directory: Path = GAZETTEER.parent) -> tuple[int, int]:
    """Generates both files.

    Args:
        directory: Where to write them.

    Returns:
        Number of rows and of partial names.
    """
    knowledge = load_knowledge(strict=False)
    rows, partials = build_rows(knowledge), build_partials(knowledge)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / GAZETTEER.name).write_text(dump_rows(rows), "utf-8")
    (directory / PARTIALS.name).write_text(dump_partials(partials), "utf-8")
    return len(rows), len(partials)


def dump_rows(rows: Iterable[Row]) -> str:
    """Returns the dictionary as tab-separated text."""
    return _dump(rows)


def dump_partials(partials: Iterable[Partial]) -> str:
    """Returns the partial names as tab-separated text."""
    return _dump(
        (item.record, "|".join(sorted(item.places)), "|".join(sorted(item.heads)))
        for item in partials
    )


def _dump(lines: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerows(lines)
    return stream.getvalue()


def load_rows(text: str) -> list[Row]:
    """Reads the dictionary back from its text."""
    return [Row(*line) for line in csv.reader(io.StringIO(text), delimiter="\t") if line]


def load_partials(text: str) -> list[Partial]:
    """Reads the partial names back from their text."""
    return [
        Partial(record, frozenset(places.split("|")), frozenset(heads.split("|")))
        for record, places, heads in csv.reader(io.StringIO(text), delimiter="\t")
    ]
