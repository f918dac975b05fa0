"""Asks without pause while the pointer moves to another release and to a broken one.

Run by test_releases.py in a process of its own: arguments are the directory of the installation
and the id of the release to move to.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tsunagari import light_imports  # noqa: E402

light_imports.install()

from conversations.ports import IncomingMessage  # noqa: E402
from tsunagari.assembly import assemble  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402

FACT = "タイの作業員の賃金は"


async def main(directory: Path, release_id: str) -> None:
    application = assemble(
        Settings(
            root=ROOT,
            database_url=f"sqlite:///{directory / 'swap.sqlite'}",
            releases_directory=directory / "releases",
        )
    )
    live, releases = application.live, application.releases
    assert live is not None
    assert releases is not None
    told: list[object] = []
    live.on_exchange(told.append)
    begun = live.loaded
    answers: list[str] = []
    going = True

    async def company(number: int) -> None:
        while going:
            message = IncomingMessage(f"rest:{number}:{len(answers)}", "rest", text=FACT)
            reply = await application.gate.receive(message)
            answers.append("".join(str(one["text"]) for one in reply.messages))
            await asyncio.sleep(0)

    companies = [asyncio.create_task(company(number)) for number in range(3)]
    await asyncio.sleep(0.5)
    releases.shelf.point_to(release_id)
    before = len(answers)
    assert await live.look(), "not taken over"
    assert len(answers) > before, "no turn while loading"
    assert live.loaded == release_id != begun
    assert len(told) == 1
    broken = releases.shelf.directory("broken")
    broken.mkdir()
    for name in ("release.json", "model.tar.gz"):
        (broken / name).write_bytes((releases.shelf.directory(release_id) / name).read_bytes())
    (broken / "knowledge.sqlite").write_bytes(b"nothing")
    releases.shelf.point_to("broken")
    assert not await live.look()
    assert live.loaded == release_id
    assert live.problem
    after = len(answers)
    await asyncio.sleep(0.5)
    going = False
    await asyncio.gather(*companies)
    assert len(answers) > after
    wrong = [answer for answer in answers if "366" not in answer]
    assert not wrong, wrong[:2]
    application.close()


asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
