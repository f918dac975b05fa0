"""Slack's text format, both ways: what people typed, and what we show."""

from __future__ import annotations

import html
import re

from channels.slack.emoji import character

_LINK = re.compile(r"<([^<>]*)>")
_LABELLED = re.compile(r"<(https?://[^<>|]+)\|([^<>|]+)>")
# Emoji by name; a time of day such as 10:30:45 is none.
_SHORTCODE = re.compile(r":(?=[^:\s]*[^\W\d]|[+-]1:)[\w+'’-]{1,80}:(?::skin-tone-[2-6]:)?")
_MARKED = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_QUOTED = re.compile(r"^&gt;\s?", re.MULTILINE)
_ANY_EMOJI = "🙂"
_LONGEST_LINK = 500


def to_plain(text: str, bot_user: str | None = None, only_emoji: str = _ANY_EMOJI) -> str:
    """Return what a person typed, without Slack's markup.

    Links become their label, names of people and channels their label, mentions of the bot
    nothing; `&amp;`, `&lt;` and `&gt;` become the characters typed.

    Args:
        text: Text of an event or command.
        bot_user: User id of the bot.
        only_emoji: What a text of nothing but emoji becomes.
    """
    typed = _LINK.sub(lambda found: _entity(found[1], bot_user), _QUOTED.sub("", text))
    without = _SHORTCODE.sub("", typed)
    if not without.strip() and typed.strip():
        # Only emoji: the gate asks for words.
        return only_emoji
    return html.unescape(_only_slack(_MARKED.sub(r"\1", without))).strip()


def to_plain_with_links(text: str, bot_user: str | None = None) -> str:
    """Return what a member of the staff typed for a company: addresses stay beside their label.

    Emoji become the characters they stand for; those of the workspace's own are left out, and a
    text of nothing but them becomes empty. Skin tones are left out too.
    """
    spelled = _SHORTCODE.sub(_emoji, _LABELLED.sub(_spelled_out, text))
    return to_plain(spelled, bot_user, only_emoji="")


def _spelled_out(found: re.Match[str]) -> str:
    url, label = found[1], found[2]
    return f"<{url}>" if label in url else f"{label}（<{url}>）"


def _emoji(found: re.Match[str]) -> str:
    return character(found[0].strip(":").partition("::")[0]) or found[0]


def mentions(text: str) -> set[str]:
    """Return the ids of the users a text mentions."""
    return set(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", text))


def escape(text: str) -> str:
    """Return a text as `mrkdwn` shows it; it cannot mention anybody or make a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return html.unescape(_only_slack(text))


def bold(text: str) -> str:
    """Return an escaped text in bold."""
    return f"*{escape(text).replace('*', '＊')}*"


def link(url: str, label: str) -> str:
    """Return a link, or the label alone where the address is none a browser opens."""
    if len(url) > _LONGEST_LINK or not re.match(r"https?://[^\s<>|]+\Z", url):
        return escape(label)
    return f"<{url.replace('&', '&amp;')}|{escape(label).replace('|', '｜')}>"


def _entity(inner: str, bot_user: str | None) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return f"@{label}" if label and target[1:] != bot_user else ""
    if target.startswith("#"):
        return f"#{label}" if label else ""
    if target.startswith("!"):
        shown = label if target.startswith(("!subteam", "!date")) else ""
        return shown or ""
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def _only_slack(text: str) -> str:
    """Guard every entity that Slack does not make, so that `html.unescape` leaves it alone."""
    return re.sub(r"&(?!(?:amp|lt|gt);)", "&amp;", text)
