"""A pipe that nobody reads stops its program once 64 kB stand in it."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.house.sources import files, tree_of

READ = {
    "visavis/devstack/supervisor.py": "Supervisor.turn, until the program ends",
    "tests/torture/_nursery.py": "one number per question; its log goes to a file",
    "benchmarks/start.py": "lines_of, by a thread to the end",
    "benchmarks/_media_rooms.py": "the loop, one answer per question",
    "benchmarks/_media_loop.py": "one line, its port; it prints nothing else",
}
"""Files in which a program that lives on is given a pipe, and who reads it."""


def is_pipe(value: ast.expr) -> bool:
    return ast.unparse(value).rpartition(".")[2] == "PIPE"


def pipes_of(path: Path) -> Counter[str]:
    """Which outputs are pipes. `subprocess.run` reads both of its own."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and not ast.unparse(node.func).endswith(".run"):
            for keyword in node.keywords:
                if keyword.arg in ("stdout", "stderr", "output"):
                    found[keyword.arg] += is_pipe(keyword.value)
    return +found


def test_every_pipe_has_its_reader() -> None:
    pipes = {str(path): pipes_of(path) for path in files(".py")}
    assert {path for path, found in pipes.items() if found} == set(READ)
    for path, found in pipes.items():
        assert not found["stderr"], f"{path}: errors go where the output goes"
