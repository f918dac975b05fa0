"""Publishing the knowledge: prepare, look at what changes, publish, take back."""

from tsunagari.releases.model import (
    BLOCKED,
    FAILED,
    PUBLISHED,
    READY,
    RUNNING,
    Candidate,
    Changed,
    Evaluation,
    RecordChange,
    Release,
    ReleaseError,
)
from tsunagari.releases.publishing import Releases

__all__ = [
    "BLOCKED",
    "FAILED",
    "PUBLISHED",
    "READY",
    "RUNNING",
    "Candidate",
    "Changed",
    "Evaluation",
    "RecordChange",
    "Release",
    "ReleaseError",
    "Releases",
]
