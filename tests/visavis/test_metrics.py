"""The probes: answered by whatever address they are asked at; figures for this machine
or a bearer, without anybody's name."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import ALICE
from tests.house.routes import make_scene

pytestmark = pytest.mark.django_db


def test_this_machine_reads_counts(client: Client) -> None:
    scene = make_scene()
    text = client.get("/metrics").content.decode()
    assert "visavis_holds 1.0" in text
    assert "visavis_events_unread 2.0" in text
    assert "visavis_media_nodes 0.0" in text
    assert 'visavis_deliveries{state="sending"} 0.0' in text
    assert ALICE["name"] not in text and str(scene.visit.pk) not in text


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9"}],
)
def test_nobody_reads_them_through_a_proxy(
    client: Client, headers: dict[str, str]
) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


def test_another_machine_needs_the_token(client: Client, settings: Settings) -> None:
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "let-me-see"
    assert client.get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer let-me"}
    assert elsewhere.get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": "Bearer let-me-see"}
    assert elsewhere.get("/metrics", headers=right).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_asks_by_a_private_address_over_http(
    client: Client, settings: Settings, path: str
) -> None:
    settings.ALLOWED_HOSTS = ["rdv.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.post(path, headers={"Host": "10.0.0.7:8000"}).status_code == 405
    assert client.get("/", headers={"Host": "10.0.0.7:8000"}).status_code == 400
