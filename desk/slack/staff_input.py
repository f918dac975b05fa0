"""What takes in what the staff does in Slack stands on."""

from __future__ import annotations

from desk.service import DeskService
from desk.slack.background import Background
from desk.slack.kept_back import KeptBack
from desk.slack.ledger import DeskLedger
from desk.slack.people import People
from desk.slack.ports import Workspace


class StaffInput:
    """Parts of what the staff writes and presses."""

    def __init__(
        self,
        service: DeskService,
        ledger: DeskLedger,
        workspace: Workspace,
        people: People,
        kept_back: KeptBack,
        background: Background,
    ) -> None:
        """Create it.

        Args:
            service: The desk.
            ledger: Knows which threads there are.
            workspace: Slack.
            people: Who is who.
            kept_back: Tells what the company did not get, and sends it.
            background: Does what Slack need not wait for.
        """
        self._service = service
        self._ledger = ledger
        self._slack = workspace
        self._people = people
        self._kept_back = kept_back
        self._background = background
