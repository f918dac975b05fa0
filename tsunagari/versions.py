"""What answers: program, schema of the store, model, knowledge, release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.schema import SCHEMA_VERSION
from tsunagari import __version__

if TYPE_CHECKING:
    from tsunagari.assembly import Application

_SHORT = 12


@dataclass(frozen=True)
class Versions:
    """Versions of one running process.

    Attributes:
        program: Of the package.
        schema: Of the store's tables.
        model: File name of the trained model.
        knowledge: First characters of the content hash of the knowledge build.
        release: Of the published release; empty where nothing was published yet.
    """

    program: str
    schema: str
    model: str
    knowledge: str
    release: str

    def labels(self) -> dict[str, str]:
        """Return them as labels of a metric."""
        return dict(vars(self))


def versions_of(application: Application) -> Versions:
    """Return what a turn that begins now stands on."""
    from actions.resources import current_knowledge

    return Versions(
        program=__version__,
        schema=str(SCHEMA_VERSION),
        model=application.responder.processor.model_filename,
        knowledge=current_knowledge().store.version[:_SHORT],
        release=application.live.loaded if application.live else "",
    )
