"""Plays scenarios with Rasa's own agent and an action server; run as a process of its own.

`python -m tests.conversations.stock_way URL MODEL STORE` prints what was said as JSON. It is
a process because the server's assembly replaces Rasa's executor for good.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from tsunagari import light_imports

light_imports.install()

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from channels.collector import TurnCollector  # noqa: E402
from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.ports import OutputDict, Utterance  # noqa: E402
from conversations.store import ConversationStore  # noqa: E402
from tests.conversations.runner import Conversation, Scenario, scenarios  # noqa: E402

PLAYED = frozenset({"corrections", "digressions", "lookups", "happy"})


class StockResponder:
    """Answers with Rasa's own agent and an action server.

    Args:
        agent: A loaded agent with its action endpoint.
    """

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        """See `conversations.ports.Responder`."""
        collector = TurnCollector(utterance.channel)
        await self._agent.handle_message(
            UserMessage(
                utterance.text,
                collector,
                utterance.conversation_id,
                input_channel=utterance.channel,
                message_id=utterance.message_id,
            )
        )
        return collector.messages


def played() -> list[Scenario]:
    """Every second scenario of the categories in which actions do most."""
    return [one for one in scenarios() if one.category in PLAYED][::2]


async def texts(gate: Gate) -> list[list[str]]:
    """Plays the scenarios through a gate and returns what was said, message by message."""
    said = []
    for scenario in played():
        conversation = Conversation(gate)
        said.append(
            [
                str(message.get("text"))
                for turn in scenario.turns
                for message in await conversation.say(turn.user)
            ]
        )
    return said


def main(url: str, model: str, store: str) -> None:
    """Plays everything the stock way and prints it."""
    agent = Agent.load(model, action_endpoint=EndpointConfig(url=url))
    database = Database(f"sqlite:///{store}")
    print(json.dumps(asyncio.run(texts(Gate(ConversationStore(database), StockResponder(agent))))))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
