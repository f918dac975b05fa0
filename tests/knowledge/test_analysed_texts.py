from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.analysis import Analyser
from knowledge.search.analysed_texts import AnalysedTexts

TEXT = "大阪の金属プレスです。"


def test_words_come_from_the_file_and_are_those_of_the_analyser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "build" / "texts.json"
    first = AnalysedTexts(path)
    expected = Analyser().words(TEXT)
    assert first.words(TEXT) == expected
    first.words("これはもう使わない文")
    first.save()
    second = AnalysedTexts(path)
    monkeypatch.setattr(Analyser, "words", lambda *_: pytest.fail("analysed anew"))
    assert second.words(TEXT) == expected
    second.save()
    assert list(json.loads(path.read_text("utf-8"))["words"]) == [TEXT]


def test_another_analysis_or_a_broken_file_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    for content in ('{"version": "old", "words": {"大阪": ["京都"]}}', "{", ""):
        path.write_text(content, "utf-8")
        assert AnalysedTexts(path).words("大阪") == ["大阪"]
    path.unlink()
    AnalysedTexts(path / "missing" / "texts.json").save()
