"""Files that act as photographs, by name: what a stranger may send."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from PIL.PngImagePlugin import PngInfo

MARK = b"alert(1)//visavis-mark"
"""Stands in each file that carries something; in nothing that is served."""


def drawn(
    form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **how: object
) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, how.pop("colour", None)).save(stream, format=form, **how)  # type: ignore[arg-type]
    return stream.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (50.0, 38.0, 0.0)
    place[3], place[4] = "E", (3.0, 3.0, 0.0)
    return drawn("JPEG", exif=exif)


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int, *before: bytes) -> bytes:
    """A PNG that says a size, whatever its few pixels are."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 9_000))
    parts = (_chunk(b"IHDR", head), *before, pixels, _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bomb() -> bytes:
    """A PNG that says 60,000 by 60,000 and has a few hundred bytes."""
    return png(60_000, 60_000)


def text_bomb() -> bytes:
    """A small PNG with a text of 80 MB, in 80 kB."""
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 80_000_000))
    return png(40, 30, text)


def wide() -> bytes:
    """A JPEG that says 65,500 by 65,500."""
    found = bytearray(drawn("JPEG"))
    size = found.index(b"\xff\xc0") + 5
    found[size : size + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(found)


def heavy() -> bytes:
    """As many pixels as are allowed, each of four bytes, in 200 kB."""
    return drawn("PNG", "RGBA", (7_000, 7_000), compress_level=9) + MARK


def many_frames() -> bytes:
    frames = [Image.new("RGB", (400, 300), (number, 0, 0)) for number in range(60)]
    stream = io.BytesIO()
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as found:
        found.writestr("photo.jpg", MARK)
    return stream.getvalue()


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def with_text() -> bytes:
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{MARK.decode()}</x:xmpmeta>")
    return drawn("PNG", pnginfo=info, icc_profile=b"\0" * 128 + MARK)


REFUSED: dict[str, Callable[[], bytes]] = {
    "GIF that is a script": lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;" + MARK,
    "SVG with a script": lambda: (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>" + MARK
    ),
    "HTML under a name of a picture": lambda: b"<!doctype html><script>" + MARK,
    "bomb": bomb,
    "bomb of text": text_bomb,
    "wide": wide,
    "archive": archive,
    "PDF": lambda: b"%PDF-1.7\n" + MARK,
    "half of a picture": lambda: drawn("JPEG", size=(400, 300))[:300],
    "nothing": lambda: b"",
    "HEIC": lambda: b"\0\0\0\x18ftypheic" + MARK,
    "AVIF": lambda: b"\0\0\0\x1cftypavif" + MARK,
    "TIFF": lambda: drawn("TIFF"),
    "program": lambda: b"\x7fELF" + MARK,
}
"""Kinds of which nothing is kept."""

REDRAWN: dict[str, Callable[[], bytes]] = {
    "where it was taken": with_gps,
    "JPEG with a page behind it": lambda: drawn("JPEG") + b"<script>" + MARK,
    "JPEG with an archive behind it": lambda: drawn("JPEG") + archive(),
    "texts and a profile": with_text,
    "moving picture": animated,
    "sixty frames": many_frames,
    "four inks": lambda: drawn("JPEG", "CMYK") + MARK,
    "sixteen bits": lambda: drawn("PNG", "I;16") + MARK,
    "comment": lambda: drawn("JPEG", comment=MARK),
}
"""Kinds that are pictures, too: only the picture is kept."""

HEAVY: dict[str, Callable[[], bytes]] = {"as many pixels as may be": heavy}
"""Kinds that take seconds; a full trial sends them."""
