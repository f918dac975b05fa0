"""The real server over a small bot, to be killed: `python -m … DIRECTORY STORE_URL PORT`."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from argon2 import PasswordHasher

from tsunagari import light_imports

light_imports.install()

from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.store import ConversationStore  # noqa: E402
from desk.accounts import Accounts  # noqa: E402
from desk.bridge import GateBridge  # noqa: E402
from desk.policy import DeskPolicy  # noqa: E402
from desk.service import DeskService  # noqa: E402
from tests.desk.world import Bot  # noqa: E402
from tsunagari.assembly import Application  # noqa: E402
from tsunagari.server import create_app  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402

FREE = dict.fromkeys(("conversation", "ip", "sessions", "reads"), 100000)
#: Passwords of these tests keep nobody out: a second of hashing for each log-in is saved.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def main(directory: str, store: str, port: str) -> None:
    database = Database(store)
    desk = DeskService(database)
    bot = Bot(desk)
    gate = Gate(ConversationStore(database), bot, DeskPolicy(desk))
    bridge = GateBridge(desk, gate)
    settings = Settings(
        root=Path(directory), database_url=store, port=int(port), limits=FREE,
        sites_file=Path(directory) / "sites.yml",
    )  # fmt: skip
    application = Application(
        settings, database, gate, bot, bridge=bridge  # type: ignore[arg-type]
    )  # fmt: skip
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    app = create_app(application)

    @app.after_server_start
    async def announce(_app: object, _loop: object) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    app.run(sock=listener, access_log=False, motd=False, debug=False)


def add_staff(store: str, logins: dict[str, tuple[str, str]], password: str) -> None:
    """Give people accounts."""
    from desk.accounts import Role

    database = Database(store)
    accounts = Accounts(database, QUICK)
    for login, (name, role) in logins.items():
        accounts.add(login, name, Role(role), password)
    database.close()


if __name__ == "__main__":
    os.environ.setdefault("TSUNAGARI_LOG", "error")
    main(*sys.argv[1:])
