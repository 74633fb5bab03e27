"""The markup of legal texts: whatever is typed, the page holds a few tags and all of
the words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.legal.markup import Link, Value, html_of, is_safe
from stores.legal.places import Wrong, problems_in

TAGS = {"h2", "h3", "p", "ul", "li", "a"}
FACTS: dict[str, Value] = {
    "brand": "Tilleul & <b>Fils</b>",
    "phone": Link("03 20 00 00 00", "tel:+33320000000"),
    "email": "",
    "stores": ["Lille", "Arras"],
}
PIECES = st.sampled_from(
    [
        *("# ", "## ", "- ", "\n", "\r\n", "\u2028", " ", "[", "](", ")", "{", "}"),
        *("{brand}", "{phone}", "{stores}", "{nobody}", "<script>", "</p>", "<a href="),
        *("javascript:alert(1)", "https://a.example/x?y=1&z=2", "http://a.example"),
        *("mailto:a@b.example", "tel:+33320000000", "data:text/html,", '" onclick="'),
        *(
            "&lt;",
            "&",
            "'",
            "É",
            "\x0b",
            "\ue000",
            "\u202e",
            "[mots](https://a.example)",
        ),
        *("[x](javascript:1)", "[x](//a.example)", "[x](https://u@a.example)"),
    ]
)
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join)


class Seen(HTMLParser):
    """Tags, addresses and text as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {f"{tag}.{name}" for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def letters(text: str) -> list[str]:
    """Without what the markup or a browser may drop."""
    return [c for c in text if c.isalnum()]


@given(TYPED)
def test_only_a_few_tags_come_out(typed: str) -> None:
    seen = Seen(html_of(typed, FACTS))
    assert seen.tags <= TAGS
    assert seen.attributes <= {"a.href", "ul.class"}
    assert all(is_safe(address) for address in seen.addresses)


@given(TYPED)
def test_all_that_was_typed_is_found_again(typed: str) -> None:
    """Without facts to fill in: each letter is text or the address of a link."""
    seen = Seen(html_of(typed, {}))
    targets = re.findall(r"\[[^\[\]\n]+\]\(([^()\s]+)\)", typed)
    kept = [c for target in targets if is_safe(target) for c in letters(target)]
    assert sorted(letters(seen.text) + kept) == sorted(letters(typed))


@given(st.text(max_size=40), TYPED)
def test_a_fact_is_never_read_as_markup(fact: str, typed: str) -> None:
    hostile = f"{{brand}}[x](https://evil.example)<b>{fact}"
    seen = Seen(html_of("Nous sommes {brand}.", {"brand": hostile}))
    assert not seen.addresses
    assert seen.tags == {"p"}
    assert "{brand}[x](https://evil.example)<b>" in seen.text


def test_the_parts_of_a_page() -> None:
    text = """# Qui
{brand} : {phone}
- {stores}
- deux <i>

## Plus
Voir https://a.example/x?y=1&z=2. Ou [ici](mailto:a@b.example)."""
    assert html_of(text, FACTS).split("\n") == [
        "<h2>Qui</h2>",
        "<p>Tilleul &amp; &lt;b&gt;Fils&lt;/b&gt; : "
        '<a href="tel:+33320000000">03 20 00 00 00</a></p>',
        '<ul class="list"><li>Lille</li><li>Arras</li><li>deux &lt;i&gt;</li></ul>',
        "<h3>Plus</h3>",
        '<p>Voir <a href="https://a.example/x?y=1&amp;z=2">'
        "https://a.example/x?y=1&amp;z=2</a>. "
        'Ou <a href="mailto:a@b.example">ici</a>.</p>',
    ]


def test_a_line_without_its_fact_is_left_out_and_its_heading_too() -> None:
    text = "# Écrire\nPar écrit : {email}\n# Appeler\nPar écrit : {email}\n- {phone}"
    seen = Seen(html_of(text, FACTS))
    assert seen.text.split("\n") == ["Appeler", "03 20 00 00 00"]


@pytest.mark.parametrize(
    ("text", "wrong", "found", "instead"),
    [
        ("Chez {marqe}", Wrong.UNKNOWN, "marqe", "marque"),
        ("Chez {zzzzz}", Wrong.UNKNOWN, "zzzzz", ""),
        ("Chez {marque", Wrong.BRACE, "", ""),
        ("[x](javascript:alert(1))", Wrong.LINK, "javascript:alert", ""),
        ("[x](http://a.example)", Wrong.LINK, "http://a.example", ""),
        ("[x](https://)", Wrong.LINK, "https://", ""),
        ("a" * 40_001, Wrong.TOO_LONG, "40000", ""),
        ("a\x00b", Wrong.UNPRINTABLE, "", ""),
    ],
)
def test_what_is_wrong_is_named(
    text: str, wrong: Wrong, found: str, instead: str
) -> None:
    (problem,) = problems_in(text, "fr")
    assert (problem.wrong, problem.found, problem.instead) == (wrong, found, instead)
