"""The searchable texts of facts and records: everything a person may say to ask for them."""

from __future__ import annotations

from knowledge.schema import Attribute, Fact, Record


def fact_texts(record: Record, fact: Fact, attribute: Attribute | None) -> tuple[str, str]:
    """Returns what a fact is about (names, attribute) and what it says.

    Record name and aliases and the attribute's label and aliases stand beside the statement,
    because people ask 「MOBIOはどこ」 where the statement says only 「所在地は東大阪市」.
    """
    about = [record.name, record.short_name, *record.aliases]
    if attribute is not None:
        about += [attribute.label, *attribute.aliases]
    return "。".join(about), "。".join([fact.text, *fact.keywords])


def record_texts(record: Record) -> tuple[str, str]:
    """Returns the names of a record and what is said of it."""
    about = [record.name, record.short_name, *record.aliases]
    return "。".join(about), "。".join([record.summary, *(fact.text for fact in record.facts)])
