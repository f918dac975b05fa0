"""The process that reads one untrusted file: ``python -m knowledge.ingest.worker NAME``.

The file comes on standard input; blocks and facts go to standard output, a JSON object a line. The
process limits itself before it reads anything: memory, processor time, no new files, no core dump.
It is started without the environment of the server and ends with the file.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, TextIO

from knowledge.ingest.content import Content
from knowledge.ingest.limits import Limits, megabytes
from knowledge.ingest.media import media_of
from knowledge.ingest.rejection import Rejected, said


def main(arguments: list[str]) -> None:
    """Reads the file on standard input.

    Args:
        arguments: The name it has, and what is known of it and its limits, as JSON.
    """
    told = json.loads(arguments[0])
    limits = Limits(**told["limits"])
    # Anything a library prints must not get between the lines.
    output, sys.stdout = sys.stdout, sys.stderr
    restrict(limits)
    try:
        content = _read(sys.stdin.buffer.read(), told, limits, output)
        for block in content.blocks:
            _write(output, block=block)
        _write(output, media=content.media, facts=asdict(content.facts))
    except Rejected as error:
        _write(output, rejected=error.reason, words=error.words)
    except MemoryError:
        _write(output, rejected="memory", words={"limit": megabytes(limits.memory_bytes)})
    output.flush()


def restrict(limits: Limits) -> None:
    """Takes from this process what reading a file does not need."""
    try:
        import resource
    except ImportError:
        # Windows has no such limits; the parent's clock still holds.
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for name, value in wanted.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # macOS refuses some of them.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def _read(data: bytes, told: dict[str, Any], limits: Limits, output: TextIO) -> Content:
    media = media_of(data, told["name"], limits, told.get("declared"))

    def progress(done: int, whole: int) -> None:
        _write(output, progress=(done, whole))
        output.flush()

    try:
        content = _reader(media, told)(data, limits, progress)
    except (Rejected, MemoryError):
        raise
    except zipfile.BadZipFile as error:
        raise Rejected("damaged", media=said("media", media)) from error
    # Parsers of damaged files fail in as many ways as there are kinds of damage; whatever it is,
    # the file is refused as a whole and the kind of error is kept for the record.
    except Exception as error:
        if isinstance(error.__cause__, MemoryError):
            raise MemoryError from error
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise Rejected("damaged", media=said("media", media)) from error
    if sum(len(block.text) for block in content.blocks) > limits.characters:
        raise Rejected("too_much_text", limit=f"{limits.characters:,}")
    return content


def _reader(media: str, told: dict[str, Any]) -> Callable[..., Content]:
    """Returns the reader of a media type; its library is loaded only now."""
    if media == "pdf":
        from knowledge.ingest.parsers.pdf import read
    elif media == "pptx":
        from knowledge.ingest.parsers.slides import read
    elif media == "docx":
        from knowledge.ingest.parsers.word import read
    elif media == "xlsx":
        from knowledge.ingest.parsers.sheets import read
    elif media == "html":
        from functools import partial

        from knowledge.ingest.parsers import html

        return partial(html.read, charset=told.get("charset"))
    else:
        from knowledge.ingest.parsers.plain import read
    return read


def _write(output: TextIO, **line: Any) -> None:
    output.write(json.dumps(line, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
