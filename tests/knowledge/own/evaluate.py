"""Asks the whole bot about a centre's own documents and counts right, near, wrong and silent.

python -m tests.knowledge.own.evaluate [first|second] [-v]
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.ingest import Options, ingest_file
from knowledge.library import Library
from tests.knowledge.own import documents
from tsunagari.settings import Settings

FOLDER = Path(__file__).parent
#: How an answer begins that only shows what comes near.
_NEAR = re.compile(r"近い記載")


@dataclass(frozen=True)
class Asked:
    """A question; without anything to hold, the documents do not answer it."""

    text: str
    holds: tuple[str, ...]


def questions(batch: str) -> list[Asked]:
    """Returns the labelled questions of a batch."""
    listed = yaml.safe_load((FOLDER / f"{batch}.yml").read_text("utf-8"))
    return [Asked(one[0], tuple(one[1:])) for one in listed]


def take_in(batch: str, folder: Path) -> Library:
    """Ingests the documents of a batch into a library in a folder."""
    library = Library(folder / "library.sqlite")
    for name, data in getattr(documents, batch)().items():
        path = folder / name
        path.write_bytes(data)
        ingest_file(path, library, Options())
    return library


def verdict(one: Asked, answers: list[dict[str, Any]], cites: frozenset[str]) -> str:
    """Returns what an answer is: right, near, wrong or silent; honest where nothing is said.

    Args:
        one: The question.
        answers: What the bot sent.
        cites: Ids of the ingested documents.
    """
    points: list[dict[str, Any]] = []
    for answer in answers:
        custom = answer.get("custom") or {}
        points += [point for point in (custom.get("lead"), *custom.get("points", ())) if point]
    own = [
        point
        for point in points
        if any(cited["document"] in cites for cited in point.get("citations", ()))
    ]
    sure = [point for point in own if not _NEAR.search(point["text"])]
    text = "\n".join(point["text"] for point in own)
    if not one.holds:
        return "wrong" if sure else "honest"
    right = all(re.search(wanted, text) for wanted in one.holds)
    if sure:
        return "right" if right else "wrong"
    return "near" if own and right else "silent"


async def evaluate(batch: str, verbose: bool) -> Counter[str]:
    """Asks all questions of a batch, each in a conversation of its own."""
    from tests.conversations.runner import Conversation
    from tsunagari.assembly import assemble

    folder = Path(tempfile.mkdtemp())
    cites = frozenset(one.id for one in take_in(batch, folder).documents())
    store, library = f"sqlite:///{folder / 'store.sqlite'}", folder / "library.sqlite"
    settings = Settings(root=FOLDER.parents[2], database_url=store, library_file=library)
    application = assemble(settings, warm_up=False)
    counted: Counter[str] = Counter()
    for one in questions(batch):
        answers = await Conversation(application.gate).say(one.text)
        found = verdict(one, answers, cites)
        counted[found] += 1
        if verbose and found not in {"right", "honest"}:
            sys.stdout.write(f"{found}: {one.text} → {one.holds}\n")
            for answer in answers:
                sys.stdout.write("    " + answer["text"][:400].replace("\n", "\n    ") + "\n")
    return counted


def main() -> None:
    """Prints the figures of the batches named, of all without a name."""
    named = [one for one in sys.argv[1:] if not one.startswith("-")] or ["first", "second"]
    for batch in named:
        counted = asyncio.run(evaluate(batch, "-v" in sys.argv))
        asked = questions(batch)
        there = sum(bool(one.holds) for one in asked)
        sys.stdout.write(
            f"{batch}: {dict(counted)} — right {counted['right']}/{there}, near {counted['near']};"
            f" honest {counted['honest']}/{len(asked) - there}\n"
        )


if __name__ == "__main__":
    from tsunagari import light_imports

    light_imports.install()
    main()
