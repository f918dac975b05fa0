"""The searchable text of a fact: everything a person may say when asking for it."""

from __future__ import annotations

from knowledge.schema import Attribute, Fact, Record


def fact_text(record: Record, fact: Fact, attribute: Attribute | None) -> str:
    """Returns the words a fact is found by, as one text.

    Record name and aliases and the attribute's label and aliases stand beside the statement,
    because people ask 「MOBIOはどこ」 where the statement says only 「所在地は東大阪市」.
    """
    parts = [record.name, record.short_name, *record.aliases]
    if attribute is not None:
        parts += [attribute.label, *attribute.aliases]
    return "。".join([*parts, fact.text, *fact.keywords])


def record_text(record: Record) -> str:
    """Returns the words a whole record is found by."""
    parts = [record.name, record.short_name, *record.aliases, record.summary]
    return "。".join([*parts, *(fact.text for fact in record.facts)])
