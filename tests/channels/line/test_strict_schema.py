"""The strict schema sees what plain OpenAPI validators overlook, and our limits agree with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.line.limits import limit
from tests.channels.line.strict_schema import folder, problems, validator

GOOD = {"type": "text", "text": "a"}
ACTION = {"type": "postback", "label": "x", "data": "y"}


def reply(*messages: dict[str, Any]) -> list[str]:
    return problems("ReplyMessageRequest", {"replyToken": "t", "messages": list(messages)})


def quick(action: dict[str, Any], count: int = 1) -> dict[str, Any]:
    items = [{"type": "action", "action": action}] * count
    return {**GOOD, "quickReply": {"items": items}}


@pytest.mark.parametrize(
    "wrong",
    [
        [{"type": "nonsense"}],
        [{"type": "text"}],
        [{**GOOD, "quickreply": {}}],
        [quick({**ACTION, "data": "y" * 301})],
        [quick(ACTION, limit("quick_reply", "items_max") + 1)],
        [quick({**ACTION, "type": "nonsense"})],
        [GOOD] * (limit("reply", "messages_max") + 1),
        [],
        [{"type": "flex", "altText": "a"}],
        [
            {
                "type": "flex",
                "altText": "a",
                "contents": {
                    "type": "bubble",
                    "body": {"type": "box", "layout": "diagonal", "contents": []},
                },
            }
        ],
    ],
    ids=lambda wrong: json.dumps(wrong)[:60],
)
def test_nonsense_is_refused(wrong: list[dict[str, Any]]) -> None:
    assert reply(*wrong)


def test_what_is_right_is_accepted() -> None:
    assert reply(*[GOOD] * limit("reply", "messages_max")) == []
    assert reply(quick({**ACTION, "data": "y" * limit("action", "postback_data_max")})) == []
    assert reply(quick(ACTION, limit("quick_reply", "items_max"))) == []


def test_most_sample_events_fit_the_schema() -> None:
    samples = json.loads((folder() / "webhook_samples.json").read_text("utf-8"))["events"]
    refused = [
        sample["type"]
        for sample in samples
        if problems("Event", sample, "webhook.yml")
        # LINE adds names without notice.
        and not any("quoteToken" in one for one in problems("Event", sample, "webhook.yml"))
    ]
    assert refused == ["messageEdited", "undefined"]


def test_the_limits_of_the_schema_are_ours() -> None:
    definitions = validator("ReplyMessageRequest").schema["$defs"]

    def stated(schema: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = definitions[schema]["properties"][name]
        return found

    assert stated("ReplyMessageRequest", "messages")["maxItems"] == limit("reply", "messages_max")
    assert stated("PushMessageRequest", "messages")["maxItems"] == limit("push", "messages_max")
    assert stated("QuickReply", "items")["maxItems"] == limit("quick_reply", "items_max")
    assert stated("PostbackAction", "data")["maxLength"] == limit("action", "postback_data_max")
    assert stated("RichMenuRequest", "chatBarText")["maxLength"] == limit(
        "rich_menu", "chat_bar_text_max"
    )
    seconds = stated("ShowLoadingAnimationRequest", "loadingSeconds")
    assert seconds["maximum"] == limit("loading", "seconds_max")
