"""Requests schemathesis makes of every route, as a stranger and as staff: it never fails inside."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.conftest import ROOT
from tests.security.route_schema import document
from tests.security.test_surface import routes  # noqa: F401
from tests.services.desk_client import DeskClient, add_accounts
from tests.services.nodes import Node, nodes

EXAMPLES = 3
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: The widget's own document judges it; streams never end; these start a training.
ELSEWHERE = ("/webhooks/web/", "/desk/events", "/desk/knowledge/publish")
DEEDS = ("/desk/cases/", "/desk/learning/", "/desk/knowledge/preview/", "/desk/knowledge/records/")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    from conversations.database import Database

    folder = tmp_path_factory.mktemp("routes")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    database = Database(url)
    add_accounts(database)
    database.close()
    for room in ("knowledge", "data"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("*.py", "*.pyc"))
    given_settings = {
        "TSUNAGARI_DATABASE_URL": url,
        "TSUNAGARI_KNOWLEDGE": str(folder / "knowledge"),
        "TSUNAGARI_DATA": str(folder / "data"),
        "TSUNAGARI_RELEASES": str(folder / "releases"),
        "LINE_CHANNEL_SECRET": "0" * 32,
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        # Nobody listens there: nothing goes out.
        "LINE_API_URL": "http://127.0.0.1:9",
    }
    with nodes(folder, 1, **given_settings) as (started,):
        yield started


@pytest.fixture(scope="module")
def staff(node: Node) -> Iterator[DeskClient]:
    client = DeskClient()
    assert client.log_in(node, "kanri") == 303
    yield client
    client.close()


def answered(node: Node, chosen: list[tuple[str, str]], headers: dict[str, str]) -> dict[int, int]:
    """Make requests of every chosen route; return how often each status came."""
    schema = schemathesis.openapi.from_dict(document(chosen))
    statuses: Counter[int] = Counter()
    for operation in (result.ok() for result in schema.get_all_operations()):

        @FUZZ
        @given(case=operation.as_strategy())
        def every(case: schemathesis.Case) -> None:
            answer = case.call(base_url=node.url, headers=headers, timeout=60)
            statuses[answer.status_code] += 1
            told = (case.method, case.path, answer.text[:300], node.log.read_text("utf-8")[-3000:])
            assert answer.status_code < 500, told
            assert "Traceback" not in answer.text

        every()
    return statuses


def test_a_stranger(node: Node, routes: list[tuple[str, str]]) -> None:  # noqa: F811
    chosen = [one for one in routes if not one[1].startswith(ELSEWHERE)]
    assert len(chosen) > 50
    statuses = answered(node, chosen, {"X-Forwarded-For": "198.51.100.7"})
    assert {200, 401, 404} <= set(statuses)
    log = Path(node.log).read_text("utf-8")
    assert "Traceback" not in log, log[-3000:]


def test_somebody_of_the_staff(
    node: Node,
    staff: DeskClient,
    routes: list[tuple[str, str]],  # noqa: F811
) -> None:
    chosen = [
        (method, path)
        for method, path in routes
        if path.startswith("/desk")
        and not path.startswith(ELSEWHERE)
        and (method == "GET" or path.startswith(DEEDS))
    ]
    assert len(chosen) > 20
    statuses = answered(node, chosen, staff.headers(node, "/desk"))
    # Inside, and never sent to log in.
    assert statuses[200] > 20
    assert 401 not in statuses
    log = Path(node.log).read_text("utf-8")
    assert "Traceback" not in log, log[-3000:]
