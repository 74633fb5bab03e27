"""Words that people read: every msgid of a package, and what its catalogue says.

`python -m tests.house.words booking` prints what its French catalogue still lacks, in
the form of a catalogue.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.house.sources import PACKAGES, ROOT, files, text_of

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Word:
    """One msgid; `id` is a pair where there is a plural."""

    id: str | tuple[str, ...]
    context: str | None
    places: list[tuple[str, int]] = field(default_factory=list)


def owner_of(template: Path) -> str:
    """A template belongs to the package whose folder it lies in, else to visavis."""
    folder = template.parts[1] if len(template.parts) > 2 else ""
    return folder if folder in PACKAGES else "visavis"


def sources_of(package: str) -> list[Path]:
    templates = files(".html", ".txt", folders=("templates",))
    own = [path for path in templates if owner_of(path) == package]
    return [*files(".py", folders=(package,)), *own]


def words_of(package: str) -> list[Word]:
    found: dict[tuple[str | None, str | tuple[str, ...]], Word] = {}
    for path in sources_of(package):
        for line, msgid, context in _extracted(path):
            word = found.setdefault((context, msgid), Word(msgid, context))
            word.places.append((str(path), line))
    return list(found.values())


def _extracted(path: Path) -> list[tuple[int, str | tuple[str, ...], str | None]]:
    text = text_of(path)
    source = text if path.suffix == ".py" else _flat(templatize(text))
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    return [
        (line, msgid, context) for line, msgid, _comments, context in found if msgid
    ]


def _flat(source: str) -> str:
    """Without indentation: what is left of a template is no Python block."""
    return "\n".join(line.strip() for line in source.splitlines())


def catalogue_of(package: str) -> Catalog:
    path = ROOT / package / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog("fr")
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def missing_from(package: str) -> list[Word]:
    """Words without a French translation of their own package."""
    catalogue = catalogue_of(package)
    return [word for word in words_of(package) if not _is_said(catalogue, word)]


def _is_said(catalogue: Catalog, word: Word) -> bool:
    message = catalogue.get(word.id, word.context)
    if message is None or message.fuzzy:
        return False
    said = message.string
    return all(said) if isinstance(said, tuple | list) else bool(said)


if __name__ == "__main__":
    for name in sys.argv[1:] or PACKAGES:
        stub = Catalog("fr")
        for word in missing_from(name):
            stub.add(word.id, locations=word.places, context=word.context)
        write_po(sys.stdout.buffer, stub, omit_header=True, width=88)
