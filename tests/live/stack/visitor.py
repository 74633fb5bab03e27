"""A browser without a screen, for what needs no page to be looked at."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any


class Visitor:
    """Keeps cookies and follows redirects."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        address = path if path.startswith("http") else self._base + path
        with self._opener.open(address, timeout=20) as answer:
            text: str = answer.read().decode()
        return text

    def status_of(
        self, path: str, method: str = "GET", body: str = "", **headers: str
    ) -> int:
        address = path if path.startswith("http") else self._base + path
        request = urllib.request.Request(  # noqa: S310 - loopback
            address, body.encode() or None, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=20) as answer:
                status: int = answer.status
        except urllib.error.HTTPError as error:
            return error.code
        return status

    def told(self, path: str) -> Any:
        return json.loads(self.get(f"/api/v1/brands/tilleul/{path}"))

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._base}/api/v1/brands/tilleul/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **headers},
        )
        with self._opener.open(request, timeout=20) as answer:
            return json.loads(answer.read())

    def holds(self, *, nth: int = -1) -> str:
        """A video start with the team that is away, the last of the next days that is
        offered, or the nth; returns its id."""
        store = "a-distance"
        offers = self.told(f"stores/{store}/offers/")["results"]
        topic = next(o["topic"] for o in offers if o["channel"] == "video")
        query = f"stores/{store}/starts/?topic={topic}&channel=video"
        start = self.told(query)[nth]["starts_at"]
        place = {"store": store, "topic": topic, "channel": "video"}
        held: dict[str, str] = self.post("holds/", {**place, "starts_at": start})
        return held["id"]

    def takes(self, hold: str, details: Mapping[str, str], *, key: str) -> Any:
        """The appointment; with the same key the same one, however often asked."""
        path, body = f"holds/{hold}/appointment/", {"language": "fr", **details}
        return self.post(path, body, **{"Idempotency-Key": key})

    def books(self, details: Mapping[str, str], *, nth: int = -1) -> dict[str, Any]:
        hold = self.holds(nth=nth)
        booked: dict[str, Any] = self.takes(hold, details, key=uuid.uuid4().hex)
        return booked
