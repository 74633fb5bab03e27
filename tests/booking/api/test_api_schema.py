"""The description of the API: whole, without warnings, on a page of our policy."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client


def test_the_schema_is_made_without_a_warning() -> None:
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    schema = out.getvalue()
    assert "/api/v1/brands/{brand}/holds/" in schema
    for word in ("ApiKey", "AppointmentPage", "StorePage", "Idempotency-Key"):
        assert word in schema


@pytest.mark.django_db
def test_the_docs_bring_everything_with_them(client: Client) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<style" not in html
    assert " style=" not in html
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert addresses
    assert all(address.startswith("/") for address in addresses), addresses
    inline = re.findall(r"<script(?![^>]*\bsrc=)", html)
    assert not inline


def test_the_first_who_ask_at_once_all_get_it() -> None:
    """In a process that nobody has asked yet: what the library finds is kept on the
    views, so this needs a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ASK_AT_ONCE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == ["200"] * 8, done.stdout


ASK_AT_ONCE = """
import os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_static"
import django
django.setup()
from django.test import Client
sys.setswitchinterval(1e-5)
statuses, barrier = [], threading.Barrier(8)
def ask():
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    barrier.wait()
    statuses.append(client.get("/api/v1/schema/").status_code)
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*statuses)
"""
