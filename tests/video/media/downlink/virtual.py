"""A loop whose clock leaps to the next timer: a minute of a call takes a second."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar


class Leaping(selectors.SelectSelector):
    """Waits for nothing: the clock leaps to the next timer."""

    now = 100.0

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


T = TypeVar("T")


def in_virtual_time(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(story())
    finally:
        loop.close()


def every(seconds: float, act: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def again() -> None:
        act()
        loop.call_later(seconds, again)

    loop.call_later(seconds, again)
