"""A markup of three signs, so that no brand writes HTML.

A line is a paragraph; `# ` begins a heading, `## ` a smaller one, `- ` an item of a
list. `[words](address)` is a link to https, mailto or tel; an address with https:// is
one by itself. `{…}` is filled in one pass: a value is never read as markup. All else
is text, also tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PLACE = re.compile(r"\{([^{}\n]*)\}")
_INLINE = re.compile(
    r"\[(?P<words>[^\[\]\n]+)\]\((?P<target>[^()\s]+)\)"
    r"|\{(?P<place>[^{}\n]*)\}"
    r"|(?P<bare>https://[^\s<>()\"'{}\[\]]+)"
)
LINK = re.compile(r"\[[^\[\]\n]+\]\(([^()\n]*)")
SCHEMES = ("https", "mailto", "tel")
_STOPS = ".,;:!?…»"


class Kind(StrEnum):
    HEADING = "h2"
    SMALLER = "h3"
    ITEM = "li"
    PARAGRAPH = "p"


@dataclass(frozen=True)
class Link:
    words: str
    target: str


Piece = str | Link
Value = Piece | Sequence[Piece]
"""A fact, or several: a line that is nothing but a placeholder becomes as many."""


@dataclass(frozen=True)
class Line:
    kind: Kind
    pieces: tuple[Piece, ...]


class Missing(Exception):
    """A placeholder has nothing to say: its line is left out."""


def is_safe(target: str) -> bool:
    """True for an address that a link may lead to."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname) and "@" not in parts.netloc
    return parts.scheme in SCHEMES and bool(parts.path) and not parts.netloc


def lines_of(text: str, values: Mapping[str, Value]) -> Iterator[Line]:
    """The lines that have something to say; a heading goes with the last line below
    it that has not. Unknown placeholders stay as typed."""
    heading: Line | None = None
    left_out = False
    for raw in text.splitlines():
        kind, words = _kind_of(raw.strip())
        if not words:
            continue
        found = list(_line(kind, words, values))
        if kind in (Kind.HEADING, Kind.SMALLER):
            if heading and not left_out:
                yield heading
            heading, left_out = next(iter(found), None), False
            continue
        left_out = left_out or not found
        if heading and found:
            yield heading
            heading = None
        yield from found
    if heading and not left_out:
        yield heading


def _line(kind: Kind, words: str, values: Mapping[str, Value]) -> Iterator[Line]:
    whole = PLACE.fullmatch(words)
    several = values.get(whole[1]) if whole else None
    if several is not None and not isinstance(several, str | Link):
        for one in several:
            yield Line(kind, (one,))
        return
    with suppress(Missing):
        yield Line(kind, tuple(_pieces(words, values)))


def html_of(text: str, values: Mapping[str, Value]) -> SafeString:
    """The only tags are h2, h3, p, ul, li and a."""
    blocks: list[SafeString] = []
    items: list[SafeString] = []
    for line in lines_of(text, values):
        inner = format_html_join("", "{}", ((_html(piece),) for piece in line.pieces))
        if line.kind == Kind.ITEM:
            items.append(format_html("<li>{}</li>", inner))
            continue
        blocks += _listed(items)
        items = []
        # A tag of ours: the kind is one of four.
        blocks.append(format_html("<{0}>{1}</{0}>", line.kind.value, inner))
    return format_html_join("\n", "{}", ((one,) for one in [*blocks, *_listed(items)]))


def _listed(items: list[SafeString]) -> list[SafeString]:
    if not items:
        return []
    inner = format_html_join("", "{}", ((item,) for item in items))
    return [format_html('<ul class="list">{}</ul>', inner)]


def _kind_of(line: str) -> tuple[Kind, str]:
    for sign, kind in (("## ", Kind.SMALLER), ("# ", Kind.HEADING), ("- ", Kind.ITEM)):
        if line.startswith(sign):
            return kind, line[len(sign) :].strip()
    return Kind.PARAGRAPH, line


def _pieces(words: str, values: Mapping[str, Value]) -> Iterator[Piece]:
    end = 0
    for found in _INLINE.finditer(words):
        if found.start() > end:
            yield words[end : found.start()]
        end = found.end()
        yield from _piece(found, values)
    if end < len(words):
        yield words[end:]


def _piece(found: re.Match[str], values: Mapping[str, Value]) -> Iterator[Piece]:
    if found["place"] is not None:
        yield from _filled(found["place"], found[0], values)
    elif found["bare"] is not None:
        address = found["bare"].rstrip(_STOPS)
        yield Link(address, address) if is_safe(address) else address
        if rest := found["bare"][len(address) :]:
            yield rest
    elif is_safe(found["target"]):
        yield Link(found["words"], found["target"])
    else:
        yield found[0]


def _filled(name: str, typed: str, values: Mapping[str, Value]) -> Iterator[Piece]:
    value = values.get(name, typed)
    if not value:
        raise Missing
    if isinstance(value, str | Link):
        yield value
        return
    for n, one in enumerate(value):
        yield from (", ", one) if n else (one,)


def _html(piece: Piece) -> SafeString:
    if isinstance(piece, Link):
        return format_html('<a href="{}">{}</a>', piece.target, piece.words)
    return format_html("{}", piece)
