"""What a file may be called, and calls that no file may make."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, files, imports_of, text_of, tree_of

DUMPS = {"utils", "util", "helpers", "misc", "common", "tools"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals")
QUERY_HOMES = {
    *("querysets", "access", "queries"),
    # Access by token, and the keys of what is sent twice.
    *("links", "once"),
    # The reads and writes of a lease, which are one statement each.
    "claims",
}
"""See docs/decisions: everything else asks these for rows."""
QUERY_FOLDERS = {
    *("services", "models", "management", "demo", "migrations"),
    # The reads of agendas, and the use cases that change them.
    *("availability", "rota", "calendars"),
    # The use cases on stores, people and topics; those on what is promised.
    *("editing", "promises"),
    # The door of files; the facts of past days.
    *("files", "reports"),
    # Who is shown the words of a call, and who asked for them.
    "spoken",
    # A file that its customer opens, and who looks into it.
    "cases",
    # The proofs that stories are one person's, and what is made of them.
    "persons",
    # The use cases on what comes with a visit.
    "brought",
    # Messages about a visit; what a customer gets of it, and has erased.
    *("thread", "mydata"),
    # Wishes, the hours that are freed, and who was told.
    "wishes",
    # Ratings, what makes a bad visit good, and summaries.
    "after",
    # What comes back of a message, and who is called.
    "returns",
}
QUERY_FILES = {
    *(
        f"booking/exchange/{name}.py"
        for name in (
            *("runs", "portions", "undoing"),
            "absence_sheet",
            "topic_sheet",
            "store_sheet",
            "people_sheet",
            "people_writing",
            "hours_sheet",
        )
    ),
    "booking/explain/rows.py",
    *("notifications/outbox/planned.py", "notifications/outbox/facts.py"),
    *("notifications/outbox/text_budget.py", "notifications/outbox/readers.py"),
    "notifications/webhooks/endpoints.py",
    # Sessions and second factors of an account, and the rules of its brands.
    *("stores/accounts/factors.py", "stores/accounts/levels.py"),
    *("stores/accounts/session_store.py", "stores/accounts/sessions.py"),
    "notifications/texts/editing.py",
    *("stores/accounts/rules.py", "stores/accounts/company.py"),
    "stores/accounts/workplace.py",
}
BEGINNINGS = {"for_brand", "all_brands"}
BIRTHS = {"create", "bulk_create", "get_or_create", "update_or_create"}
WITHOUT_BRAND = {"Brand", "User", "MediaNode", "SetupCode", "LooseFile"}
# Of an account, which may be of several brands.
WITHOUT_BRAND |= {"BrowserSession", "Authenticator", "SocialAccount"}


def test_no_file_is_a_dump() -> None:
    wrong = [str(path) for path in files(".py", ".js") if path.stem in DUMPS]
    assert not wrong


def test_migrations_have_names() -> None:
    for path in files(".py", folders=PACKAGES):
        if path.parent.name == "migrations" and path.stem != "__init__":
            assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem), path
            assert "auto_" not in path.stem, path


def test_nothing_is_put_off_in_the_broker() -> None:
    """A task hours ahead in the broker is a promise that a flush breaks: what is due
    later is a row (decision 12)."""
    for path in files(".py", folders=PACKAGES):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                words = {keyword.arg for keyword in node.keywords}
                assert not words & {"eta", "countdown"}, f"{path}:{node.lineno}"
                called = getattr(node.func, "attr", "")
                assert called != "apply_async", f"{path}:{node.lineno}"


def test_there_are_no_signals() -> None:
    wrong = [
        str(found)
        for path in files(".py", folders=PACKAGES)
        for found in imports_of(path)
        if found.target.startswith(SIGNALS)
    ]
    assert not wrong, "\n".join(wrong)


def may_query(path: Path) -> bool:
    return (
        path.stem in QUERY_HOMES
        or str(path) in QUERY_FILES
        or bool(QUERY_FOLDERS & set(path.parts))
    )


def manager_uses(path: Path) -> list[tuple[int, str, str]]:
    """Each `Model.objects.method`: line, model, method ("" for a bare manager)."""
    parents = {
        child: node
        for node in ast.walk(tree_of(path))
        for child in ast.iter_child_nodes(node)
    }
    uses = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            parent = parents.get(node)
            method = parent.attr if isinstance(parent, ast.Attribute) else ""
            uses.append((node.lineno, ast.unparse(node.value), method))
    return uses


@pytest.mark.parametrize("package", PACKAGES)
def test_only_a_few_places_query(package: str) -> None:
    wrong = [
        f"{path}:{line} {model}.objects"
        for path in files(".py", folders=(package,))
        if not may_query(path)
        for line, model, _ in manager_uses(path)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_query_begins_at_its_brand(package: str) -> None:
    wrong = [
        f"{path}:{line} {model}.objects.{method}"
        for path in files(".py", folders=(package,))
        if "migrations" not in path.parts
        for line, model, method in manager_uses(path)
        if model not in WITHOUT_BRAND and method not in BEGINNINGS | BIRTHS
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_left_for_later_in_a_comment() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for path in (
        *files(".py", ".js", folders=PACKAGES),
        *files(".html", folders=("templates",)),
    ):
        assert not mark.search(text_of(path)), path
