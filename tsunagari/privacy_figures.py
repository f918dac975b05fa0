"""How well personal data is masked: recall and precision on labelled sentences, by kind."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conversations.masking import Found, PersonalDataMasker


@dataclass(frozen=True)
class Sentence:
    """A labelled sentence.

    Attributes:
        text: As somebody would type it.
        spans: What of it is personal.
        split: `dev` or `unseen`.
    """

    text: str
    spans: tuple[Found, ...]
    split: str


@dataclass
class Figures:
    """Counts of one kind.

    Attributes:
        labelled: Labelled pieces.
        hidden: Labelled pieces of which every character was masked as this kind.
        leaked: Labelled pieces of which a character stayed visible, whatever the kind.
        found: Pieces found.
        right: Pieces found that overlap a labelled one of the kind.
    """

    labelled: int = 0
    hidden: int = 0
    leaked: int = 0
    found: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Share of the labelled pieces that were masked whole."""
        return self.hidden / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        """Share of the pieces found that are labelled."""
        return self.right / self.found if self.found else 1.0


@dataclass
class Result:
    """Figures of a set.

    Attributes:
        kinds: By kind.
        total: All kinds together.
        touched: Sentences without personal data in which something was masked.
        clean: Sentences without personal data.
        milliseconds: Median time of a sentence.
        mistakes: Where labels and findings differ: (text, what is wrong).
    """

    kinds: dict[str, Figures] = field(default_factory=dict)
    total: Figures = field(default_factory=Figures)
    touched: int = 0
    clean: int = 0
    milliseconds: float = 0.0
    mistakes: list[tuple[str, str]] = field(default_factory=list)


def read_sentences(path: Path, split: str | None = None) -> list[Sentence]:
    """Read labelled sentences (JSON Lines), of one split or all."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if split is None or row["split"] == split:
            spans = tuple(Found(*span) for span in row["spans"])
            found.append(Sentence(row["text"], spans, row["split"]))
    return found


def measure(masker: PersonalDataMasker, sentences: Sequence[Sentence]) -> Result:
    """Mask all sentences and compare with their labels."""
    result, times = Result(), []
    for sentence in sentences[:20]:
        masker.examine(sentence.text)
    for sentence in sentences:
        began = time.perf_counter()
        found = masker.examine(sentence.text).found
        times.append((time.perf_counter() - began) * 1000)
        _compare(sentence, found, result)
    result.milliseconds = statistics.median(times) if times else 0.0
    return result


def _compare(sentence: Sentence, found: Sequence[Found], result: Result) -> None:
    hidden_at_all = _characters(found)
    for span in sentence.spans:
        kind = result.kinds.setdefault(span.kind, Figures())
        wanted = set(range(span.start, span.end))
        whole = wanted <= _characters(one for one in found if one.kind == span.kind)
        leaked = not wanted <= hidden_at_all
        for figures in (kind, result.total):
            figures.labelled += 1
            figures.hidden += whole
            figures.leaked += leaked
        if not whole:
            said = f"見逃し {span.kind}: {sentence.text[span.start : span.end]}"
            result.mistakes.append((sentence.text, said))
    for one in found:
        kind = result.kinds.setdefault(one.kind, Figures())
        right = any(
            span.kind == one.kind and span.start < one.end and one.start < span.end
            for span in sentence.spans
        )
        for figures in (kind, result.total):
            figures.found += 1
            figures.right += right
        if not right:
            said = f"伏せすぎ {one.kind}: {sentence.text[one.start : one.end]}"
            result.mistakes.append((sentence.text, said))
    if not sentence.spans:
        result.clean += 1
        result.touched += bool(found)


def _characters(found: Iterable[Found]) -> set[int]:
    return {at for one in found for at in range(one.start, one.end)}
