"""How a process under measurement is asked: a line of JSON each on its input."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator


async def questions() -> AsyncIterator[str]:
    """The lines as they come, until whoever asks closes the input or sends none. Read
    by a thread, so that waiting for a question keeps nothing else waiting."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line
