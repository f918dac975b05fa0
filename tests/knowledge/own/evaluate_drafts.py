"""Holds the drafts of records against what a person would take down of the same documents.

python -m tests.knowledge.own.evaluate_drafts
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import yaml

from knowledge.library.drafts import Drafts
from tests.knowledge.own.evaluate import FOLDER, take_in


class Figures(NamedTuple):
    """Records and fields: offered, of them right, and wanted; and the mistakes in words."""

    names: tuple[int, int, int]
    fields: tuple[int, int, int]
    mistakes: list[str]


def figures(batch: str, folder: Path) -> Figures:
    """Returns how the drafts of a batch compare with its labels.

    A name counts where its kind is right; what is said beside the labels counts as wrong,
    overviews apart.
    """
    labels = yaml.safe_load((FOLDER / "drafts.yml").read_text("utf-8"))[batch]
    wanted = {one["name"]: one for one in labels}
    offered = Drafts(take_in(batch, folder).path).listed()
    mistakes: list[str] = []
    right_names = right_fields = said = 0
    for draft in offered:
        label = wanted.get(draft.name)
        named = label is not None and label["kind"] == draft.kind
        right_names += named
        if not named:
            mistakes.append(f"no such record: {draft.kind} {draft.name}")
        left = {name: list(words) for name, words in label["fields"].items()} if label else {}
        for one in draft.fields:
            if one.attribute == "overview":
                continue
            said += 1
            found = [words for words in left.get(one.attribute, ()) if words in one.text]
            if found:
                left[one.attribute].remove(found[0])
                right_fields += 1
            else:
                mistakes.append(f"not so: {draft.name} {one.attribute} {one.text}")
        mistakes += [
            f"missing: {draft.name} {name} {words}" for name, words in left.items() if words
        ]
    names = {draft.name for draft in offered}
    mistakes += [f"missing: {name}" for name in wanted if name not in names]
    fields = sum(len(words) for one in labels for words in one["fields"].values())
    return Figures((len(offered), right_names, len(wanted)), (said, right_fields, fields), mistakes)


def main() -> None:
    """Prints precision and recall of both batches with every mistake."""
    for batch in ("first", "second"):
        made = figures(batch, Path(tempfile.mkdtemp()))
        for what, (offered, right, wanted) in (("records", made.names), ("fields", made.fields)):
            sys.stdout.write(
                f"{batch} {what}: precision {right}/{offered}, recall {right}/{wanted}\n"
            )
        for mistake in made.mistakes:
            sys.stdout.write(f"    {mistake}\n")


if __name__ == "__main__":
    main()
