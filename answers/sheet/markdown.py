"""The consultation sheet as Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from answers.sheet.model import Question, Recommendation, SheetDocument, Statement
from answers.sheet.wording import wording

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)")


def to_markdown(sheet: SheetDocument) -> str:
    """Return the sheet as Markdown; nothing in it is taken for markup but ours."""
    lines = [
        f"# {wording('title')}", "", wording("made_at", at=sheet.made_at), "", wording("lead"),
        "", f"## {wording('profile')}", "", "| | |", "| --- | --- |",
        *(f"| {_plain(one.label)} | {_plain(one.value)} |" for one in sheet.profile),
        "", f"## {wording('plan')}", "", *_plan(sheet),
    ]  # fmt: skip
    if sheet.questions:
        lines += ["", f"## {wording('questions')}", ""]
        for question in sheet.questions:
            lines += _question(question)
        if sheet.questions_left_out:
            number, shown = sheet.questions_left_out, len(sheet.questions)
            lines += ["", wording("questions_left_out", number=number, shown=shown)]
    if sheet.replies:
        lines += ["", f"## {wording('replies')}", ""]
        lines += [f"- {_plain(one.at)} {_plain(one.text)}" for one in sheet.replies]
    lines += ["", f"## {wording('open_points')}", ""]
    lines += [f"- [ ] {_plain(one)}" for one in sheet.open_points] or [wording("no_open_points")]
    lines += ["", f"## {wording('person')}", "", *_person(sheet)]
    if sheet.sources:
        lines += ["", f"## {wording('sources')}", ""]
        for number, source in enumerate(sheet.sources, 1):
            link = f" <{source.url}>" if source.url else ""
            lines.append(f"{number}. {_plain(source.text)}{link}")
    lines += ["", "---", "", wording("limits")]
    return "\n".join(lines) + "\n"


def _plan(sheet: SheetDocument) -> Iterator[str]:
    if not sheet.plan:
        yield wording("no_plan")
    for place, group in enumerate(sheet.plan):
        yield from ([""] if place else [])
        yield f"### {_plain(group.heading)}"
        yield ""
        for one in group.recommendations:
            yield from _recommendation(one)
    if sheet.remarks:
        yield ""
        yield from _statements(sheet.remarks, "- ")


def _recommendation(one: Recommendation) -> Iterator[str]:
    yield f"- **{_plain(one.title)}**{_numbers(one.sources)}"
    yield f"  - {_plain(one.summary)}"
    if one.reasons:
        yield f"  - {wording('reasons')}: {_plain('、'.join(one.reasons))}"
    for point in one.points:
        yield f"  - {_plain(point)}"
    if one.status:
        source = wording("status_source", source=one.status_source) if one.status_source else ""
        link = f" <{one.status_url}>" if one.status_url else ""
        yield f"  - {wording('status')}: {_plain(one.status + source)}{link}"


def _question(question: Question) -> Iterator[str]:
    yield f"- **{_plain(question.asked)}**（{_plain(question.at)}）"
    yield from _statements(question.answers, "  - ")
    if question.left_out:
        yield f"  - {wording('answers_left_out', number=question.left_out)}"


def _person(sheet: SheetDocument) -> Iterator[str]:
    if sheet.person is None:
        yield wording("no_person")
        return
    yield "| | |"
    yield "| --- | --- |"
    for label, value in sheet.person.lines:
        yield f"| {_plain(label)} | {_plain(value)} |"
    yield ""
    yield _plain(sheet.person.consent)


def _statements(statements: Iterable[Statement], bullet: str) -> Iterator[str]:
    for one in statements:
        yield f"{bullet}{_plain(one.text)}{_numbers(one.sources)}"


def _numbers(sources: Sequence[int]) -> str:
    return f" \\[{', '.join(map(str, sources))}\\]" if sources else ""


def _plain(text: str) -> str:
    joined = re.sub(r"\s*\n\s*", " ", _MARKUP.sub(r"\\\1", text)).strip()
    return _LIST.sub(r"\1\\\2\3", joined)
