"""Style sheets: written as many short files, sent as a few joined ones.

`SHEETS` says which sources make a sheet, in the order of the cascade. The finder joins
them when they are asked for: `./run` shows a changed source at the next reload, and
`collectstatic` takes the joined sheet. The sources themselves are never served.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _in(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}.css" for name in names.split())


SHEETS: dict[str, tuple[str, ...]] = {
    "visavis/site.css": _in(
        "visavis/styles/site",
        "tokens base buttons plate choices days rows states fields people dialogs "
        "tables events tiles customer legal room variations wrapping",
    ),
    "visavis/staff.css": _in(
        "visavis/styles/staff",
        "board room agenda forms hours measures narrow variations callbacks week "
        "phone bars stretches rules team people dragging beside",
    ),
    "visavis/desk.css": _in(
        "visavis/styles/desk",
        "navigation topics places legal measures brand paper widget",
    ),
    "visavis/setup.css": _in("visavis/styles/setup", "first"),
    "video/room.css": _in(
        "video/styles", "frame customer tiles line messages staff more wide"
    ),
    "notifications/mailbox.css": _in("notifications/styles", "mailbox"),
    "visavis/api_docs.css": _in("visavis/styles", "api_docs"),
}


def joined(sources: Iterable[str]) -> str:
    """One line of all sources, without comments and indents.

    It changes nothing inside a line but the space after a property's name, so the
    sources must be laid out as `./run format` does: one declaration a line.
    """
    texts = ((settings.BASE_DIR / source).read_text() for source in sources)
    return "".join(map(_packed, texts)).replace(";}", "}")


def _packed(text: str) -> str:
    found = []
    for line in COMMENT.sub("", text).splitlines():
        short = line.strip()
        if short.endswith(";") and not short.startswith("@"):
            name, colon, value = short.partition(":")
            short = f"{name}{colon}{value.strip()}"
        elif short.endswith("{"):
            short = f"{short[:-1].rstrip()}{{"
        elif short and not short.endswith((";", ",", "}")):
            short = f"{short} "
        found.append(short)
    return "".join(found)


class JoinedSheets(BaseFinder):
    """Finds the sheets of `SHEETS`, joined again when a source has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.STATE_DIR / "sheets")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Its path, or [] as Django's own finders answer for what is not theirs."""
        if path not in SHEETS:
            return []
        return [self._write(path)] if find_all else self._write(path)

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, Storage]]:
        for path in SHEETS:
            self._write(path)
            yield path, self.storage

    def _write(self, path: str) -> str:
        """Two processes at once write the same; neither reads half of it."""
        target = Path(self.storage.path(path))
        text = joined(SHEETS[path])
        if not target.is_file() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(handle, "w") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(target)
        return str(target)
