"""A drawing from a stranger is written again with shapes alone, or refused."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stores.errors import LogoRefused
from stores.looks.drawings import PLACES, SHAPES, STYLES, SVG, clean_drawing

HEAD = f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink"'
BOX = f'{HEAD} viewBox="0 0 24 24">'
CIRCLE = '<circle cx="12" cy="12" r="9" fill="#17408B"/>'


def drawing(inside: str) -> bytes:
    return f"{BOX}{inside}</svg>".encode()


def cleaned(inside: str) -> str:
    return clean_drawing(drawing(inside)).decode()


def refusal(content: bytes) -> str:
    with pytest.raises(LogoRefused) as refused:
        clean_drawing(content)
    return refused.value.why


def test_shapes_stay_as_they_are() -> None:
    assert cleaned(CIRCLE) == (
        f'<svg xmlns="{SVG}" viewBox="0 0 24 24">'
        '<circle cx="12" cy="12" r="9" fill="#17408B"></circle></svg>'
    )


def test_what_only_an_editor_reads_is_left_out() -> None:
    text = cleaned(
        '<!-- made by --><metadata><x xmlns="urn:x">me</x></metadata>'
        '<i:pgf xmlns:i="urn:adobe" i:by="me">data</i:pgf>'
        f'<g id="a" data-name="Layer" style="fill:red;-inkscape-x:1">{CIRCLE}</g>'
    )
    assert '<g id="a" fill="red"><circle' in text
    for gone in ("made by", "metadata", "pgf", "data-name", "inkscape"):
        assert gone not in text


def test_a_sheet_keeps_its_colours_and_nothing_that_begins_with_at() -> None:
    text = cleaned(
        "<style>@media (prefers-color-scheme:dark){.a{fill:#FFF}} /* x */"
        ".a,.b{fill:#17408B;stroke:url(#g);clip-path:url(#c);behaviour:x}</style>"
        '<path class="a" d="M0 0h9v9z"/>'
    )
    assert "<style>.a,.b{fill:#17408B;stroke:url(#g);}</style>" in text
    assert "FFF" not in text


def test_a_link_is_a_group_and_sides_make_a_box() -> None:
    inside = '<a href="#x"><path d="M0 0"/></a>'
    content = f'{HEAD} width="120px" height="40">{inside}</svg>'.encode()
    text = clean_drawing(content).decode()
    assert 'viewBox="0 0 120 40"' in text
    assert '<g><path d="M0 0"></path></g>' in text
    assert "width" not in text


def test_a_document_type_harms_nobody() -> None:
    content = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'
    assert b"<circle" in clean_drawing(content + drawing(CIRCLE))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script xmlns="">alert(1)</script>',
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
        '<g><g><SCRIPT xmlns="http://www.w3.org/2000/svg"/></g><script/></g>',
        '<circle r="9" onload="alert(1)"/>',
        '<circle r="9" ONCLICK="alert(1)"/>',
        '<defs><foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/>'
        "</foreignObject></defs>",
        '<a xlink:href="javascript:alert(1)"><circle r="9"/></a>',
        '<a href="java&#10;script:alert(1)"><circle r="9"/></a>',
        '<use href="data:text/html,&lt;script&gt;"/>',
        '<metadata><script xmlns="http://www.w3.org/2000/svg"/></metadata>',
        '<rect style="width:expression(alert(1))"/>',
    ],
)
def test_a_script_is_refused_wherever_it_hides(inside: str) -> None:
    assert refusal(drawing(inside)) == "acts"


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="https://evil.example/x.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use xlink:href="https://evil.example/x.svg#a"/>',
        '<use href="//evil.example/x.svg#a"/>',
        '<rect style="fill:url(https://evil.example/x)"/>',
        '<rect fill="url(&quot;https://evil.example/x&quot;)"/>',
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>.a{fill:url(//evil.example/x)}</style>",
        r"<style>.a{fill:u\72l(//evil.example/x)}</style>",
        '<filter><feImage href="https://evil.example/x.png"/></filter>',
    ],
)
def test_what_fetches_is_refused(inside: str) -> None:
    assert refusal(drawing(inside)) == "elsewhere"


def ten(text: str, number: int) -> str:
    return text.replace("N", str(number)) * 10


LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n + 1} "{ten("&aN;", n)}">' for n in range(9))
    + f"]>{BOX}<text>&a9;</text></svg>"
)
USED = "<use href='#aN'/>"
USES = '<g id="a0"><path d="M0 0"/></g>' + "".join(
    f'<g id="a{n + 1}">{ten(USED, n)}</g>' for n in range(8)
)
CLIPPED = "<path d='M0 0' clip-path='url(#cN)'/>"
CLIPS = "".join(
    f'<clipPath id="c{n + 1}">{ten(CLIPPED, n)}</clipPath>' for n in range(8)
)


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS.encode(),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing("&x;"),
        drawing(USES),
        drawing(f'<g id="a1"><path d="M0 0"/></g>{USES}'),
        drawing(CLIPS),
        drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        drawing("<g>" * 60 + "</g>" * 60),
        drawing("<g/>" * 6_000),
        drawing(
            "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(2_000))
        ),
    ],
    ids=["laughs", "file", "uses", "twice", "clips", "circle", "deep", "many", "chain"],
)
def test_a_bomb_is_refused(content: bytes) -> None:
    assert refusal(content) == "bomb"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"<html><body>logo</body></html>",
        b"<!doctype html><p>logo",
        b"\x89PNG\r\n\x1a\n<svg/>",
        b'<?xml version="1.0" encoding="no-such"?><svg/>',
        f"{HEAD}>{CIRCLE}</svg>".encode(),
        f'{HEAD} width="100%" height="100%">{CIRCLE}</svg>'.encode(),
        b'<svg xmlns="urn:other" viewBox="0 0 1 1"/>',
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes) -> None:
    assert refusal(content) == "no_logo"


def _with_parts(element: Element, parts: list[Element], text: str) -> Element:
    element.text = text
    element.extend(parts)
    return element


NAMES = st.sampled_from(
    ["g", "path", "script", "use", "style", "a", "image", "text", "set", "animate", "x"]
)
KEYS = st.sampled_from(
    ["onload", "href", "style", "fill", "id", "d", "class", "clip-path", "src", "mask"]
)
VALUES = st.sampled_from(
    ["javascript:x", "#a", "url(#a)", "url(//x)", "red", "fill:red", "M0 0", "a<b\"'&"]
)
TREES = st.recursive(
    st.builds(Element, NAMES, st.dictionaries(KEYS, VALUES, max_size=3)),
    lambda parts: st.builds(
        _with_parts,
        st.builds(Element, NAMES, st.dictionaries(KEYS, VALUES, max_size=2)),
        st.lists(parts, max_size=3),
        VALUES,
    ),
    max_leaves=8,
)


@settings(deadline=None)  # the machine may be slow
@given(TREES)
@example(_with_parts(Element("text"), [], "javascript:x"))
@example(Element("g", {"id": "url(//x)"}))
def test_only_what_is_on_the_lists_comes_out(tree: Element) -> None:
    root = Element("svg", {"viewBox": "0 0 9 9"})
    root.append(tree)
    try:
        content = clean_drawing(tostring(root))
    except LogoRefused:
        return
    for element in fromstring(content).iter():
        name = element.tag.removeprefix(f"{{{SVG}}}")
        assert name in SHAPES
        assert set(element.attrib) <= PLACES | STYLES | {"href"}
        assert element.get("href", "#").startswith("#")
        sheet = (element.text or "") if name == "style" else ""
        for value in (*element.attrib.values(), sheet):
            assert "//" not in value
            assert "script" not in value
    assert clean_drawing(content) == content
