"""Setting the web channel up: sites, limits, trusted proxies, and the secret behind tokens."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path

from channels.web.clients import ClientAddresses
from channels.web.limits import Limits, MemoryRateLimiter, RateLimiter
from channels.web.sites import OwnAddress, SitesError, load_sites
from channels.web.visitors import WebConfig
from tsunagari.settings import Settings, UserError

SECRET_VARIABLE = "TSUNAGARI_SECRET"
SHORTEST_SECRET = 32


def web_config(settings: Settings, limiter: RateLimiter | None = None) -> WebConfig:
    """Build the configuration of the web channel.

    Args:
        settings: Settings of this process.
        limiter: Counts requests; this process's own by default.

    Raises:
        UserError: A setting or the list of sites is unusable.
    """
    own = OwnAddress(settings.port, settings.public_url, any_literal=not settings.public)
    try:
        sites = load_sites(settings.sites_file, own)
    except SitesError as error:
        raise UserError(str(error)) from error
    try:
        clients = ClientAddresses(settings.trusted_proxies)
    except ValueError as error:
        raise UserError(
            "TSUNAGARI_TRUSTED_PROXIES は IP アドレスか範囲（10.0.0.0/8）の並びです: "
            f"{','.join(settings.trusted_proxies)}"
        ) from error
    try:
        limits = replace(Limits(), **settings.limits)
    except TypeError as error:
        known = "、".join(vars(Limits()))
        raise UserError(f"TSUNAGARI_LIMITS で使える名前は {known} です") from error
    return WebConfig(sites, secret(settings.var), limits, clients, limiter or MemoryRateLimiter())


def secret(directory: Path) -> bytes:
    """Return the installation's secret: from the environment, else a file made once.

    Raises:
        UserError: It is too short, or the file cannot be made or read.
    """
    given = os.environ.get(SECRET_VARIABLE)
    if given is not None:
        if len(given) < SHORTEST_SECRET:
            raise UserError(
                f"{SECRET_VARIABLE} が短すぎます: 推測できない {SHORTEST_SECRET} 文字以上に"
                "してください。例: openssl rand -hex 32"
            )
        return given.encode()
    path = directory / "secret"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_secret(path)
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} を読み書きできません（{error.strerror}）") from error


def _make_secret(path: Path) -> None:
    """Write the file whole and at once: of several processes starting together one wins."""
    draft = path.with_name(f"secret.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process made it in between: that one counts.
        return
    finally:
        draft.unlink()
