"""Whatever the bot says, Slack takes it, and nothing of it is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from answers.model import Answer, Card, Citation, Point, StatusNote, Table
from channels.slack.choices import picked
from channels.slack.limits import cut, split, units
from channels.slack.mrkdwn import unescape
from channels.slack.rendering import Post, plain_posts, render
from channels.slack.sheet_view import home, modal
from tests.channels.slack import judges

CITATION = Citation(document="d", section="s", title="『資料』（2014年）", heading="見出し")
CHARACTERS = st.sampled_from(
    [*"あ亜。！\n 　a1&<>*_~`|:@#/", "𠮷", "👨‍👩‍👧", "・", "</a>", "<!channel>"]
)
WORDS = st.lists(CHARACTERS, min_size=1, max_size=30).map("".join).filter(str.strip)
# Long and short: up to eight thousand characters.
TEXTS = st.builds(lambda word, times: word * times, WORDS, st.sampled_from([1, 1, 1, 40, 250]))
ADDRESSES = [
    "https://a.example/?a=1&b=2",
    "https://a.example/<2>",
    "javascript:x",
    "https://" + "a" * 4000,
]
CITATIONS = st.lists(
    st.builds(
        Citation,
        document=st.just("d"),
        section=st.just("s"),
        title=WORDS,
        heading=WORDS,
        source=st.none() | WORDS,
        url=st.none()
        | st.sampled_from(
            ["https://a.example/?a=1&b=<2>", "javascript:x", "https://" + "a" * 4000]
        ),
    ),
    max_size=3,
).map(tuple)
POINTS = st.builds(Point, text=TEXTS, citations=CITATIONS)
MANY_POINTS = st.lists(POINTS, max_size=5).map(tuple)
NOTES = st.builds(
    StatusNote,
    subject=WORDS,
    text=TEXTS,
    confidence=st.just("high"),
    publisher=st.none() | WORDS,
    url=st.none() | st.just("https://a.example/"),
)
CARDS = st.builds(
    Card,
    group=TEXTS,
    record=st.just("hub.x"),
    kind=st.just("hub"),
    title=TEXTS,
    summary=POINTS,
    reasons=MANY_POINTS,
    points=MANY_POINTS,
    status=st.none() | NOTES,
)


@st.composite
def tables(draw: Any) -> Table:
    columns = draw(st.integers(1, 14))
    cells = st.lists(TEXTS, min_size=columns, max_size=columns).map(tuple)
    rows = draw(st.lists(cells, max_size=4).map(tuple))
    return Table(caption=draw(TEXTS), header=draw(cells), rows=rows, citations=draw(CITATIONS))


ANSWERS = st.builds(
    Answer,
    kind=st.sampled_from(["plan", "sheet", "message", "comparison"]),
    lead=POINTS,
    points=MANY_POINTS,
    cards=st.lists(CARDS, max_size=6).map(tuple),
    remarks=MANY_POINTS,
    table=st.none() | tables(),
    status_notes=st.lists(NOTES, max_size=3).map(tuple),
    closing=st.none() | TEXTS,
)
LABELS = st.one_of(
    st.lists(TEXTS, max_size=30),
    st.integers(0, 320).map(lambda number: [f"選択肢{n}" for n in range(number)]),
)
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    # Long texts: making a failing one small would take longer than reading it.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def body_of(
    text: str, labels: list[str], answer: Answer | None = None, first: int = 1
) -> dict[str, Any]:
    """A message as the gate hands it over."""
    numbered = "\n".join(f"{n}. {label}" for n, label in enumerate(labels, first))
    body: dict[str, Any] = {"text": "\n\n".join(filter(None, [text, numbered]))}
    if labels:
        body["buttons"] = [
            {"title": label, "payload": f"id{n:014d}"} for n, label in enumerate(labels)
        ]
    if answer is not None:
        body["custom"] = answer.dict()
    return body


def shown(posts: list[Post]) -> str:
    """Every visible character, without blanks."""
    parts = []
    for post in posts:
        for one in judges.texts(post.blocks):
            parts.append(unescape(one["text"]) if one["type"] == "mrkdwn" else one["text"])
    return bare("".join(parts))


def bare(text: str) -> str:
    return re.sub(r"[\s*＊|｜<>]+", "", text)


def check(posts: list[Post]) -> None:
    for post in posts:
        assert judges.problems(post.blocks) == []
        assert post.text.strip()
        assert judges.utf16(post.text) <= 40000
        assert not re.search(r"<[!@#]", post.text)


def offered(posts: list[Post]) -> list[str]:
    """The ids that can be sent back, in order."""
    ids = []
    for post in posts:
        for block in post.blocks:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                ids += [option["value"] for option in element.get("options", [])]
                ids += [element["value"]] if "value" in element else []
    return ids


@EXAMPLES
@given(ANSWERS, LABELS)
def test_slack_takes_every_answer_and_nothing_is_lost(answer: Answer, labels: list[str]) -> None:
    body = body_of("これは使われない", labels, answer)
    posts = render(body)
    check(posts)
    seen = shown(posts)
    points = [answer.lead, *answer.points, *answer.remarks]
    for card in answer.cards:
        points += [card.summary, *card.reasons, *card.points]
        assert bare(card.title) in seen
        assert bare(card.group) in seen
        if card.status:
            assert bare(card.status.text) in seen
    for point in points:
        assert bare(point.text) in seen
        for citation in point.citations:
            assert bare(citation.title) in seen
            assert bare(citation.heading) in seen
            assert bare(citation.source or "") in seen
    for row in answer.table.rows if answer.table else ():
        assert all(bare(cell) in seen for cell in row)
    for note in answer.status_notes:
        assert bare(note.text) in seen
    assert bare(answer.closing or "") in seen
    assert offered(posts) == [button["payload"] for button in body.get("buttons", [])]
    assert all(bare(label) in seen for label in labels)


@EXAMPLES
@given(TEXTS, LABELS, st.integers(1, 9))
def test_slack_takes_every_text_and_every_number_of_choices(
    text: str, labels: list[str], first: int
) -> None:
    body = body_of(text, labels, first=first)
    posts = render(body)
    check(posts)
    assert bare(text) in shown(posts)
    assert offered(posts) == [button["payload"] for button in body.get("buttons", [])]
    for post in plain_posts(posts):
        assert post.blocks == []
        assert judges.utf16(post.text) <= 4000
    for post in posts:
        after = picked(post.blocks, labels[0] if labels else "x")
        assert judges.problems(after) == []
        assert offered([Post("", after)]) == []


@EXAMPLES
@given(st.text(), st.integers(1, 50))
def test_pieces_give_the_text_again(text: str, limit: int) -> None:
    limit = max(limit, 2)
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert judges.utf16(cut(text, limit)) <= limit


def test_texts_are_cut_at_sentence_ends() -> None:
    assert split("一つ目。二つ目！三つ目", 8) == ["一つ目。二つ目！", "三つ目"]


@EXAMPLES
@given(
    st.lists(TEXTS, min_size=1, max_size=130, unique=True),
    st.none() | TEXTS,
    WORDS,
    st.integers(0, 200),
)
def test_every_sheet_makes_a_view(
    labels: list[str], value: str | None, name: str, chosen: int
) -> None:
    options = [{"value": f"v{n}", "label": label} for n, label in enumerate(labels)]
    text = {"id": "business", "label": name, "value": value and value[:40], "editable": True}
    pick = {"id": "country", "label": "国", "value": f"v{chosen}", "editable": True}
    sheet = {
        "fields": [{**text, "declined": False}, {**pick, "options": options, "declined": True}]
    }
    view = modal("slack:T:U", sheet)
    assert judges.problems(view["blocks"], judges.BLOCKS_OF_VIEW) == []
    assert len(view["private_metadata"]) <= 3000
    assert judges.problems(home(sheet)["blocks"], judges.BLOCKS_OF_VIEW) == []


def test_a_plan_is_cards_with_sources_and_status_under_each() -> None:
    card = Card(
        group="まず相談する先",
        record="hub.mobio",
        kind="hub",
        title="MOBIO",
        summary=Point(text="大阪の拠点です。", citations=(CITATION,)),
        reasons=(Point(text="所在地が大阪府"),),
        status=StatusNote(
            subject="MOBIO", text="2024年に確認。", confidence="high", url="https://m.example/"
        ),
    )
    plan = Answer(kind="plan", lead=Point(text="ご案内します。"), cards=(card,))
    (post,) = render(body_of("", ["条件を変える"], plan))
    assert [block["type"] for block in post.blocks] == [
        "section",
        "header",
        "section",
        "context",
        "actions",
        "actions",
    ]
    below = post.blocks[3]["elements"][0]["text"]
    assert "出典: 『資料』（2014年）「見出し」" in below
    assert "現況: 2024年に確認。 <https://m.example/|https://m.example/>" in below
    assert post.blocks[2]["text"]["text"].startswith("*MOBIO*\n")
    assert post.blocks[5]["elements"][0]["action_id"] == "sheet-edit"


def test_a_comparison_is_a_field_for_each_column() -> None:
    table = Table(
        caption="賃金",
        header=("", "タイ", "ベトナム"),
        rows=(("作業員", "366米ドル", "162米ドル"),),
        citations=(CITATION,),
    )
    (post,) = render(
        body_of("", [], Answer(kind="comparison", lead=Point(text="比較です。"), table=table))
    )
    (row,) = [block for block in post.blocks if "fields" in block]
    assert [field["text"] for field in row["fields"]] == [
        "*タイ*\n366米ドル",
        "*ベトナム*\n162米ドル",
    ]
    assert "出典" in post.blocks[-1]["elements"][0]["text"]


def test_a_long_label_stands_whole_above_its_button() -> None:
    label = "とても長い選択肢の名前" * 10
    (post,) = render(body_of("どれ？", ["短い", label], first=3))
    row = post.blocks[-1]
    assert row["elements"][1]["text"]["text"].startswith("4. とても長い")
    assert row["elements"][1]["text"]["text"].endswith("…")
    assert f"4. {label}" in post.blocks[-2]["text"]["text"]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": " \n"}, {}])
def test_nothing_to_say_is_no_post(body: dict[str, Any]) -> None:
    assert render(body) == []
