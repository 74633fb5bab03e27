"""What tests share stands in modules of its own."""

from __future__ import annotations

from tests.house.sources import ROOT, files, imports_of, text_of
from tests.order import LONG

TESTS = files(".py", folders=("tests",))


def test_nothing_imports_a_module_of_tests() -> None:
    """Nor a conftest: whoever moves or splits one breaks nobody."""
    wrong = [
        str(found)
        for path in (*TESTS, *files(".py", folders=("benchmarks",)))
        for found in imports_of(path)
        if found.target.startswith("tests.")
        for module in (found.target, *(f"{found.target}.{n}" for n in found.names))
        if module.rpartition(".")[2].startswith(("test_", "conftest"))
    ]
    assert not wrong


def test_acts_at_the_same_moment_begin_in_one_place() -> None:
    """`at_once` closes each thread's connection; torture has long-lived crowds."""
    wrong = [
        str(path)
        for path in TESTS
        if path.parts[1] != "torture"
        and path.name not in {"at_once.py", "test_tests.py"}
        and "Barrier(" in text_of(path)
        and path.name != "test_api_schema.py"  # its threads are a process's first
    ]
    assert not wrong


def test_the_files_that_begin_first_are_there() -> None:
    assert len(LONG) > 20
    assert [file for file in LONG if not (ROOT / file).exists()] == []
