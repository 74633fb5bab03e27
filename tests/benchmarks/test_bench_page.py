"""The tabs of `./run bench media` go with the product's client module."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks._media_browser import NoBrowser, chromium
from benchmarks._media_calls import first_frames


@pytest.mark.browser
def test_two_tabs_of_the_benchmark_see_each_other() -> None:
    async def enter() -> list[float]:
        async with chromium() as browser:
            return await first_frames(browser, 1)

    try:
        assert len(asyncio.run(enter())) == 1
    except NoBrowser as missing:
        pytest.skip(str(missing))
