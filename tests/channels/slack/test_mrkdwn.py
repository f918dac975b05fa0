"""Slack's text format, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.slack.mrkdwn import (
    escape,
    link,
    mentions,
    to_plain,
    to_plain_with_links,
    unescape,
)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("A&amp;B &lt;C&gt;", "A&B <C>"),
        ("&amp;lt;", "&lt;"),
        ("&quot;&copy;", "&quot;&copy;"),
        ("<@U0BOT> 愛知の窓口は？", "愛知の窓口は？"),
        ("<@U0BOT|つながり> やあ", "やあ"),
        ("<@U1|tanaka>さんの会社", "@tanakaさんの会社"),
        ("<@U1>", ""),
        ("<#C1|general>", "#general"),
        ("<#C1>", ""),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<https://a.example|資料>", "資料"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<tel:0312345678>", "0312345678"),
        ("<!channel> <!here>", ""),
        ("<!subteam^S1|@support>", "@support"),
        ("<!date^1^{date}|2024年>", "2024年"),
        ("*ベトナム* に _進出_", "ベトナム に _進出_"),
        ("2*3*4", "2*3*4"),
        ("&gt; 引用\n本文", "引用\n本文"),
        ("よろしく:pray:です", "よろしくです"),
        ("10:30:45", "10:30:45"),
        (":+1::skin-tone-3:", "🙂"),
        (":smile: :wave:", "🙂"),
        ("", ""),
        ("  大阪　", "大阪"),
    ],
)
def test_what_was_typed(typed: str, plain: str) -> None:
    assert to_plain(typed, "U0BOT") == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("承知しました:bow:", "承知しました🙇"),
        (":thumbsup::skin-tone-3: :flag-jp:", "👍 🇯🇵"),
        (":our_logo: 会社です", "会社です"),
        (":our_logo:", ""),
        ("10:30:45 から", "10:30:45 から"),
        ("<https://a.example/b|資料>:smile:", "資料（https://a.example/b）😄"),
    ],
)
def test_what_the_staff_typed_for_a_company(typed: str, plain: str) -> None:
    assert to_plain_with_links(typed, "U0BOT") == plain


@given(st.text())
def test_escaped_text_mentions_nobody_and_reads_back(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert unescape(escaped) == text
    assert mentions(escaped) == set()


@given(st.text(alphabet=st.sampled_from("<>&|@!#UW0a;lgt*:_ あ\n"), max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(to_plain(text, "U0"), str)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a|b", "ftp://x", "https://a b", ""]
)
def test_only_addresses_a_browser_opens_become_links(url: str) -> None:
    assert link(url, "名前") == "名前"


def test_a_link_cannot_be_broken_out_of() -> None:
    assert link("https://a.example/?a&b", "<x|y>") == "<https://a.example/?a&amp;b|&lt;x｜y&gt;>"
