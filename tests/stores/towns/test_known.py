"""The towns of a postcode, and what an address says of its clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from stores.towns import making
from stores.towns.known import place_of, town_of, towns_of


@pytest.mark.parametrize(
    "typed", ["Saint-Denis-lès-Bourg", "SAINT DENIS LES BOURG", "St-Denis lès Bourg"]
)
def test_a_town_is_known_however_it_is_written(typed: str) -> None:
    found = town_of(towns_of("01000"), typed)
    assert found
    assert found.name == "Saint-Denis-lès-Bourg"


def test_the_only_town_of_a_postcode_needs_no_name() -> None:
    assert [town.name for town in towns_of("57000")] == ["Metz"]
    only, several = town_of(towns_of("57000"), ""), town_of(towns_of("01000"), "")
    assert only
    assert several is None


@pytest.mark.parametrize(
    ("postcode", "country"),
    [
        ("99999", "FR"),
        ("5700", "FR"),
        ("57000", "BE"),
        ("", "FR"),
        ("5700\u0660", "FR"),
    ],
)
def test_no_town_is_known(postcode: str, country: str) -> None:
    assert towns_of(postcode, country=country) == []


def test_without_the_list_addresses_are_typed(tmp_path: Path) -> None:
    assert towns_of("57000", made=tmp_path / "none.tsv") == []


def test_the_department_of_the_town_rules_not_that_of_its_postcode() -> None:
    """Some towns have the postcode of a neighbouring department."""
    (town,) = towns_of("48100")
    assert place_of(country="FR", postcode="67000", town=town)[1] == "FR"
    assert place_of(country="FR", postcode="57000")[1] == "FR-57"
    (island,) = towns_of("97400")
    assert place_of(country="FR", postcode="97400", town=island) == (
        "Indian/Reunion",
        "FR-974",
    )


def test_the_whole_list_where_it_was_made() -> None:
    if not making.is_made():
        pytest.skip("the list is made when Visavis is installed with a network")
    made = making.LIST
    lines = made.read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 35_000
    assert [line[:5] for line in lines] == sorted(line[:5] for line in lines)
    assert {town.name for town in towns_of("59800", made=made)} == {"Lille"}
    assert town_of(towns_of("76600", made=made), "le havre")
    assert not [
        code
        for line in lines
        for code, north, east in [(line.split("\t")[1], *line.split("\t")[4:])]
        if not code.startswith("97")
        and not (41 < float(north) < 51.2 and -5.2 < float(east) < 9.7)
    ]
