"""Start-up order of the server: port first, then the model, then the one printed line."""

from __future__ import annotations

import socket

import click

from tsunagari import light_imports
from tsunagari.settings import Settings


def run_server(settings: Settings) -> None:
    """Serve until interrupted.

    Raises:
        UserError: The port, the store or the model is missing (one line for the operator).
    """
    # Sanic itself is light, but what imports it through Rasa is not.
    light_imports.install()
    from tsunagari.health.configuration import check_configuration
    from tsunagari.server import bind

    check_configuration(settings)
    listener = bind(settings)
    try:
        _serve(settings, listener)
    finally:
        listener.close()


def _serve(settings: Settings, listener: socket.socket) -> None:
    from tsunagari.assembly import assemble
    from tsunagari.operation import logs
    from tsunagari.server import create_app, page_url
    from tsunagari.termination import run_until_signalled

    logs.set_up()
    app = create_app(assemble(settings))

    @app.after_server_start
    async def announce(_app: object, _loop: object) -> None:
        click.echo(page_url(settings))

    run_until_signalled(app, listener)
