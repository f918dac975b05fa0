"""What the staff inserts: a centre's own sentences, and links a company can open."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.resources import knowledge
from desk.library import Library, PhrasesError, load_phrases
from tsunagari.settings import UserError, load_settings


def test_a_centre_has_its_own_sentences(tmp_path: Path) -> None:
    own = tmp_path / "phrases.yml"
    own.write_text("- {label: 資料, text: '{name}です。 https://center.example.jp/a.pdf'}", "utf-8")
    (own_sentence,) = load_phrases(own)
    assert own_sentence == {"label": "資料", "text": "{name}です。 https://center.example.jp/a.pdf"}
    for broken in ("- {label: 資料}", "資料", "- ["):
        own.write_text(broken, "utf-8")
        with pytest.raises(PhrasesError, match="label と text"):
            load_phrases(own)
    with pytest.raises(PhrasesError, match="読めません"):
        load_phrases(tmp_path / "none.yml")


def test_a_fact_comes_with_links_where_there_are_pages() -> None:
    opened = knowledge()
    found = Library(opened.store, opened.search, public_url="https://chat.example.jp/")
    answer = found.find("案件化調査").answers[0]
    shown = dict(answer.links)
    assert shown["このページのリンクを入れる"].endswith(
        f"https://chat.example.jp/knowledge/{answer.record_id}"
    )
    assert "https://" in shown["公式ページのリンクを入れる"]
    (named,) = Library(opened.store, opened.search, [{"label": "", "text": "{name}です"}]).phrases(
        "山田"
    )
    assert named.text == "山田です"
    # Nobody outside reaches a server without an address.
    inside = Library(opened.store, opened.search).find("案件化調査").answers[0]
    assert [what for what, _ in inside.links] == ["公式ページのリンクを入れる"]


def test_where_files_are_taken_is_a_page_or_a_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    for good in ("https://files.example.jp/up", "shiryo@center.example.jp"):
        monkeypatch.setenv("TSUNAGARI_FILES_TO", good)
        assert load_settings().files_to == good
    for bad in ("http://files.example.jp", "うちの箱", "https://", "a b@c.jp"):
        monkeypatch.setenv("TSUNAGARI_FILES_TO", bad)
        with pytest.raises(UserError, match="TSUNAGARI_FILES_TO"):
            load_settings()
    monkeypatch.setenv("TSUNAGARI_FILES_TO", "")
    assert load_settings().files_to is None
