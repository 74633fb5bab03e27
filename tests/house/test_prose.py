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

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, Documented):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "name", "module"), text


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_are_plain(package: str) -> None:
    wrong = [
        f"{path} {name}: {found[0]!r} in {text.splitlines()[0]!r}"
        for path in files(".py", folders=(package,))
        if "migrations" not in path.parts
        for name, text in docstrings(path)
        if (found := QUESTION.match(text) or PRIVATE.search(text))
    ]
    assert not wrong, "\n".join(wrong)
