"""Pictures from strangers: read and drawn again in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from stores.errors import PictureRefused

MOST_BYTES = 12 * 2**20
WAITS = 20.0
"""Seconds for one picture, the start of the process included."""

_PROGRAM = str(Path(__file__).with_name("redraw.py"))
_TOO_LARGE = 4, -signal.SIGXCPU, -signal.SIGKILL
"""Ends of the program for a picture that took more than it may."""
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AT_ONCE = threading.BoundedSemaphore(2)
"""A web process draws two pictures at a time: each may take its whole memory."""


@dataclass(frozen=True)
class Frame:
    """The size in pixels that a picture gets: `cover` cuts it to exactly that size,
    else it fits within."""

    width: int
    height: int
    cover: bool = False
    form: str = "WEBP"

    @property
    def content_type(self) -> str:
        return f"image/{self.form.lower()}"


def redrawn(content: bytes, frame: Frame) -> bytes:
    """The picture without metadata and whatever else stood in its file. Raises
    PictureRefused for what is none, is too large, or is a photograph as only some
    telephones read it (HEIC)."""
    if len(content) > MOST_BYTES:
        raise PictureRefused("bytes")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise PictureRefused("heic")
    fit = "cover" if frame.cover else "contain"
    size = str(frame.width), str(frame.height)
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 (no word of it is a stranger's)
                [sys.executable, "-I", _PROGRAM, *size, fit, frame.form],
                input=content,
                capture_output=True,
                timeout=WAITS,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PictureRefused("pixels") from None
    if done.returncode in _TOO_LARGE:
        raise PictureRefused("pixels")
    if done.returncode != 0 or not done.stdout:
        raise PictureRefused("no_picture")
    return done.stdout
