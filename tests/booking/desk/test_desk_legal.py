"""The legal pages at the desk: written, previewed, published, and given back."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from stores.legal.texts import our_text
from stores.models import Brand, LegalText
from tests.booking.at_the_desk import chosen_in
from tests.cast import World

pytestmark = pytest.mark.django_db
PRIVACY, ACCESS, TERMS = (
    f"/desk/legal/{kind}/fr/" for kind in ("privacy", "accessibility", "terms")
)


def typed(dora: Client, address: str, /, **fields: str) -> dict[str, str]:
    page = dora.get(address).content.decode()
    form = page[page.index('id="words"') : page.index("</form>", page.index("words"))]
    body = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.DOTALL)
    assert body is not None
    return chosen_in(form) | {"body": html.unescape(body[1])} | fields


def rows(world: World) -> list[LegalText]:
    return list(LegalText.objects.for_brand(world.brand).order_by("kind", "version"))


def seen_by_customers(kind: str) -> str:
    response = Client().get(
        f"/tilleul/legal/{kind}/", headers={"Accept-Language": "fr"}
    )
    return response.content.decode()


def test_a_text_is_published_read_and_given_back(dora: Client, world: World) -> None:
    listed = " ".join(dora.get("/desk/legal/").content.decode().split())
    assert "FR · ours" in listed
    sent = typed(dora, PRIVACY)
    assert sent["body"].strip() == our_text("privacy", "fr")
    mine = sent | {"body": "# Chez {marque}\r\nEffacé après {jours} jours."}
    shown = dora.post(PRIVACY, mine | {"do": "preview"}).content.decode()
    assert "<h2>Chez Maison Tilleul</h2>" in shown
    part = dora.post(f"{PRIVACY}preview/", mine).content.decode()
    assert "<h2>Chez Maison Tilleul</h2>" in part
    assert not rows(world)
    assert dora.post(PRIVACY, mine).status_code == 302
    (row,) = rows(world)
    assert (row.version, row.published_by) == (1, world.dora)
    assert "<p>Effacé après 90 jours.</p>" in seen_by_customers("privacy")
    assert "version 1, of" in dora.get("/desk/legal/").content.decode()
    for version in (0, 1):
        assert dora.get(f"{PRIVACY}{version}/").status_code == 200
    assert dora.get(f"{PRIVACY}2/").status_code == 404
    asked = dora.get(f"{PRIVACY}restore/").content.decode()
    assert dora.post(f"{PRIVACY}restore/", chosen_in(asked)).status_code == 302
    assert [row.version for row in rows(world)] == [1, 2]
    assert rows(world)[1].body == our_text("privacy", "fr")


def test_the_statement_carries_its_state_to_each_page(
    dora: Client, world: World
) -> None:
    sent = typed(dora, ACCESS, state="partly", rate="91", reviewed_on="2026-06-12")
    part = dora.post(f"{ACCESS}preview/", sent).content.decode()
    assert "partiellement conforme" in part
    assert "non conforme" in seen_by_customers("accessibility")
    assert dora.post(ACCESS, sent).status_code == 302
    page = seen_by_customers("accessibility")
    assert "Revu le 12 juin 2026" in page
    assert "Accessibilité\N{NO-BREAK SPACE}: partiellement conforme" in page
    listed = dora.get("/desk/legal/", headers={"accept-language": "en"})
    said = " ".join(listed.content.decode().split())
    assert "Partially compliant, 91 %, reviewed on 12 June 2026" in said
    asked = dora.get(f"{ACCESS}restore/").content.decode()
    dora.post(f"{ACCESS}restore/", chosen_in(asked))
    assert Brand.objects.get(pk=world.brand.pk).legal["state"] == "partly"


def test_of_two_who_publish_the_second_is_asked(dora: Client, world: World) -> None:
    late = typed(dora, PRIVACY, body="La mienne")
    dora.post(PRIVACY, typed(dora, PRIVACY, body="La première"))
    asked = dora.post(PRIVACY, late)
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "La mienne" in page
    assert "another version meanwhile" in page
    seen = re.findall(r'name="seen"\s+value="(\d+)"', page)
    assert dora.post(PRIVACY, late | {"seen": seen[0]}).status_code == 302
    assert [row.body for row in rows(world)] == ["La première", "La mienne"]


@pytest.mark.parametrize(
    ("address", "fields", "words"),
    [
        (PRIVACY, {"body": " "}, "Write something"),
        (PRIVACY, {"body": "{marqe}"}, "Did you mean {marque}?"),
        (PRIVACY, {"body": "{marque"}, "A brace stands alone"),
        (PRIVACY, {"body": "é" * 100_000}, "At most 40000 characters"),
        (PRIVACY, {"body": "[x](javascript:alert)"}, "is no address for a link"),
        (PRIVACY, {"body": "a\x00"}, "error"),
        (TERMS, {"address": "http://tilleul.example"}, "begins with https://"),
        (TERMS, {"address": "javascript:alert(1)"}, "begins with https://"),
        (ACCESS, {"state": "perhaps"}, "error"),
        (ACCESS, {"rate": "-1"}, "error"),
        (ACCESS, {"state": "fully", "rate": "91"}, "figure and state must agree"),
        (ACCESS, {"reviewed_on": "2999-01-01"}, "still to come"),
        (ACCESS, {"reviewed_on": "yesterday"}, "error"),
    ],
)
def test_what_cannot_be_published_is_said_at_its_field(
    dora: Client, world: World, address: str, fields: dict[str, str], words: str
) -> None:
    refused = dora.post(address, typed(dora, address, **fields))
    assert refused.status_code == 422
    assert words in html.unescape(refused.content.decode())
    assert not rows(world)


def test_markup_and_script_are_text(dora: Client, world: World) -> None:
    body = "<script>alert(1)</script> <b>gras</b> &lt;"
    assert dora.post(PRIVACY, typed(dora, PRIVACY, body=body)).status_code == 302
    shown = seen_by_customers("privacy")
    assert html.escape(body) in shown
    assert body.encode() not in dora.get(PRIVACY).content
    assert typed(dora, PRIVACY)["body"].strip() == body


def test_only_who_leads_the_brand_writes(
    bob: Client, manager: Client, world: World
) -> None:
    for client in (bob, manager):
        assert client.get("/desk/legal/").status_code == 403
        assert client.post(PRIVACY, {"body": "A"}).status_code == 403
    assert not rows(world)


def test_what_is_no_page_of_the_brand_is_404(dora: Client, world: World) -> None:
    for address in ("/desk/legal/imprint/fr/", "/desk/legal/privacy/nl/"):
        assert dora.get(address).status_code == 404
