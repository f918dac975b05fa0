"""Every story of data/stories.yml, executed; and again with a turn aside before each turn."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from conversations.ports import Utterance
from tests.conversations.runner import ROOT
from tsunagari.assembly import Application
from tsunagari.responder import RasaResponder
from tsunagari.tracker_store import SnapshotTrackerStore

ASIDE = '/ask_attribute{"country": "country.thailand", "attribute": "wage"}'
ASIDE_SAYS = "366米ドル"

Story = dict[str, Any]


def stories(path: Path = ROOT / "data" / "stories.yml") -> list[Story]:
    """Reads the stories."""
    loaded: list[Story] = yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    return loaded


def turns(story: Story) -> Iterator[tuple[str, list[str]]]:
    """Yields each user turn as a payload, with the actions that must follow it."""
    payload: str | None = None
    actions: list[str] = []
    for step in story["steps"]:
        if "intent" in step:
            if payload is not None:
                yield payload, actions
            entities = {k: v for one in step.get("entities", ()) for k, v in one.items()}
            payload = f"/{step['intent']}{json.dumps(entities, ensure_ascii=False)}"
            actions = []
        elif "action" in step:
            actions.append(step["action"])
    if payload is not None:
        yield payload, actions


class Player:
    """Sends payloads the way the gate sends choices, and reads the actions that ran."""

    def __init__(self, application: Application) -> None:
        self.responder: RasaResponder = application.responder
        self.store: SnapshotTrackerStore = self.responder.processor.tracker_store
        self.id = f"story-{uuid.uuid4().hex}"

    async def send(self, payload: str) -> tuple[list[str], str]:
        """Sends a payload; returns the actions up to the next turn, and what was said."""
        said = await self.responder.respond(
            Utterance(self.id, "rest", payload, trusted=True, message_id=uuid.uuid4().hex)
        )
        tracker = await self.store.retrieve(self.id)
        assert tracker is not None
        ran: list[str] = []
        for event in reversed(tracker.events):
            if event.type_name == "user":
                break
            if event.type_name == "action" and event.action_name not in QUIET:
                ran.insert(0, event.action_name)
        return ran, "\n".join(str(message.get("text", "")) for message in said)


WISH = "契約書の見方を相談したいです"
QUIET = {"action_listen", "action_extract_slots", "action_session_start"}


@pytest.mark.parametrize("story", stories(), ids=lambda one: one["story"])
def test_story(application: Application, story: Story) -> None:
    async def run() -> None:
        player = Player(application)
        for payload, expected in turns(story):
            ran, said = await player.send(await _as_sent(player, payload))
            assert ran == expected, f"after {payload}"
            assert said.strip(), f"nothing was said after {payload}"

    asyncio.run(run())


@pytest.mark.parametrize("story", stories(), ids=lambda one: one["story"])
def test_story_with_a_turn_aside(application: Application, story: Story) -> None:
    async def run() -> None:
        player = Player(application)
        for payload, expected in turns(story):
            if not await _takes_any_words(player):
                _, said = await player.send(ASIDE)
                assert ASIDE_SAYS in said, f"the turn aside before {payload} was not answered"
            ran, _ = await player.send(await _as_sent(player, payload))
            assert ran == expected, f"after {payload}"

    asyncio.run(run())


async def _as_sent(player: Player, payload: str) -> str:
    """The payload; words of one's own where the wish is awaited, which no choice can answer."""
    return WISH if await _takes_any_words(player) else payload


async def _takes_any_words(player: Player) -> bool:
    """True while the wish for a person is awaited: whatever is written then is the wish."""
    tracker = await player.store.retrieve(player.id)
    return bool(tracker and tracker.get_slot("requested_slot") == "handoff_wish")
