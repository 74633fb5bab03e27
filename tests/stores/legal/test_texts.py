"""Our starting texts: they name the facts, and the facts are true."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation

from stores.editing.legal import WrittenLegal, publish_legal, restore_ours
from stores.errors import LegalRefused, TextChanged
from stores.legal.facts import MOST_STORES, values_of
from stores.legal.markup import PLACE
from stores.legal.places import NAMES, problems_in
from stores.legal.texts import OURS, our_text, shown, text_language, version_of
from stores.models import Brand, Conformity, LegalKind, LegalText
from tests.cast import World, make_store, now_utc
from tests.house.sources import files, text_of

pytestmark = pytest.mark.django_db


def publish(
    world: World, body: str, *, kind: str = "privacy", **facts: object
) -> LegalText:
    brand = Brand.objects.get(pk=world.brand.pk)
    seen = version_of(brand, kind, "fr")
    facts = {"language": "fr"} | facts
    written = WrittenLegal(kind=kind, body=body, **facts)  # type: ignore[arg-type]
    made = publish_legal(
        brand=brand, written=written, seen=seen, user=world.dora, now=now_utc()
    )
    world.brand.refresh_from_db()
    return made


def page(kind: str, language: str = "fr", brand: str = "tilleul") -> str:
    response = Client().get(
        f"/{brand}/legal/{kind}/", headers={"Accept-Language": language}
    )
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("kind", LegalKind.values)
@pytest.mark.parametrize("language", OURS)
def test_ours_are_right_in_their_own_rules(kind: str, language: str) -> None:
    text = our_text(kind, language)
    assert not problems_in(text, language)
    assert len(text) > 600


@pytest.mark.parametrize("kind", LegalKind.values)
def test_both_languages_name_the_same_facts_in_the_same_parts(kind: str) -> None:
    french, english = (our_text(kind, language) for language in OURS)
    named = [[NAMES[one] for one in PLACE.findall(t)] for t in (french, english)]
    assert named[0] == named[1]
    for text, language in ((french, "fr"), (english, "en")):
        assert all(NAMES[n].name(language) == n for n in PLACE.findall(text))
    shapes = [
        [re.match(r"#+ |- |", line)[0] for line in text.splitlines() if line]  # type: ignore[index]
        for text in (french, english)
    ]
    assert shapes[0] == shapes[1]


def test_ours_stand_with_the_facts_of_the_brand(world: World) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(
        erase_after_days=123, reply_to="donnees@tilleul.example", phone="+33320000000"
    )
    shown = page("privacy")
    for words in (
        "Maison Tilleul", "Lille, 12 rue de Metz, 59000 Lille", "123 jours",
        'href="mailto:donnees@tilleul.example"', 'href="tel:+33320000000"',
        "03\N{NO-BREAK SPACE}20\N{NO-BREAK SPACE}00", 'href="https://www.cnil.fr"',
        "Vos données",
    ):  # fmt: skip
        assert words in shown, words
    assert "{" not in shown[shown.index("<article") : shown.index("</article")]
    assert "123 days" in page("privacy", "en")
    accessible = page("accessibility")
    assert "non conforme" in accessible
    assert "Défenseur des droits" in accessible
    assert "Rien. Votre connexion" in page("terms")


def test_every_page_leads_there_and_says_the_state(world: World) -> None:
    for address in ("/tilleul/", "/tilleul/lille/", "/tilleul/legal/terms/"):
        shown = Client().get(address, headers={"Accept-Language": "fr"})
        foot = shown.content.decode().partition('<footer class="foot">')[2]
        assert "Accessibilité\N{NO-BREAK SPACE}: non conforme" in foot
        for kind in LegalKind:
            assert f'href="/tilleul/legal/{kind}/"' in foot
    assert Client().get("/tilleul/legal/imprint/").status_code == 404
    assert Client().post("/tilleul/legal/terms/").status_code == 405


def test_a_brand_with_many_stores_names_some_and_leads_to_all(world: World) -> None:
    for n in range(MOST_STORES):
        make_store(world.brand, f"b{n}")
    stores = values_of(world.brand)["stores"]
    assert isinstance(stores, list)
    assert len(stores) == MOST_STORES + 1
    assert 'href="/tilleul/"' in page("privacy")


def test_in_a_language_that_the_brand_has_not_its_main_one_stands(world: World) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(languages=["fr"])
    assert '<article class="prose" lang="fr">' in page("privacy", "en")
    assert text_language(Brand(languages=["nl", "en"]), "fr") == "nl"
    assert our_text("privacy", "nl") == our_text("privacy", "en")


def test_what_is_published_stands_and_never_changes(world: World) -> None:
    first = publish(world, "# Une\n{marque} <script>alert(1)</script>")
    assert (first.version, version_of(world.brand, "privacy", "fr")) == (1, 1)
    shown = page("privacy")
    assert "<h2>Une</h2>" in shown
    assert "Maison Tilleul &lt;script&gt;" in shown
    assert publish(world, "Deux").version == 2
    assert "Deux" in page("privacy")
    assert "we erase it" in page("privacy", "en"), "the other language is ours still"
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalText.objects.filter(pk=first.pk).update(body="Autre")
    world.dora.delete()
    first.refresh_from_db()
    assert first.published_by is None


def test_the_copy_of_the_brand_says_what_the_rows_say(world: World) -> None:
    publish(world, "A")
    publish(world, "B", language="fr")
    publish(world, "{taux}", kind="accessibility", state="partly", rate=91)
    world.brand.refresh_from_db()
    for kind in LegalKind:
        for language in world.brand.languages:
            rows = LegalText.objects.for_brand(world.brand)
            last = rows.filter(kind=kind, language=language).order_by("version").last()
            stands = version_of(world.brand, kind, language)
            assert stands == (last.version if last else 0)
    foot = page("terms")
    assert "Accessibilité\N{NO-BREAK SPACE}: partiellement conforme" in foot
    assert "91\N{NO-BREAK SPACE}%" in page("accessibility")


def test_the_same_again_is_no_version(world: World) -> None:
    publish(world, "A")
    assert publish(world, " A\r\n").version == 1


def test_of_two_who_publish_the_second_is_told(world: World) -> None:
    publish(world, "A")
    written = WrittenLegal(kind="privacy", language="fr", body="B")
    with pytest.raises(TextChanged):
        publish_legal(
            brand=world.brand, written=written, seen=0, user=world.dora, now=now_utc()
        )


def test_ours_come_back_as_a_version(world: World) -> None:
    publish(world, "S", kind="accessibility", state="partly", rate=91)
    written = WrittenLegal(kind="accessibility", language="fr", state="partly", rate=91)
    made = restore_ours(
        brand=world.brand, written=written, seen=1, user=world.dora, now=now_utc()
    )
    assert (made.version, made.rate) == (2, 91)
    assert made.body == our_text("accessibility", "fr")


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("privacy", {"body": " \n"}, "body"),
        ("privacy", {"body": "{marqe}"}, "body"),
        ("terms", {"body": "", "address": "http://tilleul.example/cgv"}, "address"),
        ("terms", {"body": "", "address": "javascript:alert(1)"}, "address"),
        ("terms", {"body": "", "address": "https://a b.example"}, "address"),
        ("accessibility", {"body": "A", "state": "perhaps"}, "state"),
        ("accessibility", {"body": "A", "state": "fully", "rate": 91}, "rate"),
        ("accessibility", {"body": "A", "state": "partly", "rate": 100}, "rate"),
    ],
)
def test_what_cannot_be_published_is_refused(
    world: World, kind: str, facts: dict[str, str], field: str
) -> None:
    with pytest.raises(LegalRefused) as refused:
        publish(world, facts.pop("body"), kind=kind, **facts)
    assert [name for name, _ in refused.value.problems] == [field]
    assert not LegalText.objects.for_brand(world.brand).exists()


def test_terms_may_stand_on_the_brands_own_site(world: World) -> None:
    publish(world, "", kind="terms", address="https://tilleul.example/cgv")
    response = Client().get("/tilleul/legal/terms/")
    assert response.status_code == 302
    assert response["Location"] == "https://tilleul.example/cgv"


def test_nothing_of_a_video_is_recorded() -> None:
    """Our text says so: no program writes a picture, and the one script that records,
    the test of a microphone, plays it back and sends nothing."""
    recorders = re.compile(r"MediaRecorder|captureStream|av\.open\(.*[\"']w")
    paths = files(".py", ".js", folders=("video",))
    found = [path for path in paths if recorders.search(text_of(path))]
    assert [path.name for path in found] == ["vv-echo.js"]
    assert not re.search(r"fetch|WebSocket|sendBeacon|localStorage", text_of(found[0]))
    assert "Rien n’est enregistré" in our_text("privacy", "fr")


def test_the_accessible_way_stands_where_a_brand_has_one(world: World) -> None:
    line = "Si vous n’entendez pas ou ne parlez pas"
    text = our_text("accessibility", "fr")
    assert line not in shown(text, world.brand, "fr")
    vars(world.brand)["accessible_way"] = "par écrit, sur place"
    found = shown(text, world.brand, "fr")
    assert line in found
    assert "par écrit, sur place</p>" in found


def test_the_states_have_words(world: World) -> None:
    for state, words in zip(Conformity, ("not", "partially", "fully"), strict=True):
        world.brand.legal = {"state": state}
        with translation.override("en"):
            assert values_of(world.brand)["state"] == f"{words} compliant"
