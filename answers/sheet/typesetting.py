"""The consultation sheet as PDF: `python -m answers.sheet.typesetting`, JSON in, PDF out.

Typst sets it (line breaking after the Japanese rules, embedded and subsetted fonts, tagged for
screen readers: PDF/UA-1). It runs in a process of its own, so that the server carries neither
the typesetter nor 30 MB of fonts in its memory.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from answers.sheet.model import SheetDocument
from answers.sheet.wording import texts

TEMPLATE = Path(__file__).with_name("sheet.typ")
SECONDS = 30.0
"""So long a sheet may take; an ordinary one takes less than one."""


class TypesettingError(Exception):
    """The PDF could not be made; the message says why, for the operator."""


async def to_pdf(sheet: SheetDocument) -> bytes:
    """Return the sheet as PDF.

    Raises:
        TypesettingError: It could not be made.
    """
    data = json.dumps({"sheet": sheet.as_dict(), "texts": texts()}, ensure_ascii=False)
    # A thread waits for the process: that works in whatever event loop and thread this is.
    return await asyncio.to_thread(_in_a_process, data.encode("utf-8", "replace"))


def _in_a_process(data: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "answers.sheet.typesetting"],
            cwd=TEMPLATE.parents[2],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TypesettingError(f"no PDF within {SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise TypesettingError(done.stderr.decode("utf-8", "replace").strip()[-500:])
    return done.stdout


def typeset(data: dict[str, Any]) -> bytes:
    """Return the PDF of a sheet, on one page where it can be read on one.

    Args:
        data: `sheet` as `SheetDocument.as_dict` gives it, and `texts`.
    """
    import noto_cjk_sans_jp_bold
    import noto_cjk_sans_jp_regular
    import typst

    fonts = [noto_cjk_sans_jp_regular.FONT_PATH, noto_cjk_sans_jp_bold.FONT_PATH]

    def compiled(**inputs: str) -> bytes:
        made = typst.compile(
            str(TEMPLATE),
            root=str(TEMPLATE.parent),
            font_paths=[str(Path(str(path)).parent) for path in fonts],
            # The same page on every machine, whatever fonts it has.
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), **inputs},
        )
        assert isinstance(made, bytes)
        return made

    made = compiled()
    if _pages(made) == 1:
        return made
    # Two columns of smaller type, where that brings it onto the one sheet people print.
    small = compiled(compact="yes")
    return small if _pages(small) == 1 else made


def _pages(pdf: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(pdf))


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(json.loads(sys.stdin.buffer.read())))
