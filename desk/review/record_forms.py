"""Records read from the forms: the short one of a hub, and the one with every field."""

from __future__ import annotations

from typing import Any

from desk.review import forms
from desk.review.citations import new_document
from desk.review.form_values import one
from desk.review.records import InvalidRecord
from desk.review.review import Review
from desk.review.wording import texts, wording
from knowledge.errors import Problem
from knowledge.schema import Document

NEW_SOURCE = "new"


class RecordForms:
    """Reads records and the documents they cite anew.

    Args:
        review: What the pages stand on.
    """

    def __init__(self, review: Review) -> None:
        self._review = review

    def full(self, values: forms.Values, kind: str) -> dict[str, Any]:
        """Return the record of the form with every field; it has no id yet."""
        return forms.read(forms.Forms(self._review.records.knowledge()), values, kind)

    def quick(self, values: forms.Values, kind: str) -> tuple[dict[str, Any], list[Document]]:
        """Return the record of the short form of a hub."""
        wrong: dict[str, str] = {}
        given = {name: one(values, name) for name in values}
        name, reading = given.get("name", ""), given.get("reading", "")
        what = [line.strip() for line in given.get("what", "").splitlines() if line.strip()]
        place = given.get("prefecture", "")
        for field, value in (("name", name), ("reading", reading), ("what", what),
                             ("place", place)):  # fmt: skip
            if not value:
                wrong["prefecture" if field == "place" else field] = wording("problems", field)
        documents: list[Document] = []
        cites = [line for line in given.get("cite", "").split() if line]
        if not cites and given.get("new_title") and given.get("new_publisher"):
            document, cite = new_document(
                given["new_title"],
                given["new_publisher"],
                given.get("new_date", ""),
                given.get("new_url", ""),
                "",
            )
            documents, cites = [document], [cite]
        if not cites:
            wrong["cite"] = wording("problems", "source")
        if wrong:
            raise InvalidRecord([_problem(field, said) for field, said in wrong.items()])
        short = given.get("short_name") or name
        facts = [
            {"attribute": "overview" if number == 0 else "activities",
             "text": self._sentence(name, text), "cite": cites}
            for number, text in enumerate(what)
        ]  # fmt: skip
        for attribute in ("contact", "url"):
            if given.get(attribute):
                label = {"contact": "連絡先", "url": "公式ページ"}[attribute]
                text = f"{name}の{label}は {given[attribute]} です。"
                facts.append({"attribute": attribute, "text": text, "cite": cites})
        content: dict[str, Any] = {
            "id": self._review.records.new_id(kind, reading),
            "kind": kind,
            "name": name,
            "short_name": short[:20],
            "readings": reading.split(),
            "summary": self._sentence(name, what[0]),
            "facts": facts,
            "match": {"prefectures": [place]},
        }
        documents += self._review.citations.to_register(cites)
        return content, documents

    @staticmethod
    def _sentence(name: str, text: str) -> str:
        text = text if text.endswith(("。", "！", "？")) else f"{text}。"
        return text if name in text else texts()["quick_fact"].format(name=name, what=text)

    def documents(self, content: dict[str, Any], values: forms.Values) -> list[Document]:
        """Return the documents to be registered with a record; names them in its citations."""
        documents = []
        title = one(values, "new_title")
        if title:
            document, cite = new_document(
                title,
                one(values, "new_publisher"),
                one(values, "new_date"),
                one(values, "new_url"),
                one(values, "new_heading"),
            )
            documents.append(document)
            for fact in content.get("facts", ()):
                cites = [cite if name == NEW_SOURCE else name for name in fact.get("cite", ())]
                fact["cite"] = cites or [cite]
        cites = [name for fact in content.get("facts", ()) for name in fact.get("cite", ())]
        return [*documents, *self._review.citations.to_register(cites)]


def _problem(field: str, what: str) -> Problem:
    return Problem("records", what, None, field)
