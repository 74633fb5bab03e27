"""Layers of a camera in an offer and its answer (RFC 8853, RFC 8851, RFC 8852).

A browser names the layers of a section by `rid` and no source of them: each packet says
its rid in a header extension until we have reported on its source. Read from the lines
themselves, for the parser of offers knows nothing of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from video.media.cameras.stream_ids import NAMING, STREAM_ID

MOST_LAYERS = 3
# A header extension of the short form holds sixteen octets.
RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
SEND_RID = re.compile(r"a=rid:([A-Za-z0-9_-]{1,16}) send(?: .*)?")
EXTENSION = re.compile(r"a=extmap:(\d{1,3})(?:/[a-z]{1,8})? (\S{1,256})")
# Lines of one section that name layers; more than that are none of a browser's.
MOST_LINES = 16


@dataclass(frozen=True, slots=True)
class OfferedLayers:
    """The layers of one section, in its order; `extensions` are the numbers of the
    header extensions that name a packet's section, layer, and repaired layer.

    `paused` are sent when the page says so: an answer that left that out would begin
    them.
    """

    rids: tuple[str, ...]
    extensions: Mapping[str, int]
    paused: frozenset[str] = frozenset()


def read_layers(text: str) -> dict[str, OfferedLayers]:
    """The layers that each section would send, by its mid.

    A section that names one, or more than we take, or that contradicts itself, has
    none: its answer says nothing of layers, and the browser sends the first alone.
    """
    found = {}
    for section in _sections(text):
        mid = next((line[6:] for line in section if line.startswith("a=mid:")), "")
        layers = _read(section)
        if mid and layers is not None:
            found[mid] = layers
    return found


def answer_lines(layers: OfferedLayers) -> list[str]:
    """That we take all of them, in the order of the offer."""
    named = (f"{'~' * (rid in layers.paused)}{rid}" for rid in layers.rids)
    return [
        *(f"a=extmap:{number} {uri}" for uri, number in layers.extensions.items()),
        *(f"a=rid:{rid} recv" for rid in layers.rids),
        f"a=simulcast:recv {';'.join(named)}",
    ]


def _sections(text: str) -> Iterator[list[str]]:
    section: list[str] = []
    for line in text.splitlines():
        if line.startswith("m="):
            if section:
                yield section
            section = [line]
        elif section:
            section.append(line)
    if section:
        yield section


def _read(section: list[str]) -> OfferedLayers | None:
    named = [line for line in section if line.startswith("a=rid:")]
    lists = [line for line in section if line.startswith("a=simulcast:")]
    if len(lists) != 1 or len(named) > MOST_LINES:
        return None
    may_send = {match[1] for match in map(SEND_RID.fullmatch, named) if match}
    sent = _sent(lists[0].removeprefix("a=simulcast:"))
    rids = tuple(name.removeprefix("~") for name in sent)
    if not 2 <= len(rids) <= MOST_LAYERS or len(set(rids)) != len(rids):
        return None
    extensions = _extensions(section)
    if not may_send.issuperset(rids) or STREAM_ID not in extensions:
        return None
    paused = frozenset(name[1:] for name in sent if name.startswith("~"))
    return OfferedLayers(rids, extensions, paused)


def _sent(value: str) -> tuple[str, ...]:
    """Streams of `send a;~b,c;d`: of alternatives the first."""
    words = value.split(" ")
    pairs = zip(words[::2], words[1::2], strict=False)
    streams = next((names for way, names in pairs if way == "send"), "")
    if len(streams) > MOST_LAYERS * 40:
        return ()
    firsts = tuple(one.split(",")[0] for one in streams.split(";"))
    return firsts if all(RID.fullmatch(one.removeprefix("~")) for one in firsts) else ()


def _extensions(lines: Iterable[str]) -> dict[str, int]:
    """Numbers that the short form can hold, each once."""
    found: dict[str, int] = {}
    for line in lines:
        match = EXTENSION.fullmatch(line)
        if match and match[2] in NAMING and 1 <= int(match[1]) <= 14:
            found.setdefault(match[2], int(match[1]))
    return found if len(set(found.values())) == len(found) else {}
