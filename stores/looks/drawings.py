"""A drawing (SVG) from a stranger, written again with nothing in it but shapes.

What acts, or asks for something elsewhere, is refused and not quietly removed: who sent
it should know. What only an editor reads is left out. The result is written from lists
of what is allowed, so that whatever nobody thought of is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from stores.errors import LogoRefused

SVG = "http://www.w3.org/2000/svg"
MOST_ELEMENTS, MOST_DRAWN, DEEPEST = 5_000, 20_000, 40
"""Elements that are written, and that are drawn where one is used again and again."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHAPES = _words(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan "
    "title desc linearGradient radialGradient stop clipPath mask style"
)
GROUPS = frozenset({"a", "switch"})
"""Written as groups: what is within them is drawn, they themselves do nothing."""
ACTS = frozenset({"script", "foreignObject", "iframe", "object", "embed", "handler"})
PICTURES = frozenset({"image", "feImage", "video", "audio"})
STYLES = _words(
    "clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule "
    "font-family font-size font-style font-weight letter-spacing mask opacity "
    "paint-order stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width "
    "text-anchor visibility"
)
PLACES = _words(
    "id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points offset "
    "transform viewBox preserveAspectRatio gradientUnits gradientTransform "
    "spreadMethod clipPathUnits maskUnits maskContentUnits pathLength"
)
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTORS = re.compile(r"[\w\s.#,*>-]+")
_OWN = re.compile(r"""url\(\s*['"]?#([\w.-]+)['"]?\s*\)""")
_PLAIN = re.compile(r"[\w\s#.,%()'\"+/-]*", re.ASCII)
_FIGURE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")
_NAME = re.compile(r"[\w.-]+")


@dataclass
class _Drawn:
    """One element as it will be written, and the names of those that it refers to."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[_Drawn | str] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)

    def written(self) -> str:
        said = "".join(f" {k}={quoteattr(v)}" for k, v in self.attributes.items())
        inside = "".join(
            escape(one) if isinstance(one, str) else one.written() for one in self.parts
        )
        return f"<{self.tag}{said}>{inside}</{self.tag}>"

    def everything(self) -> Iterator[_Drawn]:
        yield self
        for one in self.parts:
            if isinstance(one, _Drawn):
                yield from one.everything()


def clean_drawing(content: bytes) -> bytes:
    """The drawing, written again. Raises LogoRefused: `acts`, `elsewhere`, `bomb`, or
    `no_logo` for what is no drawing."""
    try:
        # A document type is harmless and common; entities are neither.
        root = fromstring(content, forbid_dtd=False)
    except DefusedXmlException:
        raise LogoRefused("bomb") from None
    except (ParseError, ValueError, LookupError):
        raise LogoRefused("no_logo") from None
    if _name_of(root) != "svg":
        raise LogoRefused("no_logo")
    _check_size(root)
    drawn = _redrawn(root)
    if drawn is None:
        raise LogoRefused("no_logo")
    _check_uses(drawn)
    drawn.attributes = {"xmlns": SVG, "viewBox": _view_box(root), **drawn.attributes}
    for name in ("x", "y", "width", "height"):
        drawn.attributes.pop(name, None)
    return drawn.written().encode()


def _name_of(element: Element) -> str:
    """Without the namespace; of a foreign one, nothing that is known."""
    tag = element.tag if isinstance(element.tag, str) else ""
    space, mark, name = tag.rpartition("}")
    return name if not mark or space == f"{{{SVG}" else f":{name}"


def _check_size(root: Element) -> None:
    waiting, count = [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise LogoRefused("bomb")
        waiting += [(part, depth + 1) for part in element]


def _redrawn(element: Element) -> _Drawn | None:
    """None for what is left out with all that is in it."""
    name = _name_of(element)
    if name.lstrip(":") in ACTS:
        raise LogoRefused("acts")
    if name.lstrip(":") in PICTURES:
        raise LogoRefused("elsewhere")
    drawn = _Drawn("g" if name in GROUPS else name)
    attributes = _attributes(element, drawn.uses)
    parts = [(part, _redrawn(part)) for part in element]
    if drawn.tag not in SHAPES:
        return None
    drawn.attributes = attributes if name not in GROUPS else {}
    if name == "style":
        drawn.parts = [_sheet(element.text or "", drawn.uses)]
        return drawn
    says = name in ("text", "tspan", "title", "desc")
    if says:
        drawn.parts.append(element.text or "")
    for part, one in parts:
        if one is not None:
            drawn.parts.append(one)
        if says:
            drawn.parts.append(part.tail or "")
    return drawn


def _attributes(element: Element, uses: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2]
        if name.lower().startswith("on"):
            raise LogoRefused("acts")
        if name == "href":
            if (target := _target(value)) and _name_of(element) not in GROUPS:
                uses.add(target)
                found["href"] = f"#{target}"
        elif name == "style":
            found |= _declarations(value, uses)
        elif key in STYLES:
            found |= _declarations(f"{key}:{value}", uses)
        elif key in PLACES and _is_plain(value):
            found[key] = value
    return found


def _target(address: str) -> str:
    """The name within the drawing; empty for no address at all."""
    tidy = re.sub(r"[\x00-\x20]", "", address)
    if tidy.lower().startswith(("javascript:", "vbscript:", "data:text")):
        raise LogoRefused("acts")
    if tidy and not (tidy[0] == "#" and _NAME.fullmatch(tidy[1:])):
        raise LogoRefused("elsewhere")
    return tidy[1:]


def _declarations(text: str, uses: set[str]) -> dict[str, str]:
    """Those of `STYLES` with plain values. Raises LogoRefused for what would fetch."""
    _check_style(text)
    found = {}
    for one in text.split(";"):
        name, colon, value = (part.strip() for part in one.partition(":"))
        if name in STYLES and colon and _is_plain(value):
            uses |= set(_OWN.findall(value))
            found[name] = value
    return found


def _sheet(text: str, uses: set[str]) -> str:
    """A sheet of rules without any that begins with @. Of what the drawing has, they
    may name colours alone: nobody counts how often a rule holds."""
    plain = re.sub(r"/\*.*?\*/|<!--|-->", " ", text, flags=re.DOTALL)
    _check_style(plain)
    rules = []
    for selectors, body in _RULE.findall(_AT_RULE.sub(" ", plain)):
        said = "".join(
            f"{name}:{value};"
            for name, value in _declarations(body, uses).items()
            if name in ("fill", "stroke") or "url(" not in value
        )
        if said and _SELECTORS.fullmatch(selectors):
            rules.append(f"{' '.join(selectors.split())}{{{said}}}")
    return "".join(rules)


def _check_style(text: str) -> None:
    low = text.lower()
    if "expression" in low or "javascript" in low or "behavior" in low:
        raise LogoRefused("acts")
    # A backslash writes any letter in another way.
    if "@import" in low or "\\" in low or "url(" in _OWN.sub("", low):
        raise LogoRefused("elsewhere")


def _is_plain(value: str) -> bool:
    rest = _OWN.sub("", value)
    return "url(" not in rest.lower() and bool(_PLAIN.fullmatch(rest))


def _check_uses(root: _Drawn) -> None:
    """Counts what is drawn: a few elements that use each other in turn make
    millions."""
    named: dict[str, _Drawn] = {}
    for one in root.everything():
        named.setdefault(one.attributes.get("id", ""), one)
    weights: dict[int, int] = {}
    underway: set[int] = set()

    def weight(one: _Drawn) -> int:
        key = id(one)
        if key in underway or len(underway) > 2 * DEEPEST:
            raise LogoRefused("bomb")
        if key not in weights:
            underway.add(key)
            inside = [part for part in one.parts if isinstance(part, _Drawn)]
            behind = [named[name] for name in one.uses if name in named]
            weights[key] = 1 + sum(map(weight, [*inside, *behind]))
            underway.discard(key)
        if weights[key] > MOST_DRAWN:
            raise LogoRefused("bomb")
        return weights[key]

    weight(root)


def _view_box(root: Element) -> str:
    said = root.get("viewBox", "")
    figures = said.replace(",", " ").split()
    if len(figures) == 4 and _is_plain(said):
        return said
    sides: list[Any] = [_FIGURE.fullmatch(root.get(n, "")) for n in ("width", "height")]
    if not all(sides):
        raise LogoRefused("no_logo")
    return "0 0 " + " ".join(side[1] for side in sides)
