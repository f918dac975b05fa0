"""Everything the review pages stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desk.review.citations import Citations
from desk.review.ports import Drafts, Previewer, Releases
from desk.review.records import Records
from desk.review.views import RecordViews
from desk.review.workspace import Workspace

HOME = "/desk/knowledge"


@dataclass(frozen=True)
class Review:
    """Everything the review pages stand on.

    Attributes:
        workspace: The working files.
        records: The records in them.
        views: What is shown of them.
        citations: What can be cited.
        releases: Publishing.
        previewer: Answers before they are published.
        drafts: Opens the drafts of the ingestion; None where there is none.
    """

    workspace: Workspace
    records: Records
    views: RecordViews
    citations: Citations
    releases: Releases
    previewer: Previewer
    drafts: Callable[[], Drafts | None]
