"""A brand's colours reach its pages, and nothing but colours does."""

import pytest
from django.test import Client

from stores.models import Brand
from stores.views.theme import theme_css


def test_only_known_colours_are_written() -> None:
    css = theme_css(
        {
            "brand": "#17408B",
            "on": "#FFF",
            "soft": "red;} body{display:none",
            "other": "#000000",
        }
    )
    assert css == ":root{--t-brand:#17408B;--t-on:#FFF;}\n"


@pytest.mark.django_db
def test_the_theme_is_kept_and_asked_again_by_its_tag(client: Client) -> None:
    Brand(
        slug="maison", name="Maison", short_name="MAISON", theme={"brand": "#123456"}
    ).save()

    first = client.get("/maison/theme.css")
    again = client.get("/maison/theme.css", headers={"if-none-match": first["ETag"]})

    assert first["Content-Type"].startswith("text/css")
    assert b"--t-brand:#123456" in first.content
    assert again.status_code == 304


@pytest.mark.django_db
def test_an_unknown_brand_has_a_page_that_helps(client: Client) -> None:
    response = client.get("/nobody/theme.css")
    assert response.status_code == 404
    assert b"<h1>" in response.content
