"""stores ← booking ← {video, notifications} ← visavis: imports only go down.

Names may go up (a URL name, a dotted path in settings); imports may not, wherever in
a file they stand.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from tests.house.sources import (
    FOLDERS,
    PACKAGES,
    ROOT,
    Import,
    files,
    imports_of,
    text_of,
)

BELOW = {
    "stores": set(),
    "booking": {"stores"},
    "video": {"stores", "booking"},
    "notifications": {"stores", "booking"},
    # `manage.py bench` starts what lies in benchmarks/.
    "visavis": {"stores", "booking", "video", "notifications", "benchmarks"},
    "tests": set(FOLDERS),
    "benchmarks": set(FOLDERS) - {"tests"},
}
"""What each package may import of ours beside itself."""

NO_DATABASE = ("django", "rest_framework", "psycopg", "celery", "allauth")

JS_IMPORT = re.compile(
    r"""^\s*import\s+(?:[\w\s{},*$]+?\sfrom\s+)?["']([^"']+)["']"""
    r"""|^\s*export\s+(?:\*|\{[^}]*\})\s*from\s+["']([^"']+)["']"""
    r"""|\bimport\(\s*["']([^"']+)["']""",
    re.MULTILINE,
)


def all_imports() -> list[Import]:
    return [found for path in files(".py") for found in imports_of(path)]


def package(target: str) -> str:
    return target.split(".", maxsplit=1)[0]


def test_imports_only_go_down() -> None:
    wrong = [
        str(found)
        for found in all_imports()
        if (target := package(found.target)) in FOLDERS
        and target != found.path.parts[0]
        and target not in BELOW[found.path.parts[0]]
    ]
    assert not wrong, "\n".join(wrong)


def test_imports_stand_at_the_top_of_the_file() -> None:
    wrong = [str(found) for found in all_imports() if found.in_function]
    assert not wrong, "\n".join(wrong)


def test_the_media_engine_knows_neither_django_nor_our_tables() -> None:
    wrong = [
        str(found)
        for path in files(".py", folders=("video/media",))
        for found in imports_of(path)
        if package(found.target) in NO_DATABASE
        or (
            package(found.target) in FOLDERS
            and not f"{found.target}.".startswith("video.media.")
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_the_launcher_knows_only_what_it_starts_with() -> None:
    """It installs nothing and must be quick: no Django, nothing of the product."""
    wrong = [
        str(found)
        for path in files(".py", folders=("visavis/devstack",))
        for found in imports_of(path)
        if package(found.target) in (*NO_DATABASE[:2], "celery", "allauth")
        or (
            package(found.target) in FOLDERS
            and not f"{found.target}.".startswith("visavis.devstack.")
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_another_packages_private_names_are_left_alone() -> None:
    wrong = [
        f"{found} ({name})"
        for found in all_imports()
        if package(found.target) in PACKAGES
        and package(found.target) != found.path.parts[0]
        and found.path.parts[0] != "tests"
        for name in (*found.names, *found.target.split("."))
        if name.startswith("_") and not name.startswith("__")
    ]
    assert not wrong, "\n".join(wrong)


def script_owner(path: Path) -> str:
    """The package of a module: the folder below `static/`, as a browser sees it."""
    parts = path.parts
    return parts[parts.index("static") + 1]


@pytest.mark.parametrize("path", files(".js", folders=PACKAGES), ids=str)
def test_a_script_imports_its_own_package_or_visavis(path: Path) -> None:
    own = script_owner(path)
    home = PurePosixPath("/static", *path.parts[path.parts.index("static") + 1 :])
    for match in JS_IMPORT.finditer(text_of(path)):
        target = next(filter(None, match.groups()))
        assert target.startswith((".", "/static/")), f"{path} imports {target}"
        address = (home.parent / target).as_posix()
        steps: list[str] = []
        for step in address.split("/"):
            if step == "..":
                steps.pop()
            elif step not in (".", ""):
                steps.append(step)
        assert steps[0] == "static", f"{path} imports {target}"
        assert steps[1] in (own, "visavis"), f"{path} imports {target}"
        places = [ROOT / p / "/".join(steps) for p in PACKAGES]
        assert any(place.exists() for place in places), f"{target} does not exist"


def test_each_package_says_what_lives_there_and_what_it_may_import() -> None:
    for name in PACKAGES:
        doc = text_of(Path(name, "__init__.py")).split('"""')
        assert len(doc) >= 3, f"{name}/__init__.py has no docstring"
        assert len(doc[1].splitlines()) <= 10, f"{name}/__init__.py says too much"
        assert "import" in doc[1], f"{name}/__init__.py does not say what it imports"
