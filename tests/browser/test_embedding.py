"""The widget on somebody else's page: docs/embed.md as it stands, hostile styles, strict policy."""

from __future__ import annotations

import re
from difflib import unified_diff
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, Watched
from tests.browser.serving import GUIDE, ROOT, Website, guide_block
from tests.browser.widget import REPLY_MS, Widget, has_sideways_scroll, soon

HOSTILE = """
* { all: unset !important; display: inline !important; visibility: hidden; font-size: 0 !important;
    position: static !important; color: transparent !important; transform: rotate(3deg); }
html { font-size: 3px !important; }
body { display: none !important; filter: blur(9px); zoom: .2; pointer-events: none !important; }
html, body { display: block !important; filter: none; zoom: 1; }
tsunagari-chat { width: 1px; overflow: hidden; opacity: .9; }
button, textarea, dialog, input { appearance: none; border: 40px solid red !important; }
article { display: none !important; }
"""


def for_here(text: str, server: str) -> str:
    """Put this test's addresses in the place of the guide's."""
    return text.replace("https://chat.example.jp", server)


def host_page(server: str, extra: str = "", body: str = "", key: str = "my-center") -> str:
    snippet = f'<script async src="{server}/widget/v1/loader.js" data-site-key="{key}"></script>'
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>支援センター</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{extra}</head><body><h1>支援センター</h1>{body}{snippet}</body></html>"
    )


def test_the_guide_leads_to_a_working_widget(page: Page, server: str, website: Website) -> None:
    snippet = for_here(guide_block("html"), server)
    css = guide_block("css")
    policy = for_here(guide_block("text"), server).strip()
    # The strictest policy a site can have, with the guide's two lines in it.
    policy = f"default-src 'none'; style-src 'self'; {policy}"
    html = f'<!doctype html><html lang="ja"><title>x</title><body><h1>x</h1>{snippet}</body></html>'
    page.goto(website.put("/guide", html, Content_Security_Policy=policy))
    chat = Widget(page).open()
    assert "大阪" in chat.say("大阪の金属プレスです。ベトナムに工場を出したい")
    page.reload()
    assert "大阪の金属プレスです" in "".join(chat.open().texts())

    page.goto(website.put("/styled", host_page(server, f"<style>{css}</style>")))
    accent = re.search(r"--tsunagari-accent: (#\w+)", css)
    assert accent
    expect(chat.launcher).to_have_css("background-color", rgb(accent.group(1)))


def test_the_guide_names_the_server_of_its_own_snippet() -> None:
    entry = yaml.safe_load(guide_block("yaml"))[0]
    assert f'data-site-key="{entry["key"]}"' in guide_block("html")
    assert entry["origins"] == ["https://www.example.jp"]


def test_what_the_guides_name_is_what_the_widget_knows() -> None:
    embedding = yaml.safe_load((ROOT / "site" / "embedding.yml").read_text("utf-8"))
    loader = (ROOT / "widget" / "dist" / "loader.js").read_text("utf-8")
    guide = GUIDE.read_text("utf-8")
    known = set(re.findall(r"--tsunagari-[a-z-]+", loader))
    assert {row["name"] for row in embedding["theme"]} == known
    assert set(re.findall(r"--tsunagari-[a-z-]+", guide)) == known
    for row in embedding["attributes"]:
        assert f"`{row['name']}`" in guide
        assert re.search(rf"[\"'`]{row['name'].removeprefix('data-')}[\"'`]|{row['name']}", loader)


def test_the_guide_quotes_what_is_there() -> None:
    guide = GUIDE.read_text("utf-8")
    texts = (ROOT / "widget" / "src" / "i18n" / "ja.json").read_text("utf-8")
    quoted = re.findall(r"「([^」…]+)」と出る|メニュー「([^」…]+)」", guide)
    assert len(quoted) >= 3
    assert [words for pair in quoted for words in pair if words not in texts] == []
    files = re.findall(r"`((?:tests|site)/[\w./]+)`", guide)
    assert files and [name for name in files if not (ROOT / name).exists()] == []


def test_snippet_of_the_embedding_page_works(page: Page, server: str, website: Website) -> None:
    page.goto(f"{server}/embed")
    snippet = page.locator("code", has_text="my-center").first.inner_text()
    page.goto(
        website.put("/copied", f'<!doctype html><html lang="ja"><body>{snippet}</body></html>')
    )
    Widget(page).open()


def test_hostile_styles(page: Page, server: str, website: Website) -> None:
    page.goto(website.put("/hostile", host_page(server, f"<style>{HOSTILE}</style>")))
    chat = Widget(page)
    page.wait_for_selector("tsunagari-chat")
    calm = page.context.new_page()
    calm.goto(website.put("/calm", host_page(server)))
    reference = Widget(calm)
    for widget in (reference, chat):
        widget.open()
        widget.say("タイの賃金は？")
    measures = """panel => [...panel.querySelectorAll("button, textarea, .message, h2")]
      .filter(e => e.checkVisibility()).map(e => {
        const r = e.getBoundingClientRect(), s = getComputedStyle(e);
        return [e.className, Math.round(r.width), Math.round(r.height), s.fontSize, s.color,
                s.visibility, s.borderTopWidth].join(" ");
      })"""

    def differences() -> list[str]:
        seen, wanted = (one.dialog.evaluate(measures) for one in (chat, reference))
        return [*unified_diff(wanted, seen, "reference", "hostile", lineterm="", n=0)]

    soon(differences, [])
    assert has_sideways_scroll(page) == []


def test_the_widget_leaves_the_page_alone(page: Page, server: str, website: Website) -> None:
    probe = """() => [Object.keys(window).filter(k => !/^(tsunagari|webpack)/.test(k)).length,
      document.head.querySelectorAll("style, link").length, document.body.className,
      document.documentElement.getAttribute("style"), document.cookie,
      JSON.stringify(document.querySelector("h1").getBoundingClientRect())]"""
    page.goto(website.put("/probe", host_page(server)))
    page.wait_for_selector("tsunagari-chat")
    before = page.evaluate(probe)
    chat = Widget(page).open()
    chat.say("タイの賃金は？")
    page.keyboard.press("Escape")
    assert page.evaluate(probe) == before
    assert set(page.evaluate("() => Object.keys(sessionStorage).concat(Object.keys(localStorage))"))
    assert page.context.cookies() == []


def test_unlisted_site_is_told_why(
    page: Page, server: str, website: Website, watched: Watched
) -> None:
    watched.expected = ("CORS policy",)
    # The same machine by name instead of address is another origin.
    other = website.put("/elsewhere", host_page(server)).replace("127.0.0.1", "localhost")
    watched.allowed |= {"{0.scheme}://{0.netloc}".format(urlsplit(other))}
    hints: list[str] = []
    page.on("console", lambda line: hints.append(line.text) if "sites.yml" in line.text else None)
    page.goto(other)
    chat = Widget(page)
    chat.launcher.click()
    expect(chat.dialog.get_by_text("つながりません")).to_be_visible(timeout=REPLY_MS)
    assert chat.bot.count() == 0
    assert len(hints) == 1 and website.origin.replace("127.0.0.1", "localhost") in hints[0]


def test_storage_forbidden(visit: Visit, server: str, website: Website) -> None:
    context = visit()
    context.add_init_script(
        """for (const kind of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, kind, {get() { throw new DOMException("no") }});"""
    )
    page = context.new_page()
    page.goto(website.put("/nostorage", host_page(server)))
    chat = Widget(page).open()
    assert "366米ドル" in chat.say("タイの賃金は？")


def test_trusted_types(page: Page, server: str, website: Website) -> None:
    policy = "require-trusted-types-for 'script'; trusted-types tsunagari"
    page.goto(website.put("/types", host_page(server), Content_Security_Policy=policy))
    assert "366米ドル" in Widget(page).open().say("タイの賃金は？")


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ('data-position="left"', "left"),
        ('data-locale="en"', "Ask about going abroad"),
        ('data-label="相談はこちら"', "相談はこちら"),
    ],
)
def test_attributes(page: Page, server: str, website: Website, attributes: str, check: str) -> None:
    html = host_page(server).replace("data-site-key", f"{attributes} data-site-key")
    page.goto(website.put(f"/attributes-{len(check)}", html))
    launcher = Widget(page).launcher
    if check == "left":
        box = launcher.bounding_box()
        assert box and box["x"] < 100
    else:
        expect(launcher).to_contain_text(check)


def test_opens_by_itself_and_by_script(page: Page, server: str, website: Website) -> None:
    html = host_page(server).replace("data-site-key", "data-open data-site-key")
    page.goto(website.put("/open", html))
    chat = Widget(page)
    expect(chat.bot.first).to_be_visible(timeout=REPLY_MS)
    page.goto(server)
    page.get_by_role("button", name="相談を始める").click()
    expect(chat.bot.first).to_be_visible(timeout=REPLY_MS)


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
