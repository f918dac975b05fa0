"""The renderer under measured limits, property-tested."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answers.model import Answer, Card, Citation, Point, StatusNote, Table
from answers.plain_text import to_plain_text
from channels.line.events import CHOICE
from channels.line.limits import limit, units
from channels.line.rendering import pack, render
from channels.line.splitting import shortened, split
from conversations.choices import finalise
from tests.channels.line import limits_layer, strict_schema
from tests.channels.line.conftest import schema_is_here
from tests.channels.line.loopback import readable

STRICT = schema_is_here()

CHARACTERS = st.sampled_from([*"あ漢A1。、\n ・（）😀𠮷é", "👨‍👩‍👧", "🇯🇵", "か\u3099", "❤️"])
TEXTS = st.lists(CHARACTERS, max_size=60).map("".join)
LONG_TEXTS = st.builds(lambda part, times: part * times, TEXTS, st.integers(1, 250))
LABELS = st.one_of(TEXTS, st.text(max_size=40)).map(lambda text: text.replace("\n", " "))
BUTTONS = st.lists(
    st.builds(lambda label, n: {"title": label, "payload": f"/p{n}"}, LABELS, st.integers(0, 99)),
    max_size=30,
)
CITATIONS = st.lists(
    st.builds(Citation, document=st.just("d"), section=st.just("s"), title=TEXTS, heading=TEXTS),
    max_size=2,
).map(tuple)
POINTS = st.builds(Point, text=st.one_of(TEXTS, LONG_TEXTS), citations=CITATIONS)
URLS = st.sampled_from(
    [None, "https://例え.jp/窓口?q=あ", "javascript:alert(1)", "https://a.jp/" + "x" * 1100]
)
STATUS = st.builds(
    StatusNote,
    subject=TEXTS,
    text=TEXTS,
    confidence=st.sampled_from(["high", "medium", "none"]),
    publisher=st.none() | TEXTS,
    url=URLS,
)
CARDS = st.builds(
    Card,
    group=st.sampled_from(["", "まず相談する先", "使える制度"]),
    record=st.just("hub.x"),
    kind=st.just("hub"),
    title=TEXTS,
    summary=POINTS,
    reasons=st.lists(POINTS, max_size=2).map(tuple),
    points=st.lists(POINTS, max_size=2).map(tuple),
    status=st.none() | STATUS,
)
ANSWERS = st.builds(
    Answer,
    kind=st.just("plan"),
    lead=POINTS,
    cards=st.lists(CARDS, max_size=14).map(tuple),
    remarks=st.lists(POINTS, max_size=2).map(tuple),
    closing=st.none() | TEXTS,
)
OUTPUTS = st.one_of(
    st.builds(lambda text, buttons: {"text": text, "buttons": buttons}, LONG_TEXTS, BUTTONS),
    st.builds(
        lambda answer, buttons: {
            "text": to_plain_text(answer),
            "custom": answer.dict(),
            "buttons": buttons,
        },
        ANSWERS,
        BUTTONS,
    ),
)
FAST = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def turn(outputs: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Any]]:
    bodies, choices = finalise(outputs)
    rendered = render(bodies)
    packed = pack(rendered.messages, rendered.choices)
    return [one["message"] for one in packed], choices


def check(messages: list[dict[str, Any]]) -> None:
    """Checks every request the messages are sent by."""
    most = limit("reply", "messages_max")
    for start in range(0, len(messages), most):
        batch = messages[start : start + most]
        assert limits_layer.violations(batch) == []
        if STRICT:
            body = {"replyToken": "t", "messages": batch}
            assert strict_schema.problems("ReplyMessageRequest", body) == []


def squeezed(text: str) -> str:
    return "".join(text.split())


@FAST
@given(st.lists(OUTPUTS, min_size=1, max_size=3))
def test_any_turn_keeps_every_limit(outputs: list[dict[str, Any]]) -> None:
    messages, _ = turn(outputs)
    check(messages)


@FAST
@given(st.builds(lambda text, buttons: {"text": text, "buttons": buttons}, LONG_TEXTS, BUTTONS))
def test_no_text_and_no_label_is_lost(output: dict[str, Any]) -> None:
    messages, choices = turn([output])
    read = squeezed("\n".join(map(readable, messages)))
    for part in split(output["text"], 50):
        assert squeezed(part) in read
    for choice in choices:
        assert squeezed(f"{choice.position}.{choice.label}") in read
    offered = [
        action["data"]
        for message in messages
        for action in limits_layer.actions(message)
        if action["data"].startswith(CHOICE)
    ]
    if len(choices) <= limit("quick_reply", "items_max") and messages:
        assert {CHOICE + choice.id for choice in choices} == set(offered)


@FAST
@given(ANSWERS)
def test_no_statement_of_an_answer_is_lost(answer: Answer) -> None:
    messages, _ = turn([{"text": to_plain_text(answer), "custom": answer.dict()}])
    read = squeezed("\n".join(map(readable, messages)))
    points = [answer.lead, *answer.remarks]
    for card in answer.cards:
        points += [card.summary, *card.reasons, *card.points]
        assert squeezed(card.title) in read
    for point in points:
        assert squeezed(point.text) in read


@FAST
@given(LONG_TEXTS, st.integers(20, 200))
def test_splitting_keeps_everything_and_cuts_no_character(text: str, most: int) -> None:
    parts = split(text, most)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(0 < units(part) <= most for part in parts)
    for part in parts:
        assert not part.startswith(("\u200d", "\ufe0f", "\u3099"))
        assert not part.endswith("\u200d")


@given(TEXTS, st.integers(1, 30))
def test_shortening_fits_and_says_so(text: str, most: int) -> None:
    short = shortened(text, most)
    assert units(short) <= most
    assert short == text or short.endswith("…")


def test_lengths_are_counted_in_utf16() -> None:
    assert [units(text) for text in ("a", "あ", "𠮷", "😀", "👨‍👩‍👧")] == [1, 1, 2, 2, 8]
    # 2,600 characters of two units each do not fit into one message.
    messages, _ = turn([{"text": "𠮷" * 2600}])
    assert [units(one["text"]) for one in messages] == [5000, 200]


def test_long_texts_are_cut_where_a_reader_would() -> None:
    text = "一つ目の段落です。" * 20 + "\n\n" + "二つ目の段落です。" * 20
    assert split(text, 200) == ["一つ目の段落です。" * 20, "二つ目の段落です。" * 20]


CITED = Citation(document="d", section="s", title="資料", heading="第3章", source="出所: JETRO")
CARD = Card(
    group="まず相談する先",
    record="hub.mobio",
    kind="hub",
    title="MOBIO（ものづくりビジネスセンター大阪）",
    summary=Point(text="ものづくり企業の総合支援拠点。", citations=(CITED,)),
    reasons=(Point(text="大阪府の会社", citations=(CITED,)),),
    status=StatusNote(
        subject="MOBIO", text="活動中です。", confidence="high", url="https://例え.jp/あ"
    ),
)


def test_a_card_is_a_bubble_with_reason_source_status_and_link() -> None:
    answer = Answer(kind="plan", lead=Point(text="ご案内です。"), cards=(CARD,))
    messages, _ = turn([{"text": to_plain_text(answer), "custom": answer.dict()}])
    check(messages)
    lead, flex = messages
    assert lead["text"] == "ご案内です。"
    assert flex["contents"]["type"] == "bubble"
    read = readable(flex)
    for words in (CARD.title, "大阪府の会社", "〔出典: 資料「第3章」（出所: JETRO）〕", "現況"):
        assert words in read
    (link,) = [one for one in limits_layer.actions(flex) if one["type"] == "uri"]
    assert link["uri"].isascii()


def test_the_alt_text_names_every_card_in_a_sentence() -> None:
    cards = tuple(CARD.copy(update={"title": f"窓口{n}"}) for n in range(3))
    cards += (CARD.copy(update={"group": "使える制度", "title": "案件化調査"}),)
    answer = Answer(kind="plan", lead=Point(text="ご案内です。"), cards=cards)
    messages, _ = turn([{"text": to_plain_text(answer), "custom": answer.dict()}])
    assert messages[1]["contents"]["type"] == "carousel"
    assert messages[1]["altText"] == (
        "まず相談する先：窓口0、窓口1、窓口2。使える制度：案件化調査。"
    )


def test_a_table_and_remarks_follow_the_cards() -> None:
    table = Table(caption="比較", header=("国", "賃金"), rows=(("タイ", "300バーツ"),))
    answer = Answer(
        kind="plan",
        lead=Point(text="ご案内です。"),
        cards=(CARD,),
        table=table,
        remarks=(Point(text="ODA対象国ではありません。"),),
        closing="ほかにありますか。",
    )
    messages, _ = turn([{"text": to_plain_text(answer), "custom": answer.dict()}])
    last = messages[-1]["text"]
    assert last.startswith("【比較】")
    assert "※ ODA対象国ではありません。" in last
    assert last.endswith("ほかにありますか。")


@pytest.mark.parametrize("custom", [{"kind": "question", "slot": "stage"}, {"lead": "x"}, {"x": 1}])
def test_another_structure_is_shown_by_its_text(custom: Any) -> None:
    messages, _ = turn([{"text": "段階は？", "custom": custom}])
    assert [one["text"] for one in messages] == ["段階は？"]


def test_every_limit_names_its_source() -> None:
    assert all(limits_layer.sources().values())
