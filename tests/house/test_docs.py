"""What the documents name, exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT

DOCUMENTS = [
    path.relative_to(ROOT)
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
] + [Path("deploy/README.md")]
FIRST = (*PACKAGES, "tests", "benchmarks", "docs", "deploy", "templates")
NAMED = re.compile(rf"`((?:{'|'.join(FIRST)})/[\w./@-]*)`")
LINK = re.compile(r"""(?:\]\(|src=")(?!https?:|mailto:|#)([^)#\s"]+)""")
VARIABLE = re.compile(r"^\s*(?:- |#\s*)?([A-Z][A-Z0-9_]{3,})=", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_a_document_names_files_that_exist(document: Path) -> None:
    text = (ROOT / document).read_text()
    named = {ROOT / name for name in NAMED.findall(text)}
    linked = {ROOT / document.parent / name for name in LINK.findall(text)}
    missing = [str(path) for path in named | linked if not path.exists()]
    assert not missing


def test_the_example_environment_names_settings_of_ours() -> None:
    table = (ROOT / "docs/operations.md").read_text()
    example = (ROOT / "deploy/.env.example").read_text()
    for name in VARIABLE.findall(example):
        assert f"| `{name}` |" in table, name


def test_a_decision_has_a_date_and_says_why() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    for path in (ROOT / "docs/decisions").glob("*-*.md"):
        assert f"]({path.name})" in index, path
        assert re.match(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$", path.name), path
        text = path.read_text()
        assert text.startswith("# ") and path.name[:10] in text, path
