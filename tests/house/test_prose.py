"""Docstrings of the product begin with a verb or a noun phrase, in plain words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, files, tree_of

QUESTION = re.compile(r"(What|Whether|Who|Whoever|Whose|Where|When|Which|How|Why)\b")
"""Such a sentence has no subject: the reader has to turn it round first."""

PRIVATE = re.compile(
    r"\b(whoever|beneath|underneath|anew|of ours|breaths?|things?|the wall)\b"
)
"""Words of this house for which the field has others: see the glossary."""


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Every text that stands as a statement: also those below a name or a field."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text)), lineno=line):
                yield line, text.strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_are_plain(package: str) -> None:
    wrong = [
        f"{path}:{line}: {found[0]!r} in {text.splitlines()[0]!r}"
        for path in files(".py", folders=(package,))
        if "migrations" not in path.parts
        for line, text in docstrings(path)
        if (found := QUESTION.match(text) or PRIVATE.search(text))
    ]
    assert not wrong, "\n".join(wrong)
