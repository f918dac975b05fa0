"""How the web channel is set up, and who makes a request to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.web.clients import ClientAddresses
from channels.web.limits import Limits, MemoryRateLimiter, RateLimiter
from channels.web.sites import Sites
from channels.web.tokens import Claims
from conversations.sessions import WebSession


@dataclass(frozen=True)
class WebConfig:
    """How the channel is set up.

    Attributes:
        sites: Who may embed it.
        secret: Signs session tokens.
        limits: How much is allowed.
        clients: Finds the client's address.
        limiter: Counts.
    """

    sites: Sites
    secret: bytes
    limits: Limits = field(default_factory=Limits)
    clients: ClientAddresses = field(default_factory=ClientAddresses)
    limiter: RateLimiter = field(default_factory=MemoryRateLimiter)


@dataclass(frozen=True)
class Visitor:
    """Who makes a request, once the token is checked.

    Attributes:
        session: The session.
        claims: What the token proves.
        address: Stands for the client's address in limits.
    """

    session: WebSession
    claims: Claims
    address: str

    @property
    def conversation_id(self) -> str:
        """Id in the store."""
        return self.session.conversation_id
