"""Plays a company through a bot: answers what it asks, turns aside, changes its mind."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from .folding import fold
from .verdicts import Transcript, reply_text

Send = Callable[[str], Awaitable[list[dict[str, Any]]]]

# More than the bar of eight, so that a slow walk is seen to be slow and not cut off.
MOST_TURNS = 20
UNKNOWN = "分からないです"

# Words of a question, or titles of its buttons, that tell which slot is being asked.
SLOT_WORDS: tuple[tuple[str, str], ...] = (
    ("stage", "段階|どこまで進|進み具合|進捗"),
    ("prefecture", "都道府県|所在地|どちらの(県|地域|会社)|本社|お住まい|会社は(どこ|どちら)"),
    ("country", "どの国|どちらの国|進出先|対象国|相手国|国・地域|国は"),
    ("purpose", "目的|海外で(何|なに|どのような|どんな)|なさりたい|したいこと"),
    ("applicant", "中小企業.{0,12}(自治体|大企業)|規模|お立場|主体|ご所属"),
    ("industry", "業種|事業内容|どのような(お仕事|事業)|どんな(お仕事|事業|もの)|製品|技術"),
)
BUTTON_WORDS: tuple[tuple[str, str], ...] = (
    ("stage", "情報収集"),
    ("purpose", "現地生産|販路|調達"),
    ("applicant", "自治体|大企業"),
    ("country", "ベトナム|タイ"),
    ("industry", "製造|ものづくり"),
    ("prefecture", "[都道府県]$"),
)
_PLAN = re.compile("まず相談する先|最初に相談する先|まず相談してほしい|なぜこの窓口")
_QUESTION = re.compile(r"[^。!\n?]*(?:\?|か(?:。|$)|ください(?:。|$))", re.MULTILINE)
_YES_NO = re.compile("(よろしいですか|合っていますか|間違いないですか|でよいですか|でいいですか)")


def asked_slot(replies: list[dict[str, Any]]) -> str | None:
    """Return the slot the turn asks for: from ``custom``, else its buttons, else its words."""
    for reply in reversed(replies):
        custom = reply.get("custom")
        if isinstance(custom, dict):
            data = custom.get("data")
            for place in (custom, data if isinstance(data, dict) else {}):
                slot = place.get("slot") or place.get("requested_slot")
                if slot:
                    return str(slot)
    questions = _QUESTION.findall(fold_lines(reply_text(replies)))
    for question in reversed(questions):
        for slot, words in SLOT_WORDS:
            if re.search(words, question):
                return slot
    if not questions:
        return None
    titles = [button.get("title", "") for reply in replies for button in reply.get("buttons") or []]
    for slot, words in BUTTON_WORDS:
        if sum(bool(re.search(words, title)) for title in titles) >= 1:
            return slot
    return None


def fold_lines(text: str) -> str:
    """Fold each line, keeping the lines apart."""
    return "\n".join(fold(line) for line in text.splitlines())


def is_plan(replies: list[dict[str, Any]]) -> bool:
    """Tell whether the turn holds the guidance plan."""
    kinds = [
        reply["custom"].get("kind") for reply in replies if isinstance(reply.get("custom"), dict)
    ]
    if any(kinds):
        return "plan" in kinds
    return bool(_PLAN.search(fold(reply_text(replies))))


async def walk(case: dict[str, Any], send: Send) -> Transcript:
    """Play one profile.

    The first message opens. After that the company answers what it is asked for with
    ``case["answers"]`` (or says it does not know). Each further entry of ``case["messages"]``
    is said in place of an answer at the next open question, or after the plan: a plain string
    or ``{"kind": "correction", "text"}`` changes something, ``{"kind": "digression", "text",
    "expect_all"}`` must be answered and the open question asked again.

    Args:
        case: One line of profiles.jsonl.
        send: Sends one message in a fresh conversation and returns the bot's turn.

    Returns:
        What was said, the last plan, and how many messages it took.
    """
    transcript = Transcript()
    opening, *pending = [_entry(message) for message in case["messages"]]
    counted = 0

    async def say(text: str) -> list[dict[str, Any]]:
        transcript.turns.append({"role": "user", "text": text})
        replies = await send(text)
        transcript.turns.append({"role": "bot", "text": reply_text(replies)})
        if is_plan(replies):
            transcript.plan = replies
            transcript.user_messages = transcript.user_messages or counted
        return replies

    counted += 1
    replies = await say(opening["text"])
    nudged = False
    for _ in range(MOST_TURNS):
        planned = is_plan(replies)
        slot = None if planned else asked_slot(replies)
        if pending and (planned or slot or nudged):
            entry = pending.pop(0)
            if entry["kind"] == "digression":
                answer = await say(entry["text"])
                resumed = asked_slot(answer) == slot if slot else None
                transcript.digressions.append((entry, reply_text(answer), resumed))
                if slot and resumed:
                    replies = answer
                elif planned or is_plan(answer):
                    replies = replies if planned else answer
                continue
            if not planned:
                counted += 1
            else:
                transcript.plan = None
            replies = await say(entry["text"])
            nudged = False
        elif planned:
            break
        elif slot:
            counted += 1
            replies = await say(_answer(case, slot))
        elif _YES_NO.search(reply_text(replies)):
            counted += 1
            replies = await say("はい")
        elif not nudged:
            nudged = True
            counted += 1
            replies = await say("案内を見せてください")
        else:
            break
    return transcript


def _entry(message: str | dict[str, Any]) -> dict[str, Any]:
    return {"kind": "correction", "text": message} if isinstance(message, str) else message


def _answer(case: dict[str, Any], slot: str) -> str:
    answers = case["answers"]
    # The bot may ask for the city or the company's own words under a slot of its own.
    others = {"city": "prefecture", "business": "industry", "technology": "industry"}
    return str(answers.get(slot) or answers.get(others.get(slot, "")) or UNKNOWN)
