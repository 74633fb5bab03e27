"""docs/operations.md names every environment variable that the product reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import PACKAGES, files, text_of, tree_of

TABLE = Path("docs/operations.md")
ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \|", re.MULTILINE)
READERS = {"text", "flag", "number", "names", "keys", "database", "document", "mail"}
FROM_THE_SYSTEM = {
    *("PATH", "HOME", "TMPDIR", "CI"),
    *("DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_XDIST_WORKER"),
}
SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]*)[:}-]")


def _strings(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes[:1]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node) == "os.environ"


def names_read() -> set[str]:
    """First arguments of `env.text(…)` and its kind, and keys of `os.environ`."""
    found = set()
    for path in files(".py", folders=(*PACKAGES, "tests")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner, method = node.func.value, node.func.attr
                declared = ast.unparse(owner) == "env" and method in READERS
                if declared or (_is_environment(owner) and method == "get"):
                    found |= set(_strings(node.args))
            elif isinstance(node, ast.Subscript) and _is_environment(node.value):
                found |= set(_strings([node.slice]))
    return found | set(SHELL.findall(text_of(Path("run"))))


def test_the_table_names_what_is_read_and_nothing_else() -> None:
    written = ROW.findall(text_of(TABLE))
    assert len(written) == len(set(written))
    assert set(written) == names_read() - FROM_THE_SYSTEM


def test_every_check_of_ours_is_listed() -> None:
    ids = re.findall(r'"(visavis\.E\d{3})"', text_of(Path("visavis/checks.py")))
    listed = re.findall(r"`(visavis\.E\d{3})`", text_of(TABLE))
    assert sorted(set(listed)) == sorted(ids)
