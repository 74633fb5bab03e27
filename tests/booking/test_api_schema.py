"""The description of the API: whole, without warnings, on a page of our policy."""

from __future__ import annotations

import io
import re

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
