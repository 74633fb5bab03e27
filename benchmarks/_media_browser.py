"""Tabs of a real Chromium in a room: the product's client, its worker, no web process.

Signalling is answered here in the shape that the product's API has
(`video/api/sessions.py`); who asks is seated in the first worker that lives.
"""

import asyncio
import contextlib
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, async_playwright

from benchmarks._media_rooms import Worker
from visavis.devstack.state import ROOT

ORIGIN = "http://localhost"
# Addresses of this machine by number, and nothing that no page shows: each window made
# two pages for lists of its address bar beforehand, and a process for the next site.
# They took a second of processor time a window, three times what a page of ours takes.
WITHOUT = "--disable-features=" + ",".join(
    (
        "WebRtcHideLocalIpsWithMdns",
        "WebUIOmniboxPopup",
        "WebUIOmniboxAimPopup",
        "WebUIOmniboxFullPopup",
        "SpareRendererForSitePerProcess",
    )
)
FLAGS = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=30",
    "--autoplay-policy=no-user-gesture-required",
    WITHOUT,
    "--disable-dev-shm-usage",
]
MODULES = ROOT / "video" / "static" / "video"
PAGE = Path(__file__).with_name("_media_page.js")
HTML = (
    "<!doctype html><title>bench</title><video autoplay muted playsinline></video>"
    '<script type="module" src="/page.js"></script>'
)
SESSIONS = re.compile(r"/api/rooms/(?P<room>[^/]+)/sessions(?:/(?P<session>.+))?")
FRAME_WITHIN = 45_000
SEEN = "count => bench.firstFrames.length >= count"


class NoBrowser(Exception):
    """No Chromium is here; says so."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which(os.environ.get("VISAVIS_CHROMIUM", "chromium"))
    if path is None:
        raise NoBrowser("no Chromium is here")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


class Room:
    """Two tabs of one room; `workers` may be replaced while they talk."""

    modules, script = MODULES, PAGE

    def __init__(self, browser: Browser, name: str, workers: list[Worker]) -> None:
        self._browser = browser
        self.name = name
        self.workers = workers
        self.pages: list[Page] = []

    async def open(self, *names: str) -> None:
        for _ in names:
            context = await self._browser.new_context(
                permissions=["camera", "microphone"],
                viewport={"width": 700, "height": 520},
            )
            page = await context.new_page()
            await page.route("**/*", self._serve)
            await page.goto(f"{ORIGIN}/")
            await page.wait_for_function("window.bench !== undefined")
            self.pages.append(page)

    async def enter(self, source: str = "camera") -> None:
        """Both come in, and both see the other."""
        await asyncio.gather(
            *(
                page.evaluate(
                    "([room, name, source]) => bench.enter(room, name, source)",
                    [self.name, f"tab-{number}", source],
                )
                for number, page in enumerate(self.pages)
            )
        )
        await self.see(1)

    async def see(self, count: int) -> None:
        """Until each tab has seen a first frame so many times."""
        await asyncio.gather(
            *(
                page.wait_for_function(SEEN, arg=count, timeout=FRAME_WITHIN)
                for page in self.pages
            )
        )

    async def ask(self, expression: str) -> list[Any]:
        return [await page.evaluate(expression) for page in self.pages]

    async def close(self) -> None:
        for page in self.pages:
            await page.evaluate("bench.leave()")
            await page.context.close()
        self.pages.clear()

    async def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        signalling = SESSIONS.fullmatch(path)
        if signalling:
            await self._signal(route, signalling["room"], signalling["session"])
        elif path.startswith("/static/video/"):
            await route.fulfill(path=self.modules / Path(path).name)
        elif path == "/page.js":
            await route.fulfill(path=self.script)
        else:
            await route.fulfill(body=HTML, content_type="text/html")

    async def _signal(self, route: Route, room: str, session: str | None) -> None:
        request = route.request
        sent = json.loads(request.post_data or "{}")
        name = request.url.rpartition("as=")[2]
        about = {"room": room, "name": name, "session": session or ""}
        do = {"POST": "join", "PATCH": "renew", "DELETE": "leave"}[request.method]
        answer = await self._first_answer(do, about | {"offer": sent.get("sdp", "")})
        if answer is None:
            await route.fulfill(status=503, json={"code": "no_worker"})
            return
        content = {"session": session, "resume": "x"} | answer
        content["sdp"] = content.pop("answer", "")
        # The page may have gone while its worker answered.
        with contextlib.suppress(Exception):
            await route.fulfill(status=201, json=content)

    async def _first_answer(
        self, do: str, about: dict[str, str]
    ) -> dict[str, Any] | None:
        for worker in [one for one in self.workers if one.alive]:
            try:
                answer = await worker.ask(do, **about)
            except (RuntimeError, OSError):
                continue
            if "refused" not in answer:
                return answer
        return None
