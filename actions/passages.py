"""Answers from the documents an operator ingested: what they say, quoted, with page and date.

Records come first. A passage answers what no record answers, and stands beside a record where it is
newer. A figure is only said as it stands in the passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.fact_ranking import asked_attributes
from actions.passage_confidence import passage_confidence
from actions.passage_names import is_own_name, longest_run, names_all, shared_run
from actions.phrases import phrase
from actions.rendering import choice
from actions.turn import Clause, Turn
from answers import Answer, Citation, Point
from knowledge.dates import said
from knowledge.library import LibraryDocument, LibraryHit, open_library
from knowledge.library.excerpts import Excerpt, excerpt, figures_of, held_share
from knowledge.library.index import PassageIndex
from knowledge.mentions import fold, years
from knowledge.validity import Validity, holds, state, today

#: Confidence from which a passage answers, and from which it is shown as near.
SURE = 0.5
NEAR = 0.25
#: Passages looked at, and documents quoted side by side.
MOST_HITS = 10
MOST_DOCUMENTS = 2
#: Characters a question shares with the headings of a passage that make it the passage's subject,
#: and by how many they must exceed what it shares with the answer of the records.
_NAMED_RUN = 4
#: A run this long is one only where no record has it: 一歩塾, ハノイ展.
_SHORT_NAME = 3
_RUN_MARGIN = 2
#: The same for the share of its weighted words.
_HELD_MARGIN = 0.4
_UNANSWERED = frozenset({"not_in_material", "did_you_mean"})
_RECORDS = frozenset({"fact", "record", "list"})


@dataclass(frozen=True)
class _Told:
    """A passage with what it says to the question."""

    hit: LibraryHit
    excerpt: Excerpt
    confidence: float

    @property
    def document(self) -> LibraryDocument:
        return self.hit.document

    @property
    def above(self) -> str:
        """Title and headings."""
        return "。".join((self.document.title, *self.hit.passage.path))

    @property
    def date(self) -> str:
        return self.document.date or self.document.ingested[:10]


def with_passages(answer: Answer, clause: Clause, turn: Turn) -> Answer:
    """Returns an answer, or what the ingested documents say where they say it better.

    Args:
        answer: What the records answer.
        clause: The question.
        turn: The turn it belongs to.
    """
    index = open_library().index()
    if index is None or answer.kind not in _UNANSWERED | _RECORDS:
        return answer
    told = _told(index, clause, turn)
    if not told:
        return answer
    if answer.kind in _UNANSWERED:
        return _from_passages(told, answer, clause, turn)
    if _is_subject(told[0], clause.text, answer, index, turn):
        return _from_passages(told, answer, clause, turn)
    return _beside(told, answer, clause, turn)


def found_in_passages(clause: Clause, turn: Turn) -> Answer | None:
    """Returns what the ingested documents surely answer to a clause, if anything."""
    index = open_library().index()
    if index is None:
        return None
    told = [one for one in _told(index, clause, turn) if one.confidence >= SURE]
    if not told:
        return None
    return _from_passages(told, Answer(lead=Point(text="")), clause, turn)


def subject_of_passages(clause: Clause, turn: Turn) -> Answer | None:
    """Returns what the documents say where a clause surely is about something they name.

    Such a question may look like the wish of a company for hubs or schemes.
    """
    index = open_library().index()
    if index is None:
        return None
    nothing = Answer(lead=Point(text=""))
    told = [
        one
        for one in _told(index, clause, turn)
        if _is_subject(one, clause.text, nothing, index, turn)
    ]
    return _from_passages(told, nothing, clause, turn) if told else None


def _told(index: PassageIndex, clause: Clause, turn: Turn) -> list[_Told]:
    """Returns the passages that may answer a clause: what holds today first, then the surest."""
    attributes = asked_attributes(clause)
    found = []
    for hit in index.search(clause.text, MOST_HITS):
        above = "。".join((hit.document.title, *hit.passage.path))
        if not names_all(clause, turn, f"{above}。{hit.passage.text}"):
            continue
        cut = excerpt(
            hit.passage.text,
            hit.document.title,
            hit.passage.path,
            clause.text,
            attributes,
            index.weight_of,
        )
        run = longest_run(clause.text, "。".join((above, *cut.quotes)))
        named = len(run) >= _NAMED_RUN or (len(run) == _SHORT_NAME and is_own_name(run, turn))
        confidence = passage_confidence(hit.confidence, cut, named)
        if cut.quotes and confidence >= NEAR:
            found.append(_Told(hit, cut, confidence))
    day = today()
    return sorted(
        found,
        key=lambda one: (one.confidence < SURE, not holds(one.document, day), -one.confidence),
    )


def _is_subject(
    told: _Told, question: str, answer: Answer, index: PassageIndex, turn: Turn
) -> bool:
    """Says whether a question is about what a passage names and the records do not."""
    if told.confidence < SURE:
        return False
    told_there = "。".join((told.above, *told.excerpt.quotes))
    told_here = "。".join(point.text for point in (answer.lead, *answer.points))
    run = shared_run(question, told_there)
    if run < _NAMED_RUN:
        return False
    if run >= shared_run(question, told_here) + _RUN_MARGIN:
        return True
    there, here = (held_share(question, text, index.weight_of) for text in (told_there, told_here))
    return there >= here + _HELD_MARGIN


def _from_passages(told: Sequence[_Told], answer: Answer, clause: Clause, turn: Turn) -> Answer:
    """Answers from passages: the best, and beside it another document that says otherwise."""
    best = told[0]
    if best.confidence < SURE:
        return _near(best, answer)
    shown = _side_by_side(told)
    points = [_point("passage", shown[0])]
    points += [
        _point("passage_older" if one.date < shown[0].date else "passage_newer", one)
        for one in shown[1:]
    ]
    points += _limits_of(shown)
    return Answer(
        kind="fact",
        lead=points[0],
        points=tuple(points[1:]),
        choices=(
            choice(turn.wording.label("utter_start"), "start_consultation"),
            choice(turn.wording.label("utter_person_can_help"), "request_human"),
        ),
        data={"passages": [one.hit.passage.cite for one in shown]},
    )


def _near(best: _Told, answer: Answer) -> Answer:
    """Adds a passage that only comes near to an answer that knows nothing.

    One with figures is left out unless it holds what was asked for: it would be read as the answer.
    """
    figures = any(map(str.isdigit, "".join(best.excerpt.quotes)))
    if figures and not best.excerpt.evident:
        return answer
    return answer.copy(update={"points": (_point("passage_near", best), *answer.points)})


def _beside(told: Sequence[_Told], answer: Answer, clause: Clause, turn: Turn) -> Answer:
    """Puts a newer document beside the record a question names, before it where they differ."""
    store = turn.knowledge.store
    named = [
        store.record(one)
        for one in dict.fromkeys((*clause.values("record"), *answer.data.get("records", ())))
        if store.has_record(one)
    ][:1]
    asked = asked_attributes(clause)
    if not named or not asked:
        return answer
    names = [fold(name) for name in (named[0].name, named[0].short_name, *named[0].aliases)]
    day = today()
    for one in told:
        about = any(name in fold(f"{one.above}。{one.hit.passage.text}") for name in names)
        newer = one.date[:4] > _year_of(answer)
        if not (about and newer and one.confidence >= SURE and holds(one.document, day)):
            continue
        old, new = figures_of([answer.lead.text]), figures_of(one.excerpt.quotes)
        if new and not new & old:
            before = answer.lead.copy(update={"text": phrase("old_lead", text=answer.lead.text)})
            return answer.copy(
                update={
                    "lead": _point("passage_newer", one),
                    "points": (before, *answer.points),
                }
            )
        return answer.copy(update={"points": (*answer.points, _point("passage_same", one))})
    return answer


def _year_of(answer: Answer) -> str:
    """Returns the latest year of the sources an answer's first statement stands on."""
    found = years("。".join((answer.lead.text, *(one.title for one in answer.lead.citations))))
    return max((year[:4] for year in found), default="0000")


def _side_by_side(told: Sequence[_Told]) -> list[_Told]:
    """Returns the passages to show: where documents differ, the newest that holds first."""
    sure = [one for one in told if one.confidence >= SURE]
    shown = sure[:1]
    for one in sure[1:]:
        figures = [figures_of(other.excerpt.quotes) for other in shown]
        differs = all(figures_of(one.excerpt.quotes) != other for other in figures)
        elsewhere = all(one.document.series != other.document.series for other in shown)
        as_evident = one.excerpt.evident and shown[0].excerpt.evident
        if differs and elsewhere and as_evident and len(shown) < MOST_DOCUMENTS:
            shown.append(one)
    day = today()
    return sorted(shown, key=lambda one: (holds(one.document, day), one.date), reverse=True)


def _point(key: str, told: _Told) -> Point:
    """Words a passage: its date, its words, and that it has run out where it has."""
    document = told.document
    quotes = "".join(f"「{quote.rstrip('。')}」" for quote in told.excerpt.quotes)
    text = phrase(key, date=_when(document), quotes=quotes)
    if document.valid_until and state(document, today()) is Validity.EXPIRED:
        text += phrase("passage_expired", date=said(document.valid_until))
    return Point(text=text, citations=(_citation(told),))


def _when(document: LibraryDocument) -> str:
    return said(document.date) if document.date else f"{said(document.ingested[:10])}取込"


def _limits_of(shown: Sequence[_Told]) -> list[Point]:
    """Says which pages of the quoted documents nobody could read."""
    found = []
    for one in shown:
        if one.document.unreadable:
            pages = "、".join(f"p.{page}" for page in one.document.unreadable[:5])
            more = " ほか" if len(one.document.unreadable) > 5 else ""
            found.append(Point(text=phrase("passage_unreadable", pages=pages + more)))
    return found


def _citation(told: _Told) -> Citation:
    passage, document = told.hit.passage, told.document
    return Citation(
        document=document.id,
        section=passage.section,
        title=" ".join(filter(None, (document.citation, passage.place))),
        heading=passage.heading,
        url=document.url,
    )
