"""A call over lines that can be changed: a worker, browsers at the lines' far ends.

Each line has a Chromium of its own, started at its far end; signalling comes by the
browser's own pipe, so that nothing but media and what belongs to it is on the line.
"""

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Playwright

from benchmarks._lines_camera import Camera, Props
from benchmarks._lines_figures import Row, between, fps, rows_of
from benchmarks._lines_shape import Line, Lines, Shape
from benchmarks._media_browser import FLAGS, NoBrowser, Room
from benchmarks._media_rooms import Worker, running_worker

WORKER = Path(__file__).with_name("_media_worker.py")
CALM_RATE, CALM_FOR = 12.0, 2.0
LOOK_EVERY = 0.2
PLAIN = Camera()
CAMERA_FLAG = "--use-fake-device-for-media-stream"
ENTER = "about => { bench.enter(about); }"


@dataclass(frozen=True)
class Place:
    """What a run has: its lines, the checkout that is measured, files, a Playwright.

    `patience`: seconds in which a call comes to rest, or never will. `kept`: a folder
    for all rows of all pages, where somebody wants to look at them.
    """

    lines: Lines
    root: Path
    props: Props
    playwright: Playwright
    patience: float = 25.0
    kept: Path | None = None


@dataclass(frozen=True)
class Person:
    """Somebody with a browser on the line `line`; lines are shared by their name."""

    name: str
    line: str
    shows: bool = True
    camera: Camera = PLAIN


class Seat(Room):
    """One tab with the page of this benchmark and the modules of that checkout."""

    script = Path(__file__).with_name("_lines_page.js")

    def __init__(
        self, browser: Browser, worker: Worker, line: Line, root: Path
    ) -> None:
        super().__init__(browser, "lines", [worker])
        self.modules = root / "video" / "static" / "video"
        self._line = line

    async def sit(self, person: Person, ice_servers: list[dict[str, Any]]) -> None:
        """Open the page and begin to join."""
        await self.open(person.name)
        (page,) = self.pages
        page.on("pageerror", lambda error: print(error, file=sys.stderr))
        if person.camera.height > 360:
            # The product asks a machine of two cores for less.
            cores = (
                "Object.defineProperty(navigator, 'hardwareConcurrency', {value: 4})"
            )
            await page.evaluate(cores)
        about = {"room": self.name, "name": person.name, "shows": person.shows}
        signs = {"signs": person.camera.signing}
        await page.evaluate(ENTER, about | signs | {"iceServers": ice_servers})

    async def rows(self) -> list[dict[str, Any]]:
        (page,) = self.pages
        found: list[dict[str, Any]] = await page.evaluate("bench.rows")
        return found

    async def told(self, name: str) -> float:
        """`began`: when it began to join, by the clock of the rows; `camera`: how many
        lines the camera gives."""
        (page,) = self.pages
        return float(await page.evaluate("name => bench[name]", name))

    async def _first_answer(
        self, do: str, about: dict[str, str]
    ) -> dict[str, Any] | None:
        answer = await super()._first_answer(do, about)
        if answer is not None and "answer" in answer:
            answer["answer"] = self._line.reached_by(answer["answer"])
        return answer


@dataclass
class Call:
    """Everybody who was asked in; `lines` by their names."""

    patience: float
    seats: dict[str, Seat] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    async def shape(self, line: str, shape: Shape) -> float:
        """Change a line; the moment before, for on a busy machine it takes its time."""
        moment = time.time()
        await self.lines[line].shape(shape)
        return moment

    async def seen(self, viewer: str, person: str) -> list[Row]:
        return rows_of(await self.seats[viewer].rows(), person)

    async def keep(self, folder: Path) -> None:
        """One file a page, by the second in which this call ended."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, seat in self.seats.items():
            rows = json.dumps(await seat.rows())
            (folder / f"{int(time.time())}-{name}.json").write_text(rows)

    async def calm(self, *pairs: tuple[str, str]) -> bool:
        """Until each viewer has seen the other move for two seconds, or it takes too
        long: a line may be such that it never comes."""

        async def moves(viewer: str, person: str) -> bool:
            rows = await self.seen(viewer, person)
            since = time.time() - CALM_FOR
            return (fps(between(rows, since, time.time())) or 0.0) >= CALM_RATE

        return await self._until(moves, pairs)

    async def met(self, *pairs: tuple[str, str]) -> bool:
        """Until something of the other has come to each, or it takes too long."""

        async def heard(viewer: str, person: str) -> bool:
            return any(row.octets for row in await self.seen(viewer, person))

        return await self._until(heard, pairs)

    async def _until(
        self,
        holds: Callable[[str, str], Awaitable[bool]],
        pairs: tuple[tuple[str, str], ...],
    ) -> bool:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if all([await holds(*pair) for pair in pairs]):
                return True
            await asyncio.sleep(0.5)
        return False

    async def queues(self, line: str, seconds: float) -> list[tuple[float, float]]:
        """The line's queues, looked at five times a second."""
        found, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            found.append(await self.lines[line].queued())
            await asyncio.sleep(LOOK_EVERY)
        return found


def wrapped(folder: Path, prefix: list[str]) -> str:
    """A program that starts Chromium at a line's far end; raises NoBrowser."""
    path = shutil.which(os.environ.get("VISAVIS_CHROMIUM", "chromium"))
    if path is None:
        raise NoBrowser("no Chromium is here")
    if not prefix:
        return path
    script = folder / f"chromium-{prefix[-1]}"
    script.write_text(f'#!/bin/sh\nexec {" ".join(prefix)} {path} "$@"\n')
    script.chmod(0o700)
    return str(script)


@asynccontextmanager
async def browser_at(
    place: Place, line: Line, camera: Camera
) -> AsyncIterator[Browser]:
    plain = [flag for flag in FLAGS if not flag.startswith(CAMERA_FLAG)]
    flags = [*plain, *place.props.flags(camera)]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    browser = await place.playwright.chromium.launch(
        executable_path=wrapped(place.props.folder, line.prefix), args=flags
    )
    try:
        yield browser
    finally:
        await browser.close()


@asynccontextmanager
async def call(
    place: Place,
    *people: Person,
    shapes: dict[str, Shape] | None = None,
    ice_servers: list[dict[str, Any]] | None = None,
) -> AsyncIterator[Call]:
    """Everybody comes in by their line, in this order; nobody is waited for.

    The worker is this checkout's program with the packages of the one measured.
    """
    made = Call(place.patience)
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(
            running_worker(
                *("--host", place.lines.host),
                command=[*place.lines.prefix, sys.executable, "-P", str(WORKER)],
                env=os.environ | {"PYTHONPATH": str(place.root)},
            )
        )
        browsers: dict[str, Browser] = {}
        for person in people:
            if person.line not in browsers:
                line = await stack.enter_async_context(place.lines.line(person.line))
                made.lines[person.line] = line
                await line.shape((shapes or {}).get(person.line, Shape()))
                browsers[person.line] = await stack.enter_async_context(
                    browser_at(place, line, person.camera)
                )
            line = made.lines[person.line]
            seat = Seat(browsers[person.line], worker, line, place.root)
            made.seats[person.name] = seat
        for person in people:
            await made.seats[person.name].sit(person, ice_servers or [])
        yield made
        if place.kept is not None:
            await made.keep(place.kept)
