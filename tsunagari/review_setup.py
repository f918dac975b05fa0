"""Setting the review pages up: working files, releases, preview and library plugged in."""

from __future__ import annotations

from sanic import Sanic

from actions.resources import current_knowledge
from desk.pages.desk import DeskPages
from desk.pages.routes import DeskRoutes
from desk.review import routes
from desk.review.citations import Citations
from desk.review.ports import Drafts, Passages
from desk.review.records import Records
from desk.review.review import Review
from desk.review.views import RecordViews
from desk.review.workspace import Workspace
from tsunagari.answer_preview import AnswerPreview
from tsunagari.assembly import Application
from tsunagari.releases import Releases


def install(app: Sanic, application: Application, handlers: DeskRoutes, pages: DeskPages) -> None:
    """Add the review pages to the server."""
    review = review_of(application)
    routes.install(app, handlers, pages, review)


def workspace_of(application: Application) -> Workspace:
    """Return the working files of an installation."""
    settings = application.settings
    releases = application.releases or Releases(settings)
    return Workspace(
        application.database,
        settings.knowledge,
        settings.data,
        before_first=releases.keep_first,
    )


def review_of(application: Application) -> Review:
    """Return everything the review pages stand on."""
    workspace = workspace_of(application)
    records = Records(workspace)
    citations = Citations(records.knowledge, open_passages)
    zone = application.desk.hours.zone
    views = RecordViews(records, citations, lambda: current_knowledge().store, zone)
    return Review(
        workspace,
        records,
        views,
        citations,
        application.releases or Releases(application.settings),
        AnswerPreview(application.responder),
        open_drafts,
    )


def open_passages() -> Passages | None:
    """Open the library of ingested documents."""
    from knowledge.library import open_library

    return open_library()


def open_drafts() -> Drafts | None:
    """Open the drafts of the ingestion."""
    from knowledge.library.drafts import Drafts as LibraryDrafts
    from knowledge.library.library import default_path

    return LibraryDrafts(default_path())
