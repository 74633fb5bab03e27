"""Requests as an app or another site's booking page sends them."""

from typing import Any

from django.test import Client

API = "/api/v1/brands/tilleul"


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


def hold(client: Client, at: str, **facts: Any) -> Any:
    body = {
        "store": "lille",
        "topic": "premier-velo",
        "channel": "video",
        "starts_at": at,
    }
    return post(client, "/holds/", {**body, **facts})
