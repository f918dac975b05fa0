"""Several questions in one message: the later lean on the earlier, and nothing is told twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.subjects import subjects_of
from actions.turn import Clause, Turn
from answers import Answer

#: Kinds of answers whose points are facts beside the asked one, which may be left out.
_WITH_FACTS_BESIDE = frozenset({"fact", "record", "not_in_material"})
#: Entities that tell what is asked, and not of what.
_OF_WHATEVER = frozenset({"reference", "attribute"})


def names_nothing(clause: Clause) -> bool:
    """True for a clause whose words alone do not tell what it is about."""
    return all(one["entity"] == "reference" for one in clause.entities)


def is_refused_with(
    clause: Clause, before: Clause | None, found: Sequence[Answer], turn: Turn
) -> bool:
    """True for 「なんぼ？」 behind a question that the material leaves out.

    So is a property that nothing named there has (「タイで外資100%は可能？上限は？」).

    Args:
        clause: The question.
        before: The one answered last.
        found: The answers so far.
        turn: The turn they belong to.
    """
    refused = bool(found) and found[-1].kind == "not_in_material"
    if not refused or before is None or clause.goes_on_from is not before:
        return False
    if not all(one["entity"] in _OF_WHATEVER for one in clause.entities):
        return False
    asked = clause.values("attribute")
    return not any(one.facts_about(each) for one in subjects_of(before, turn) for each in asked)


def leaning(
    clause: Clause, before: Clause | None, found: Sequence[Answer], turn: Turn
) -> tuple[Clause, Turn]:
    """Returns a question as in a turn of its own, where it leans on the one just answered.

    「事務局はどこ？誰でも入れる？」 asks the second of the body the first was answered about.

    Args:
        clause: The question.
        before: The one answered last.
        found: The answers so far.
        turn: The turn they belong to.
    """
    shown = found[-1].data.get("records", []) if found else []
    leans = all(one["entity"] in _OF_WHATEVER for one in clause.entities)
    if len(shown) != 1 or clause.goes_on_from is not before or not leans:
        return clause, turn
    asked = tuple(found[-1].data.get("attributes", turn.asked))
    return replace(clause, goes_on_from=None), replace(turn, focus=tuple(shown), asked=asked)


def told_once(answers: Sequence[Answer]) -> list[Answer]:
    """Returns the answers without what another of them tells too.

    A fact told beside the asked one gives way to the answer it leads, and to an earlier one. The
    choices of what to do next stand behind the last answer only, unless they are the candidates
    of a question back.

    Args:
        answers: Answers to one message, in order.
    """
    leads = {answer.lead.text for answer in answers}
    told: set[str] = set()
    result = []
    for answer in answers:
        notes = tuple(one for one in answer.status_notes if one.text not in told)
        points = answer.points
        if answer.kind in _WITH_FACTS_BESIDE:
            others = leads - {answer.lead.text} | told
            points = tuple(one for one in points if one.text not in others)
        kept = answer is answers[-1] or answer.kind == "did_you_mean"
        choices = answer.choices if kept else ()
        told.update(one.text for one in answer.points)
        told.update(one.text for one in notes)
        result.append(
            answer.copy(update={"points": points, "status_notes": notes, "choices": choices})
        )
    return result
