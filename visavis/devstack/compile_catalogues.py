"""Compiles .po files: `python -m visavis.devstack.compile_catalogues A.po …`.

Babel reads them; fuzzy entries are left out, as gettext does. A .mo replaces its
predecessor in one step, so two test workers may compile the same file at once.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_catalogue(po: Path) -> Path:
    language = po.parent.parent.name
    with po.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    fresh = po.with_suffix(f".mo.{os.getpid()}")
    with fresh.open("wb") as target:
        write_mo(target, catalogue)
    return fresh.replace(po.with_suffix(".mo"))


def main(names: list[str]) -> int:
    for name in names:
        try:
            compile_catalogue(Path(name))
        except (PoFileError, OSError, ValueError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
