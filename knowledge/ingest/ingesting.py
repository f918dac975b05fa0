"""From a file or address to a cited, searchable document, or to the reason why not."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal, cast

from knowledge.analysis import Analyser
from knowledge.dates import said as said_date
from knowledge.ingest.content import Content
from knowledge.ingest.describing import Description, read_from
from knowledge.ingest.drafting import propose
from knowledge.ingest.fetching import Fetched, FetchLimits, canonical, fetch
from knowledge.ingest.limits import Limits, megabytes
from knowledge.ingest.passages import passages
from knowledge.ingest.rejection import Rejected, said
from knowledge.ingest.sandbox import read_apart
from knowledge.library import Library, LibraryDocument
from knowledge.library.drafts import Drafts
from knowledge.library.tables import now
from knowledge.validity import Validity, state, today

State = Literal["new", "new_edition", "unchanged", "described"]
#: Told of the progress: stage (``fetch``, ``read``, ``index``), done, whole (0 unknown).
Progress = Callable[[str, int, int], None]
#: Asked for what the operator did not say, with what was read from the document.
Ask = Callable[[Description, Description], Description]

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """What came of a source.

    Attributes:
        state: New, a new edition, unchanged, or only described anew.
        document: The document in the library.
        passages: How many passages it has.
        drafts: How many records were proposed.
        remarks: What is worth knowing, a sentence each.
        superseded: The edition it took the place of.
    """

    state: State
    document: LibraryDocument
    passages: int
    drafts: int = 0
    remarks: tuple[str, ...] = ()
    superseded: str | None = None


@dataclass(frozen=True)
class Options:
    """How a source is taken in.

    Attributes:
        description: What the operator says of it.
        replaces: Id of the document it is a new edition of, whatever its name.
        who: Who takes it in.
        limits: Of reading it.
        fetch_limits: Of fetching it.
        known_names: Folded names of the existing records → their ids: what a document says of
            them is proposed as an addition to them.
        ask: Asks the operator what is missing; None takes what the document says.
        progress: Told how far it is.
    """

    description: Description = field(default_factory=Description)
    replaces: str | None = None
    who: str = ""
    limits: Limits = field(default_factory=Limits)
    fetch_limits: FetchLimits = field(default_factory=FetchLimits)
    known_names: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    progress: Progress = lambda stage, done, whole: None


def ingest_file(path: Path, library: Library, options: Options | None = None) -> Outcome:
    """Takes a file into the library.

    Args:
        path: The file.
        library: Where it goes.
        options: How.

    Raises:
        Rejected: It is not taken in; nothing of it is stored.
        ValueError: A date of the description cannot be read.
        KeyError: ``replaces`` names no document.
    """
    options = options or Options()
    if path.is_dir():
        raise Rejected("folder")
    try:
        with path.open("rb") as file:
            return _ingest(file, path.name, str(path.resolve()), library, options, None)
    except FileNotFoundError as error:
        raise Rejected("missing") from error
    except (PermissionError, IsADirectoryError) as error:
        raise Rejected("unreadable_file", why=error.strerror) from error


def ingest_url(url: str, library: Library, options: Options | None = None) -> Outcome:
    """Takes a page or file of the web into the library; see :func:`ingest_file`."""
    options = options or Options()
    source = canonical(url)
    known = _current(library, source)
    with tempfile.TemporaryFile() as file:
        fetched = fetch(
            source,
            cast(BinaryIO, file),
            replace_limit(options.fetch_limits, options.limits),
            known.etag if known else None,
            known.last_modified if known else None,
            lambda done, whole: options.progress("fetch", done, whole),
        )
        if fetched is None and known is not None:
            return _unchanged(known, library, options)
        file.seek(0)
        name = fetched.name if fetched else ""
        return _ingest(cast(BinaryIO, file), name, source, library, options, fetched)


def replace_limit(fetch_limits: FetchLimits, limits: Limits) -> FetchLimits:
    """Returns the limits of a fetch with the size a file may have."""
    return replace(fetch_limits, file_bytes=min(fetch_limits.file_bytes, limits.file_bytes))


def _ingest(
    file: BinaryIO,
    name: str,
    source: str,
    library: Library,
    options: Options,
    fetched: Fetched | None,
) -> Outcome:
    description = options.description.checked()
    before = library.document(options.replaces) if options.replaces else _current(library, source)
    sha256 = _digest(file, options.limits)
    same = next((one for one in library.documents() if one.sha256 == sha256), None)
    if same is not None and (before is None or before.id == same.id):
        return _unchanged(same, library, options)
    content = read_apart(
        file,
        name,
        options.limits,
        lambda done, whole: options.progress("read", done, whole),
        declared=fetched.declared if fetched else None,
        charset=fetched.charset if fetched else None,
    )
    guess = read_from(content, name)
    known = _completed(description, before, guess, options)
    found = passages(
        content.blocks,
        known.title or name,
        Analyser(),
        lambda done, whole: options.progress("index", done, whole),
    )
    if not found:
        raise Rejected("no_text")
    if before is not None and _texts(library, before) == [(one.path, one.text) for one in found]:
        # A page that only carries another time stamp says nothing new.
        if fetched is not None:
            library.checked_again(before.id, fetched.etag, fetched.last_modified)
        return _unchanged(before, library, options)
    document = library.add(
        LibraryDocument(
            id="",
            series=before.series if before else "",
            edition=0,
            source=source,
            name=name,
            media=content.media,
            sha256=sha256,
            title=known.title or name,
            publisher=known.publisher,
            date=known.date,
            valid_until=known.valid_until,
            pages=content.facts.pages,
            unreadable=tuple(content.facts.unreadable),
            superseded_by=None,
            ingested=now(),
            etag=fetched.etag if fetched else None,
            last_modified=fetched.last_modified if fetched else None,
        ),
        found,
        options.who,
    )
    proposed = propose(document, library.passages(document.id), options.known_names)
    drafts = Drafts(library.path).propose(proposed)
    return Outcome(
        "new_edition" if before else "new",
        document,
        len(found),
        drafts,
        tuple(_remarks(content, document, description, guess)),
        before.id if before else None,
    )


def _completed(
    description: Description,
    before: LibraryDocument | None,
    guess: Description,
    options: Options,
) -> Description:
    """Fills what the operator did not say: by asking, from the last edition, from the document."""
    if before is not None:
        # A new edition keeps name and publisher; its dates are its own.
        guess = replace(guess, title=before.title, publisher=before.publisher or guess.publisher)
    if options.ask is not None:
        description = options.ask(description, guess).checked()
    return Description(
        description.title or guess.title,
        description.publisher or guess.publisher,
        description.date or guess.date,
        description.valid_until,
    )


def _unchanged(document: LibraryDocument, library: Library, options: Options) -> Outcome:
    told = {name: value for name, value in vars(options.description.checked()).items() if value}
    described = library.describe(document.id, options.who, **told)
    state_: State = "unchanged" if described == document else "described"
    return Outcome(state_, described, len(library.passages(document.id)))


def _current(library: Library, source: str) -> LibraryDocument | None:
    return next((one for one in library.documents() if one.source == source), None)


def _digest(file: BinaryIO, limits: Limits) -> str:
    """Returns the hash of a file and leaves it at its beginning."""
    size = os.fstat(file.fileno()).st_size
    if size > limits.file_bytes:
        raise Rejected("too_big", size=megabytes(size), limit=megabytes(limits.file_bytes))
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0, io.SEEK_SET)
    # The worker inherits the descriptor, not Python's buffer.
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return digest.hexdigest()


def _texts(library: Library, document: LibraryDocument) -> list[tuple[tuple[str, ...], str]]:
    return [(one.path, one.text) for one in library.passages(document.id)]


def _remarks(
    content: Content, document: LibraryDocument, told: Description, guess: Description
) -> list[str]:
    found = [said("remarks", key) for key in content.facts.remarks]
    if document.unreadable:
        names = [_place(content.media, page) for page in document.unreadable]
        shown = "、".join(names[:10]) + (" ほか" if len(names) > 10 else "")
        found.append(
            said(
                "remarks",
                "unreadable_pages",
                places=shown,
                pages=document.pages,
                count=len(names),
            )
        )
    if told.title is None and guess.title == document.title:
        found.append(said("remarks", "title_guessed", title=document.title))
    if document.date is None:
        found.append(said("remarks", "date_unknown"))
    elif told.date is None and document.date == guess.date:
        found.append(said("remarks", "date_guessed", date=said_date(document.date)))
    if document.valid_until and state(document, today()) is Validity.EXPIRED:
        found.append(said("remarks", "already_expired", date=said_date(document.valid_until)))
    return found


def _place(media: str, page: int) -> str:
    return f"スライド{page}" if media == "pptx" else f"p.{page}"
