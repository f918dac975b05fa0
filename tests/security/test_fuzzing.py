"""Broken and crafted input at the public edges: an answer of the contract, never a crash."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.web.tokens import TokenSigner
from conversations.choices import finalise
from tests.browser.staff import add_staff
from tests.services.nodes import PUBLIC, Node, nodes

EXAMPLES = 25
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
#: What servers and parsers have tripped over: controls, lone surrogates, bidi, templates, paths.
NASTY = st.sampled_from(
    [
        "\x00",
        "\u202e\u2066",
        "\ud800",
        "{{7*7}}${7*7}<%=7*7%>",
        "../../../../etc/passwd",
        "' OR 1=1; DROP TABLE conversation;--",
        "<script>alert(1)</script>",
        "%00%0d%0aSet-Cookie:x=y",
        '/inform{"country": "x"}',
        '=HYPERLINK("http://x")',
        "ｱ" * 3000,
        "👨‍👩‍👧‍👦" * 200,
    ]
)
TEXT = st.one_of(
    NASTY, st.text(max_size=300), st.binary(max_size=80).map(lambda b: b.decode("latin-1"))
)
JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("fuzz")
    settings = {"TSUNAGARI_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite'}"}
    add_staff(folder)
    with nodes(folder, 1, **settings) as (started,):
        yield started


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=node.url, timeout=60, trust_env=False) as client:
        yield client


def dumped(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


@FUZZ
@given(message=TEXT)
def test_any_text_is_answered_in_words(client: httpx.Client, message: str) -> None:
    answer = client.post(
        "/webhooks/rest/webhook", content=dumped({"sender": "fuzz", "message": message})
    )
    assert answer.status_code == 200
    texts = [one["text"] for one in answer.json()]
    assert texts and all(text.strip() for text in texts)
    assert "49" not in "".join(texts) or "7*7" not in message


@FUZZ
@given(body=st.one_of(JSON_VALUE.map(dumped), st.binary(max_size=200)))
def test_any_body_gets_an_answer_of_the_contract(client: httpx.Client, body: bytes) -> None:
    for path in ("/webhooks/rest/webhook", "/webhooks/web/session", "/webhooks/web/messages"):
        answer = client.post(path, content=body, headers={"Origin": PUBLIC})
        assert answer.status_code in {200, 400, 401, 403, 404, 413, 415, 422, 429}, path
        assert "Traceback" not in answer.text


@FUZZ
@given(login=TEXT, password=TEXT, csrf=TEXT, target=TEXT)
def test_the_login_form_survives_anything(
    client: httpx.Client, login: str, password: str, csrf: str, target: str
) -> None:
    fields = {"login": login, "password": password, "csrf": csrf, "next": target}
    body = "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields.items()
    )
    answer = client.post(
        "/desk/login",
        content=body.encode("ascii"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in {400, 401, 403, 429}
    assert "<script>alert" not in answer.text


@FUZZ
@given(name=TEXT)
def test_names_in_addresses_never_leave_their_folder(client: httpx.Client, name: str) -> None:
    coded = quote(name.encode("utf-8", "surrogatepass"), safe="")
    for path in ("/assets/", "/widget/v1/", "/desk/assets/", "/knowledge/", "/sheet/", "/my-data/"):
        answer = client.get(f"{path}{coded}")
        assert answer.status_code in {200, 302, 303, 400, 404, 410, 413, 414, 429}, (path, name)
        assert "root:x:0:0" not in answer.text


@settings(max_examples=400, deadline=None)
@given(
    token=st.one_of(
        TEXT, st.binary(max_size=120).map(lambda b: base64.urlsafe_b64encode(b).decode())
    )
)
def test_no_made_up_token_is_believed(token: str) -> None:
    from channels.web.errors import WebError

    signer = TokenSigner(b"k" * 32)
    with pytest.raises(WebError):
        signer.check(token)


@settings(max_examples=200, deadline=None)
@given(titles=st.lists(TEXT.filter(str.strip), max_size=12), text=TEXT)
def test_payloads_of_choices_never_go_outside(titles: list[str], text: str) -> None:
    payloads = [f"/never-shown-8c1f{number}" for number in range(len(titles))]
    buttons = [
        {"title": title, "payload": payload}
        for title, payload in zip(titles, payloads, strict=True)
    ]
    messages, stored = finalise([{"text": text, "buttons": buttons}])
    assert [choice.payload for choice in stored] == payloads
    assert "never-shown-8c1f" not in json.dumps(messages, ensure_ascii=False)
