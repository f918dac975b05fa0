"""Setting the desk's pages up: they exist as soon as somebody has an account."""

from __future__ import annotations

from functools import partial

from sanic import Sanic

from channels.web.visitors import WebConfig
from desk.accounts import Accounts, Role
from desk.library import Library, PhrasesError, load_phrases
from desk.login_journal import LoginJournal
from desk.pages import routes
from desk.pages.desk import DeskPages
from desk.pages.guarding import Guard
from desk.pages.login_safety import LoginSafety
from desk.second_factor import SecondFactors
from desk.sessions import StaffSessions
from tsunagari import learning_setup, review_setup
from tsunagari.assembly import Application
from tsunagari.settings import UserError


def install(app: Sanic, application: Application, config: WebConfig) -> None:
    """Add the desk's pages to the server.

    Args:
        app: The server.
        application: Holds the desk.
        config: Whose limiter and idea of client addresses the log-in uses.
    """
    accounts = Accounts(application.database)
    application.desk.staffed_when(accounts.any_active)
    zone = application.desk.hours.zone
    settings = application.settings
    try:
        phrases = load_phrases(settings.phrases_file)
    except PhrasesError as error:
        raise UserError(str(error)) from error
    pages = DeskPages(
        application.desk, accounts, partial(_library, phrases, settings.public_url), zone
    )
    https = (application.settings.public_url or "").startswith("https://")
    factors = SecondFactors(
        application.database, config.secret, demanded=_DEMANDED[application.settings.second_factor]
    )
    guard = Guard(StaffSessions(application.database), https, factors.missing)
    journal = LoginJournal(application.database)
    safety = LoginSafety(factors, journal, config.limiter, config.clients)
    live = application.gate.live

    def typing(conversation_id: str, on: bool) -> None:
        live.typing(conversation_id, "staff" if on else None)

    handlers = routes.DeskRoutes(pages, guard, safety, typing)
    routes.install(app, handlers, pages)
    review_setup.install(app, application, handlers, pages)
    if application.live is not None:
        application.live.on_exchange(pages.forget)
    learning_setup.install(app, application, handlers, pages)


#: Who gets in with a second factor only, by the setting.
_DEMANDED: dict[str, tuple[Role, ...]] = {
    "": (),
    "administrators": (Role.ADMINISTRATOR,),
    "everybody": tuple(Role),
}


def _library(phrases: list[dict[str, str]], public_url: str | None) -> Library:
    """Open the library over the knowledge the actions stand on."""
    from actions.resources import knowledge

    opened = knowledge()
    return Library(opened.store, opened.search, phrases, public_url)
