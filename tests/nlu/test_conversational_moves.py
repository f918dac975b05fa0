"""Short things said to steer a conversation are known by their form, and only those."""

from __future__ import annotations

import pytest

from nlu.conversational_moves import move_of


@pytest.mark.parametrize(
    ("text", "intent", "name"),
    [
        ("へえー", "chitchat", "reaction"),
        ("で、それで？", "chitchat", "reaction"),
        ("すみません、ちょっと待ってください", "chitchat", "wait"),
        ("もしもし、いますか", "chitchat", "ready"),
        ("え、なんで業種を聞くの？", "ask_why", "why_asked"),
        ("あと何個あるの", "chitchat", "remaining"),
        ("全部書かないとだめですか", "chitchat", "must_answer"),
        ("要するにどこへ行けばいいの", "chitchat", "brief"),
        ("手短に頼む", "chitchat", "brief"),
        ("3番目はなぜ？", "ask_why", None),
        ("もう片方の窓口は？", "ask_record", None),
        ("だいたい15人くらいです", "inform", None),
        ("3千万くらいかな", "chitchat", "amount"),
        ("じゃあ明日連絡してみます", "goodbye", None),
        ("社長に見せたい", "show_sheet", None),
        ("もういらんわ", "deny", None),
        ("正直、ちょっと心配なんですよね", "chitchat", "worry"),
        ("専務が大反対してまして", "chitchat", "worry"),
        ("結局何が言いたいの", "chitchat", "easier"),
        ("この情報って古くないですか", "chitchat", "data_age"),
        ("ここに書いたことって外に漏れない？", "chitchat", "privacy"),
        ("知人の会社のことでもいいですか", "chitchat", "for_others"),
        ("そんなこと聞いてません", "not_helpful", "not_asked"),
        ("さっきと話が違いますよ", "not_helpful", "contradiction"),
        ("LINEで送れますか", "show_sheet", "by_mail"),
        ("申し込みたいんですが", "ask_attribute", None),
        ("〔電話番号〕", "chitchat", "bare_contact"),
    ],
)
def test_a_move_is_known_by_its_form(text: str, intent: str, name: str | None) -> None:
    move = move_of(text)
    assert move is not None
    assert (move.intent, move.name) == (intent, name)


@pytest.mark.parametrize(
    "text",
    [
        "相談したい",
        "はい",
        "そう",
        "分かりました",
        "ああああ",
        "ベトナムの賃金はいくらですか",
        "2つ目の柱は何ですか",
        "待ち時間はどれくらいですか",
        "言わない",
        "関西ビジネスデスクは無料ですか",
        "印刷の会社です",
        "それは正しいです",
        "間違っています",
        "どこに載っていますか",
        "いつの情報ですか",
        "資金が足りない",
        "結果は？",
    ],
)
def test_what_tells_or_asks_something_is_no_move(text: str) -> None:
    assert move_of(text) is None
