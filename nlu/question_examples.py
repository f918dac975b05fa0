"""Training examples generated from the questions of the knowledge base.

``data/generated/questions.yml`` is committed and equal to a fresh build
(``tsunagari nlu-eval --generate``): what people ask about a fact is written once, beside the
record and attribute that answer it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from knowledge.loader import load_knowledge
from knowledge.questions import UNLABELLED, QuestionGroup
from nlu.gazetteer import GAZETTEER

QUESTIONS = GAZETTEER.parent / "questions.yml"
_HEAD = """\
version: "3.1"

# Generated from knowledge/questions/ by `tsunagari nlu-eval --generate`; edit there.
nlu:
"""


def dump(groups: Iterable[QuestionGroup]) -> str:
    """Returns the labelled questions as a Rasa NLU file, by intent and in file order.

    Args:
        groups: Questions of the knowledge base.
    """
    by_intent: dict[str, list[str]] = {}
    for group in groups:
        for intent, text in group.texts():
            if intent != UNLABELLED:
                by_intent.setdefault(intent, []).append(text)
    return _HEAD + "".join(
        f"\n  - intent: {intent}\n    examples: |\n" + "".join(f"      - {t}\n" for t in texts)
        for intent, texts in sorted(by_intent.items())
    )


def write(path: Path = QUESTIONS) -> int:
    """Generates the file.

    Args:
        path: Where to write it.

    Returns:
        Number of questions in it.
    """
    content = dump(load_knowledge(strict=False).questions)
    path.write_text(content, "utf-8")
    return content.count("\n      - ")
