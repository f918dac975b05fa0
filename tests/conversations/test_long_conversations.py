"""A long conversation answers the same whether its history is shortened or not."""

from __future__ import annotations

from conversations.ports import IncomingMessage
from tsunagari.assembly import Application
from tsunagari.tracker_store import SnapshotTrackerStore

MESSAGES = [
    "海外展開を相談したい",
    "大阪の金属プレスです。ベトナムに工場を出したい",
    "ちなみにタイの作業員の賃金は？",
    "まだ調べ始めたところ",
    "なぜこの窓口？",
    "やっぱりタイで",
    "MOBIOって何？",
    "最初から",
    "使える補助金は？",
    "ありがとう",
]
ROUNDS = 3


async def converse(application: Application, conversation_id: str) -> list[list[str]]:
    answers = []
    for text in MESSAGES * ROUNDS:
        reply = await application.gate.receive(IncomingMessage(conversation_id, "rest", text=text))
        answers.append([message["text"] for message in reply.messages])
    return answers


async def test_shortening_the_history_changes_no_answer(application: Application) -> None:
    trackers = application.responder.processor.tracker_store
    assert isinstance(trackers, SnapshotTrackerStore)
    shortened = await converse(application, "rest:shortened")
    tracker = await trackers.retrieve("rest:shortened")
    full = await trackers.retrieve_full_tracker("rest:shortened")
    assert tracker is not None
    assert full is not None
    assert len(tracker.events) < len(full.events) / 2
    trackers.trim = False
    try:
        whole = await converse(application, "rest:whole")
    finally:
        trackers.trim = True
    for text, one, other in zip(MESSAGES * ROUNDS, shortened, whole, strict=True):
        assert one == other, text
