"""Bad files are refused whole, in one line that says why, and leave nothing behind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from knowledge.ingest import Options, Rejected, ingest_file
from knowledge.ingest.limits import Limits
from knowledge.library import Library
from tests.knowledge.ingest import makers
from tests.knowledge.ingest.conftest import Take


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\x00" + b"\xc0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def scan(readable: str = "") -> bytes:
    """A PDF whose second page (or only page) is a picture that fills it."""
    picture = ", ".join(map(str, png(60, 80)))
    image = f"#image(bytes(({picture})), width: 100%, height: 90%)"
    return makers.pdf(f"{readable}\n#pagebreak(weak: true)\n{image}" if readable else image)


def bomb(size: int) -> bytes:
    """A Word file that unpacks to so many bytes."""
    buffer = io.BytesIO(makers.document([("", "本文")]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", b"\x00" * size)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that says it is locked by a password."""
    made = makers.pdf("本文")
    locked = (
        b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <"
        + b"00" * 32 + b"> /U <" + b"11" * 32 + b"> >> /ID [<00><00>] /Root"
    )  # fmt: skip
    assert b"/Root" in made
    return made[: made.rindex(b"/Root")] + locked + made[made.rindex(b"/Root") + 5 :]


PDF = makers.pdf("= 見出し\n本文の文です。")
DOCX = makers.document([("", "本文の文です。")])
BAD = {
    "空.txt": (b"", "空のファイル"),
    "空白.txt": (b" \n\n ", "空のファイル"),
    "壊れ.pdf": (b"%PDF-1.7\n" + b"junk" * 200, "壊れています"),
    "途中.pdf": (PDF[: len(PDF) // 3], "壊れています"),
    "途中.docx": (DOCX[: len(DOCX) // 2], "壊れています"),
    "中身.pdf": (DOCX, "拡張子は .pdf ですが、中身はWord"),
    "中身.docx": (PDF, "拡張子は .docx ですが、中身はPDF"),
    "中身.txt": (b"<!doctype html><html><body><p>x</p></body></html>", "中身はHTML"),
    "絵.png": (png(4, 4), "画像は読み取れません"),
    "古い.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "古い形式"),
    "鍵.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 99,
        "パスワードで保護",
    ),
    "謎.bin": (bytes(range(256)) * 4, "読み取れる形式ではありません"),
    "文字.txt": (b"\x81\xff\xfe\x80\xa0\xff\x90" * 20, "文字コードが分かりません"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line(take: Take, library: Library, name: str) -> None:
    data, reason = BAD[name]
    with pytest.raises(Rejected) as caught:
        take(name, data)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert library.documents(current=False) == ()


def test_a_locked_pdf_is_refused(take: Take) -> None:
    with pytest.raises(Rejected, match="パスワードで保護"):
        take("鍵.pdf", encrypted_pdf())


def test_an_archive_and_a_bomb_are_refused(take: Take) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "あ")
    with pytest.raises(Rejected, match="zip"):
        take("資料.zip", buffer.getvalue())
    limits = Limits(unpacked_bytes=1_000_000)
    with pytest.raises(Rejected, match="異常な圧縮ファイル"):
        take("爆弾.docx", bomb(2_000_000), limits=limits)


def test_a_scan_is_said_to_be_unreadable(take: Take, library: Library) -> None:
    with pytest.raises(Rejected, match="スキャンした資料"):
        take("全部.pdf", scan())
    outcome = take("一部.pdf", scan("= 案内\n窓口は本館の二階にあります。どなたでも相談できます。"))
    assert outcome.document.unreadable == (2,)
    assert any("p.2 は画像などのため読み取れませんでした" in one for one in outcome.remarks)
    assert {one.page for one in library.passages(outcome.document.id)} == {1}


def test_limits_of_size_pages_time_and_memory(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "資料.pdf"
    path.write_bytes(makers.pdf("#pagebreak()\n".join(f"本文{n}です。\n" for n in range(5))))
    cases = {
        "大きすぎます": Limits(file_bytes=100),
        "ページが多すぎます": Limits(pages=4),
        "文字が多すぎます": Limits(characters=5),
        "秒で終わりませんでした": Limits(seconds=0),
    }
    for reason, limits in cases.items():
        with pytest.raises(Rejected, match=reason):
            ingest_file(path, library, Options(limits=limits))
    huge = tmp_path / "巨大.html"
    huge.write_text("<html><body>" + "<p>あ</p>" * 400_000, "utf-8")
    with pytest.raises(Rejected, match=r"メモリー|異常終了|壊れています"):
        ingest_file(huge, library, Options(limits=Limits(memory_bytes=120 * 1024 * 1024)))
    assert library.documents() == ()


def test_a_document_cannot_read_files_of_the_server(
    take: Take, library: Library, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("HIMITSU", "utf-8")
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(DOCX)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/document.xml":
                entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
                head, _, body = data.partition(b"?>")
                data = head + b"?>" + entity + body.replace("本文".encode(), "本文&x;".encode())
            target.writestr(entry, data)
    try:
        outcome = take("外部.docx", buffer.getvalue())
    except Rejected:
        return
    assert not any("HIMITSU" in one.text for one in library.passages(outcome.document.id))


def test_a_missing_file_and_a_folder(tmp_path: Path, library: Library) -> None:
    with pytest.raises(Rejected, match="ファイルがありません"):
        ingest_file(tmp_path / "ない.pdf", library)
    with pytest.raises(Rejected, match="フォルダー"):
        ingest_file(tmp_path, library)
