"""The rooms: how large a folder may be, and what each may import inside its package.

`rooms.ORDER` is the picture of `docs/architecture.md` as a test: a room imports only
rooms that stand below it. Imports that only serve types count, for they tie a reader
all the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.rooms import APART, AUDIENCES, FOUND_BY_NAME, ORDER, STAYS_SMALL
from tests.house.sources import (
    PACKAGES,
    ROOT,
    dotted,
    files,
    imports_of,
    text_of,
    tree_of,
)

MOST_FILES = 15
MOST_LINES = 2600
SMALL = 60
LONGEST_WORD_OF_A_ROOM = 12


@cache
def modules() -> dict[str, Path]:
    return {dotted(path): path for path in files(".py", folders=PACKAGES)}


def imported(path: Path) -> Iterator[str]:
    """Modules of ours: `from a import b` is `a.b` where that is a module, else `a`."""
    for found in imports_of(path):
        for name in found.names or ("",):
            target = f"{found.target}.{name}"
            if target in modules():
                yield target
            elif found.target in modules():
                yield found.target


@cache
def graph() -> dict[str, set[str]]:
    return {
        name: set(imported(path)) - {name}
        for name, path in modules().items()
        if "migrations" not in path.parts
    }


def test_no_folder_is_crowded() -> None:
    number: Counter[Path] = Counter()
    lines: Counter[Path] = Counter()
    for path in files(".py", folders=PACKAGES):
        if path.stem not in FOUND_BY_NAME and path.parent.name not in APART:
            number[path.parent] += 1
            lines[path.parent] += len(text_of(path).splitlines())
    wrong = [
        f"{folder} has {number[folder]} files and {lines[folder]} lines"
        for folder in number
        if number[folder] > MOST_FILES or lines[folder] > MOST_LINES
    ]
    assert not wrong, "\n".join(wrong)


def room_of(path: Path, package: str) -> str:
    inside = path.relative_to(package)
    return inside.parts[0].removesuffix(".py")


@pytest.mark.parametrize("package", ORDER)
def test_imports_inside_a_package_go_down_its_list(package: str) -> None:
    order = ORDER[package]
    wrong = []
    for path in files(".py", folders=(package,)):
        own = room_of(path, package)
        if own in ("__init__", "migrations", "apps"):
            continue
        assert own in order, f"{own} has no place in ORDER[{package!r}]"
        for target in imported(path):
            below = modules()[target]
            if not below.is_relative_to(package) or below == Path(
                package, "__init__.py"
            ):
                continue
            room = room_of(below, package)
            if room != own and order.index(room) <= order.index(own):
                wrong.append(f"{path} imports {target}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", ORDER)
def test_the_list_names_rooms_that_exist(package: str) -> None:
    missing = [
        room
        for room in ORDER[package]
        if not (ROOT / package / room).is_dir()
        and not (ROOT / package / f"{room}.py").exists()
    ]
    assert not missing


def test_no_audience_imports_another() -> None:
    wrong = [
        f"{path} imports {target}"
        for audience in AUDIENCES
        for path in files(".py", folders=(f"booking/{audience}",))
        for target in imported(path)
        for other in AUDIENCES
        if other != audience and f"{target}.".startswith(f"booking.{other}.")
    ]
    assert not wrong, "\n".join(wrong)


def circles() -> list[list[str]]:
    """Groups of files that import each other, however far around (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        path.append(name)
        for target in graph().get(name, ()):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in path:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            group = path[path.index(name) :]
            del path[path.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph():
        if name not in index:
            visit(name)
    return found


def test_no_file_imports_itself_around_a_circle() -> None:
    assert not circles()


def named_in_strings() -> set[str]:
    """Modules that settings, `include` or a command line name."""
    named = set()
    for path in files(".py", folders=PACKAGES):
        text = text_of(path)
        named |= {
            name
            for name in modules()
            if f'"{name}"' in text or f'"{name}.' in text or f'"{name}:' in text
        }
    return named


def small_files() -> list[Path]:
    importers = defaultdict(set)
    for name, targets in graph().items():
        for target in targets:
            importers[target].add(name)
    # What measures and what sets tests up are readers like others.
    for path in (*files(".py", folders=("benchmarks",)), *settings_of_tests()):
        for target in imported(path):
            importers[target].add(str(path))
    named = named_in_strings()
    return [
        path
        for name, path in modules().items()
        if len(importers[name]) == 1
        and name not in named
        and len(text_of(path).splitlines()) < SMALL
        and not stays_by_its_kind(path, modules()[min(importers[name])])
    ]


def settings_of_tests() -> list[Path]:
    return [
        path for path in files(".py", folders=("tests",)) if "settings" in path.stem
    ]


def stays_by_its_kind(path: Path, importer: Path) -> bool:
    """What has a place by a rule: a name that a framework knows, a table or use case
    behind its package's face, a page in the table of addresses, a use case below the
    only page that offers it."""
    return (
        path.stem in FOUND_BY_NAME
        or bool({"migrations", "management"} & set(path.parts))
        or importer.stem in ("__init__", "urls")
        or "services" in (path.stem, path.parent.name)
    )


def test_a_small_file_with_one_importer_is_part_of_it() -> None:
    wrong = [str(path) for path in small_files() if str(path) not in STAYS_SMALL]
    assert not wrong, "merge into their importers:\n" + "\n".join(wrong)


def test_small_files_that_stay_are_few_and_have_reasons() -> None:
    assert len(STAYS_SMALL) <= 10
    assert set(STAYS_SMALL) <= {str(path) for path in small_files()}
    assert all(STAYS_SMALL.values())


def test_each_room_says_what_lives_there() -> None:
    for path in files(".py", folders=PACKAGES):
        kinds = {"migrations", "management", "templatetags"}
        if path.stem != "__init__" or kinds & set(path.parts):
            continue
        word = text_of(path).split('"""')
        assert len(word) >= 3, f"{path} has no docstring"
        assert len(word[1].splitlines()) <= LONGEST_WORD_OF_A_ROOM, path
        assert tree_of(path).body
