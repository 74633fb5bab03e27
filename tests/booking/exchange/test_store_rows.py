"""Addresses and numbers in files of stores: refused, filled in, and sent again."""

from __future__ import annotations

import pytest

from booking.exchange import store_sheet
from stores.models import Store
from stores.towns.known import Town
from tests.booking.exchange.files import checked, rows_of, written
from tests.cast import World

pytestmark = pytest.mark.django_db
HEADER = "Matricule;Nom;Adresse;Code postal;Ville;Téléphone\n"
ONE = "0001;Metz;1 place d’Armes;57000;;03 87 00 00 12\n"
METZ = Town("57000", "57463", "Metz", "Moselle", 49.1197, 6.1763)
BOURG = Town("01000", "01053", "Bourg-en-Bresse", "Ain", 46.2051, 5.2252)
DENIS = Town("01000", "01344", "Saint-Denis-lès-Bourg", "Ain", 46.2013, 5.1897)


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is made when Visavis is installed: tests bring their own."""
    towns = {"57000": [METZ], "01000": [BOURG, DENIS]}
    monkeypatch.setattr(
        store_sheet, "towns_of", lambda postcode, country: towns.get(postcode, [])
    )


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("0001;;1 rue;57000;Metz;", "name", "required"),
        ("0001;Metz;1 rue;ABCDE;Metz;", "postcode", "postcode"),
        ("0001;Metz;1 rue;570001;Metz;", "postcode", "postcode"),
        ("0001;Metz;1 rue;57000;Metz;aucun", "phone", "phone"),
        ("0001;Bourg;1 rue;1000;;", "city", "towns"),
        ("0001;Nulle part;1 rue;99999;;", "city", "required"),
    ],
)
def test_a_row_that_would_mislead_is_refused(
    world: World, row: str, column: str, code: str
) -> None:
    [(line, state, reason)] = rows_of(checked(world, "stores", HEADER + row))
    assert (line, state, reason[:2]) == (2, "refused", [column, code])


def test_the_same_file_again_keeps_the_town_that_was_filled_in(world: World) -> None:
    written(checked(world, "stores", HEADER + ONE))
    assert Store.objects.get(external_id="0001").city == "Metz"
    [(_line, state, _reason)] = rows_of(checked(world, "stores", HEADER + ONE))
    assert state == "same"


def test_a_town_of_capitals_is_the_same_town(world: World) -> None:
    row = ONE.replace(";;", ";METZ;")
    written(checked(world, "stores", HEADER + row))
    [(_line, state, _reason)] = rows_of(checked(world, "stores", HEADER + row))
    assert state == "same"


def test_a_postcode_of_a_neighbour_has_its_own_length(world: World) -> None:
    header = HEADER.replace("Téléphone", "Pays")
    row = "0001;Arlon;1 Grand-Rue;6700;Arlon;BE"
    [(_line, state, _reason)] = rows_of(checked(world, "stores", header + row))
    assert state == "created"
