"""A server with a slow bot, as a process that tests can kill: `python -m … STORE SECONDS`."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from tsunagari import light_imports

light_imports.install()

from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.ports import OutputDict, Utterance  # noqa: E402
from conversations.store import ConversationStore  # noqa: E402
from tsunagari.assembly import Application  # noqa: E402
from tsunagari.server import create_app  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402


class SlowBot:
    """Answers after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        await asyncio.sleep(self._seconds)
        return [{"text": f"聞きました: {utterance.text}"}]


def main(store: str, seconds: str) -> None:
    database = Database(f"sqlite:///{store}")
    bot = SlowBot(float(seconds))
    gate = Gate(ConversationStore(database), bot)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings = Settings(root=Path(store).parent, database_url="", port=port)
    app = create_app(Application(settings, database, gate, bot))  # type: ignore[arg-type]

    @app.after_server_start
    async def announce(_app: object, _loop: object) -> None:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()

    app.run(sock=listener, access_log=False, motd=False, debug=False)


if __name__ == "__main__":
    os.chdir(Path(sys.argv[1]).parent)
    main(*sys.argv[1:])
