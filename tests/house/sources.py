"""The product's own files, and their Python as trees: what the rules are read from."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("stores", "booking", "video", "notifications", "visavis")
FOLDERS = (*PACKAGES, "tests", "benchmarks")


def files(*suffixes: str, folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """Files with one of the suffixes, as paths from the root, in order."""
    found = [
        path.relative_to(ROOT)
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]
    return sorted(found)


def text_of(path: Path) -> str:
    return (ROOT / path).read_text()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))


def dotted(path: Path) -> str:
    """The module's name: `booking/models/__init__.py` is `booking.models`."""
    parts = list(path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True)
class Import:
    """`names` are what `from target import …` takes; empty for a plain import."""

    path: Path
    line: int
    target: str
    names: tuple[str, ...]
    in_function: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.target}"


def imports_of(path: Path) -> Iterator[Import]:
    """Every import, also those inside functions and under TYPE_CHECKING."""
    yield from _imports_below(tree_of(path), path, in_function=False)


def _imports_below(node: ast.AST, path: Path, *, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(path, child.lineno, alias.name, (), in_function)
        elif isinstance(child, ast.ImportFrom):
            target = _absolute(path, child)
            names = tuple(alias.name for alias in child.names)
            yield Import(path, child.lineno, target, names, in_function)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports_below(child, path, in_function=in_function or inside)


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    base = path.parent.parts[: len(path.parent.parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


@dataclass(frozen=True)
class Function:
    path: Path
    name: str
    line: int
    lines: int
    """From `def` to its end, without the docstring."""
    is_view: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name} has {self.lines} lines"


def functions_of(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            lines -= _docstring_lines(node)
            first = node.args.args[0].arg if node.args.args else ""
            is_view = first == "request" and not node.name.startswith("_")
            yield Function(path, node.name, node.lineno, lines, is_view)


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node, clean=False) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1
