"""What is said of a record as a matter of course, measured by the one fact that decides it."""

from __future__ import annotations

import re

from actions.fact_ranking import asked_attributes
from actions.patterns import pattern
from actions.turn import Clause, Turn
from knowledge.mentions import years
from knowledge.schema import Applicant, Fact, Kind, Record

#: Properties told by one year each, and the words that ask for them.
_DATED = (
    ("transfer", re.compile("移管|移っ|移った")),
    ("restart", re.compile("再開")),
    ("pilot", re.compile("パイロット|試験")),
    ("start_year", re.compile("始ま|から|開始|スタート|でき|創設|設け")),
    ("date", re.compile("開|回")),
)
_COUNTED = re.compile(
    r"([0-9０-９]+|[一二三四五六七八九十]+)\s*"
    r"([かカヶヵ]国|か所|団体|機関|省庁|ブロック|市町村|つ)"
)
_QUOTED = re.compile(r"(全面|選択的)歓迎")
_MORE = re.compile("高い|高く|多い|多く|大きい|上回")
_LESS = re.compile("低い|低く|安い|安く|少な|小さい|下回")
_THAN = "(より|に比べ|と比べ)"
_MEASURED = re.compile(f"(ほう|方)が|{_THAN}")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_KANJI = {one: place for place, one in enumerate("一二三四五六七八九十", 1)}
#: Whether it can be used from somewhere is another question than where it is.
_USED = re.compile("使え|使う|使って|利用|相談でき|相談し|行け|行って|応募|申請|申し込")
_APPLIES = re.compile("対象|使え|応募|申請|申し込")
_APPLICANTS = (
    (re.compile("大企業|大手|上場"), Applicant.LARGE),
    (re.compile("中小|零細|町工場|小規模"), Applicant.SME),
    (re.compile("自治体|市役所|県庁|役所|役場"), Applicant.MUNICIPALITY),
)
_ENTERPRISE = re.compile("(うち|弊社|当社|会社|企業|民間|個人)")
_CHAMBER = "商工会議所"
_BODIES = frozenset({Kind.ORGANISATION, Kind.HUB})
#: Behind the name of a place, the rest of the name of a body there (長野県テクノ財団).
_ANOTHER_BODY = "[^、。はがをにで（）＋・]{1,12}(財団|協会|機構|公社|会社|大学|商工会議所|組合)"
_FLOOR = re.compile("同じ(階|フロア)")
#: A verdict, and the fact it follows from.
Verdict = tuple[str | None, Fact]


def of_a_body(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    """Decides what is said of a hub, a scheme or another body.

    Args:
        clause: The question.
        subject: What it is said of.
        turn: The turn it belongs to.

    Returns:
        The phrase of a yes or a no (None where the fact alone answers) and the fact; None where
        nothing of the kind is said.
    """
    for decide in (_by_year, _by_applicant, _by_floor, _by_operator, _by_place, _by_number):
        found = decide(clause, subject, turn)
        if found is not None:
            return found
    return None


def of_a_country(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    """Decides what is said of a country: its welcome, or that it has more than the other.

    Args:
        clause: The question.
        subject: The country.
        turn: The turn it belongs to.
    """
    return _by_welcome(clause, subject) or _by_comparison(clause, subject, turn)


def _by_year(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    claimed = {one[:4] for one in years(clause.text)}
    if len(claimed) != 1:
        return None
    for attribute, words in _DATED:
        facts = subject.facts_about(attribute)
        if not facts or not words.search(clause.text):
            continue
        told = {one[:4] for one in years(facts[0].text)}
        if len(told) == 1:
            return (phrase_of(told == claimed), facts[0])
        return (None if claimed & told else phrase_of(False), facts[0])
    return None


def _by_applicant(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    facts = subject.facts_about("applicants")
    allowed = subject.match.applicants if subject.match else ()
    asked = "applicants" in asked_attributes(clause) or _APPLIES.search(clause.text)
    if not facts or not allowed or not asked or subject.kind is not Kind.SCHEME:
        return None
    claimed = applicants_in(clause.text)
    if not claimed and _ENTERPRISE.search(clause.text):
        claimed = {Applicant.SME, Applicant.LARGE}
        return (phrase_of(False), facts[0]) if not claimed & {*allowed} else (None, facts[0])
    if not claimed:
        return None
    return (phrase_of(claimed <= {*allowed}), facts[0])


def applicants_in(text: str) -> set[Applicant]:
    """Returns the kinds of applicants that are named in whatever words (大手, 町工場)."""
    return {one for words, one in _APPLICANTS if words.search(text)}


def _by_operator(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    facts = subject.facts_about("secretariat" if "事務局" in clause.text else "operator")
    claimed = _claimed_bodies(clause, subject, turn)
    if not claimed or not facts or _USED.search(clause.text):
        return None
    told = facts[0].text
    agrees = any(_is_in(name, told) for names in claimed for name in names)
    if years(told):
        return (None, facts[0])
    return (phrase_of(agrees), facts[0])


def _is_in(name: str, told: str) -> bool:
    """True where a fact names just this body, and no other whose name begins alike."""
    return bool(re.search(f"{re.escape(name)}(?!{_ANOTHER_BODY})", told))


def _claimed_bodies(clause: Clause, subject: Record, turn: Turn) -> list[tuple[str, ...]]:
    """The names of each body, prefecture or city that is said to run something."""
    store = turn.knowledge.store
    claimed: list[tuple[str, ...]] = []
    for one in clause.entities:
        value, said = str(one["value"]), str(one.get("text") or "")
        if not said or value == subject.id or not _runs(said, clause.text):
            continue
        if one["entity"] == "record" and store.record(value).kind in _BODIES:
            body = store.record(value)
            claimed.append((body.name, body.short_name, *body.aliases))
        elif one["entity"] in ("prefecture", "city"):
            claimed.append((value,))
    if not claimed and _runs(_CHAMBER, clause.text):
        claimed.append((_CHAMBER,))
    return claimed


def _runs(said: str, text: str) -> bool:
    """True where the words say that what is named so runs something (「大阪府が運営」)."""
    name = re.escape(said)
    return bool(
        re.search(f"{name}[がは][^。、]{{0,6}}({pattern('runs').pattern})", text)
        or re.search(f"(事務局|運営|実施|主体)[^。、]{{0,4}}[はが]{name}", text)
        or re.search(f"{name}の({pattern('is_run').pattern})", text)
    )


def _by_floor(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    """「JETRO神戸と同じ階ですよね」."""
    facts = subject.facts_about("location")
    if not facts or not _FLOOR.search(clause.text) or not _FLOOR.search(facts[0].text):
        return None
    named = [str(one.get("text") or "") for one in clause.entities if one["entity"] == "record"]
    together = any(f"{one}と" in facts[0].text for one in named if one)
    return (phrase_of(True), facts[0]) if together else (None, facts[0])


def _by_place(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    if not says_where(clause) and not _names_another(clause, subject):
        return None
    if _USED.search(clause.text):
        return None
    facts = subject.facts_about("location") or subject.facts_about("operator")
    if not facts:
        return None
    other = _names_another(clause, subject)
    if other:
        return (phrase_of(False), facts[0])
    if not names_a_place(clause):
        return (None, facts[0]) if clause.values("country") else None
    served = {*(subject.match.prefectures if subject.match else ())}
    told = facts[0].text
    for one in clause.entities:
        place = str(one["value"])
        if one["entity"] not in ("prefecture", "city"):
            continue
        if place in told or place.rstrip("府県市") in told:
            return (phrase_of(True), facts[0])
        prefecture = place if one["entity"] == "prefecture" else str(one.get("prefecture") or "")
        if one["entity"] == "prefecture" and served == {place}:
            return (phrase_of(True), facts[0])
        away = bool(prefecture) and bool(served) and prefecture not in served
        named = re.search("[都道府県市]", told.replace("所在地", ""))
        return (phrase_of(False) if away or (named and not served) else None, facts[0])
    return None


def says_where(clause: Clause) -> bool:
    """True where a place is said to be where something is."""
    return bool(pattern("says_where").search(clause.text))


def names_a_place(clause: Clause) -> bool:
    """True where a prefecture or a municipality is named."""
    return bool(clause.values("prefecture") or clause.values("city"))


def lacks_a_place(subject: Record) -> bool:
    """True for a record of which neither place nor operator is told."""
    return not subject.facts_about("location") and not subject.facts_about("operator")


def _names_another(clause: Clause, subject: Record) -> bool:
    """True for 「MOBIOは名古屋のセンターでしょ」: one hub is said to be another one."""
    others = [one for one in clause.entities if one["entity"] == "record"]
    return any(
        str(one["value"]) != subject.id
        and str(one["value"]).startswith("hub.")
        and subject.kind is Kind.HUB
        and re.search(r"の(センター|窓口|拠点|機関)$", str(one.get("text") or ""))
        for one in others
    )


def _by_number(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    claimed = _COUNTED.search(clause.text)
    if claimed is None:
        return None
    unit = _unit(claimed[2])
    for fact in subject.facts:
        told = [
            one for one in _COUNTED.finditer(fact.text) if re.sub("[かカヶヵ]", "", one[2]) == unit
        ]
        if len(told) == 1:
            return (phrase_of(_number(told[0][1]) == _number(claimed[1])), fact)
    return None


def _unit(text: str) -> str:
    return re.sub("[かカヶヵ]", "", text)


def _number(text: str) -> int:
    text = text.translate(_DIGITS)
    return int(text) if text.isdigit() else _KANJI.get(text, -1)


def _by_welcome(clause: Clause, subject: Record) -> Verdict | None:
    claimed = _QUOTED.search(clause.text)
    facts = subject.facts_about("reception")
    if claimed is None or not facts:
        return None
    return (phrase_of(claimed[0] in facts[0].text), facts[0])


def _by_comparison(clause: Clause, subject: Record, turn: Turn) -> Verdict | None:
    """「ベトナムのほうがタイより賃金が高い」: one country is said to have more than the other."""
    store = turn.knowledge.store
    countries = list(clause.values("country"))
    if not all(map(store.has_record, countries)):
        return None
    if len(countries) == 1 and _MEASURED.search(clause.text):
        countries += [one.id for one in store.records(Kind.COUNTRY) if one.id != countries[0]]
    more, less = _MORE.search(clause.text), _LESS.search(clause.text)
    attributes = asked_attributes(clause)
    if len(countries) != 2 or bool(more) == bool(less) or not attributes:
        return None
    first, second = (store.record(one) for one in countries)
    texts = {str(one["value"]): str(one.get("text") or "") for one in clause.entities}
    if re.search(re.escape(texts.get(first.id) or "。") + _THAN, clause.text):
        first, second = second, first
    facts = [one.facts_about(attributes[0]) for one in (first, second)]
    if not all(facts) or facts[0][0].value is None or facts[1][0].value is None:
        return None
    greater = facts[0][0].value > facts[1][0].value
    return (phrase_of(greater == bool(more)), facts[0][0])


def phrase_of(agrees: bool) -> str:
    """The phrase of a yes or a no."""
    return "confirmed" if agrees else "contradicted"
