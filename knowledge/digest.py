"""Digests: what a document states, section by section, without its sentences.

A digest holds figures with units, years and proper names (facts, not wording) and stands
in the repository beside the records, so that they can be verified where the document is not
at hand.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import yaml

from knowledge.analysis import Analyser
from knowledge.errors import KnowledgeError, Problem
from knowledge.line_breaks import join_lines
from knowledge.loader import ROOT, read_yaml
from knowledge.mentions import Mentions, fold, mentions
from knowledge.schema import Document

DIGESTS = ROOT / "digests"

_HEADER = (
    "# 自動生成（tsunagari knowledge digest 資料ファイル）。手で直さない。\n"
    "# 節ごとの数値・年・固有名。資料の文章は含まない。\n"
)


@dataclass
class SectionDigest(Mentions):
    """Mentions of one section.

    Attributes:
        text: The section's joined text when the document itself was read, else empty.
    """

    text: str = field(default="", compare=False)


def cut_sections(document: Document, text: str) -> dict[str, str]:
    """Cuts the extracted text of a document at its sections' first lines, in order.

    Raises:
        KnowledgeError: When a first line is not found behind that of the section before.
    """
    lines = text.splitlines()
    starts: list[tuple[str, int]] = []
    position = 0
    for section in document.sections:
        wanted = _squash(section.starts_with or section.heading)
        while position < len(lines) and not _squash(lines[position]).startswith(wanted):
            position += 1
        if position == len(lines):
            raise KnowledgeError(
                [
                    Problem(
                        "documents.yml",
                        f"見出し「{wanted}」の行が資料にありません。starts_with を直すか、"
                        "正しい資料ファイルを指定してください",
                        document.id,
                        f"sections.{section.id}.starts_with",
                    )
                ]
            )
        starts.append((section.id, position))
        position += 1
    ends = [start for _, start in starts[1:]] + [len(lines)]
    return {name: "\n".join(lines[at:end]) for (name, at), end in zip(starts, ends, strict=True)}


def digest_document(document: Document, text: str, analyser: Analyser) -> dict[str, SectionDigest]:
    """Returns the digest of each section of ``document`` from its extracted text."""
    digests = {}
    for section_id, part in cut_sections(document, text).items():
        joined = join_lines(part)
        found = mentions(joined, analyser)
        digests[section_id] = SectionDigest(found.figures, found.years, found.names, fold(joined))
    return digests


def write_digest(document: Document, digests: dict[str, SectionDigest], folder: Path) -> Path:
    """Writes a digest as YAML and returns the file."""
    content = {
        name: {
            "figures": [_figure_text(*figure) for figure in sorted(digest.figures)],
            "years": sorted(digest.years),
            "names": sorted(digest.names),
        }
        for name, digest in digests.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document.id}.yml"
    body = yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
    )
    path.write_text(_HEADER + body, "utf-8")
    return path


def read_digests(folder: Path = DIGESTS) -> dict[str, dict[str, SectionDigest]]:
    """Returns document id → section id → digest for every committed digest.

    Raises:
        KnowledgeError: When a digest file is not as :func:`write_digest` writes it.
    """
    found = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            found[path.stem] = {
                name: SectionDigest(
                    {_figure(text) for text in part["figures"]},
                    {str(year) for year in part["years"]},
                    {str(name) for name in part["names"]},
                )
                for name, part in read_yaml(path).items()
            }
        except (AttributeError, KeyError, TypeError, ValueError):
            raise KnowledgeError(
                [
                    Problem(
                        path.name,
                        "digest が壊れています。tsunagari knowledge digest で作り直してください",
                    )
                ]
            ) from None
    return found


def add_counts(digests: dict[str, dict[str, SectionDigest]], root: Path = ROOT) -> None:
    """Adds the numbers that a reader gets by counting, declared by hand in ``counted.yml``."""
    path = root / "counted.yml"
    for document, sections in (read_yaml(path) if path.exists() else {}).items():
        for section, counts in sections.items():
            if section in digests.get(document, {}):
                digests[document][section].figures.update((Fraction(n), "") for n in counts)


def _figure_text(number: Fraction, unit: str) -> str:
    if number.denominator == 1:
        return f"{number.numerator}{unit}"
    decimal = f"{float(number):.10g}"
    return f"{decimal}{unit}" if Fraction(decimal) == number else f"{number}{unit}"


def _figure(text: str | int | float) -> tuple[Fraction, str]:
    match = re.fullmatch(r"([\d./]+)(.*)", str(text))
    if match is None:
        raise ValueError(text)
    return Fraction(match[1]), match[2]


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
