"""Phrases for answers, taken from the responses of ``domain.yml``."""

from __future__ import annotations

from typing import Any


class Wording:
    """Fills the phrases that stand in the domain as responses.

    Args:
        domain: The domain as Rasa hands it to an action.
    """

    def __init__(self, domain: dict[str, Any]) -> None:
        self._responses = domain.get("responses", {})

    def text(self, response: str, **values: str) -> str:
        """Returns the first variation of a response with its variables filled.

        Args:
            response: Name of the response, e.g. ``utter_not_in_material``.
            **values: Values of its ``{variables}``.

        Raises:
            KeyError: If the domain has no such response, or a variable is missing.
        """
        return str(self._responses[response][0]["text"]).format(**values)

    def label(self, response: str, position: int = 0) -> str:
        """Returns the title of one of the buttons of a response."""
        return str(self._responses[response][0]["buttons"][position]["title"])

    def buttons(self, response: str) -> list[dict[str, str]]:
        """Returns the buttons of a response as a dispatcher takes them."""
        return [
            {"title": str(one["title"]), "payload": str(one["payload"]).format()}
            for one in self._responses[response][0].get("buttons") or []
        ]
