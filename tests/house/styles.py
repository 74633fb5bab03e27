"""How the sources of style sheets are laid out: `python -m tests.house.styles`.

With `--check` it names those that are not, and writes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cssbeautifier

from tests.house.sources import PACKAGES, ROOT, files

OPTIONS = cssbeautifier.default_options()
OPTIONS.indent_size = 2
OPTIONS.newline_between_rules = True
OPTIONS.selector_separator_newline = True
OPTIONS.space_around_combinator = True


def sources() -> list[Path]:
    found = files(".css", folders=PACKAGES)
    return [path for path in found if "styles" in path.parts]


def laid_out(text: str) -> str:
    """One declaration and one selector a line, two spaces a level."""
    return f"{cssbeautifier.beautify(text, OPTIONS).rstrip()}\n"


def main(argv: list[str]) -> int:
    wrong = 0
    for path in sources():
        text = (ROOT / path).read_text()
        if text == laid_out(text):
            continue
        if "--check" in argv:
            wrong += 1
            sys.stdout.write(f"{path}: not laid out (./run format)\n")
        else:
            (ROOT / path).write_text(laid_out(text))
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
