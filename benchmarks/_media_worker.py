"""The worker under measurement: a process of its own, asked by lines of JSON.

`{"do": "join" | "leave" | "state", …}` on its input, one answer per line on its
output. It runs the product's `MediaWorker` as it is; only the database is missing.
"""

import asyncio
import gc
import json
import os
import sys
import threading
import time
from typing import Any

from video.media.config import MediaConfig
from video.media.participant import Participant, Role
from video.media.worker import MediaWorker

# Who never came is forgotten quickly here, so that it can be watched.
CONNECT_TIMEOUT = 3.0
Question = dict[str, Any]


async def answer(worker: MediaWorker, question: Question) -> Question:
    if question["do"] == "join":
        name = question["name"]
        session, sdp = await worker.join(
            room_id=question["room"],
            participant=Participant(id=name, role=Role.CUSTOMER, name=name),
            offer=question["offer"],
            ends_at=time.monotonic() + 3600,
        )
        return {"session": session, "answer": sdp}
    if question["do"] == "leave":
        await worker.leave(room_id=question["room"], session_id=question["session"])
        return {}
    return state(worker)


def state(worker: MediaWorker) -> Question:
    gc.collect()
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    stats = worker.stats()
    return {
        "fds": len(os.listdir("/proc/self/fd")),
        "tasks": len(asyncio.all_tasks()),
        "rss_mb": pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
        "participants": stats.participants,
        "transports": worker.mux.transports,
        "loop_lag": stats.loop_lag,
        "drops": dict(worker.counters.drops),
        "wakeups": worker.counters.wakeups,
        "datagrams_in": worker.counters.datagrams_in,
        "send_blocked": worker.counters.send_blocked,
    }


async def serve() -> None:
    worker = MediaWorker(MediaConfig(connect_timeout=CONNECT_TIMEOUT))
    loop = asyncio.get_running_loop()
    questions: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(questions.put_nowait, line)
        loop.call_soon_threadsafe(questions.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await questions.get():
        print(json.dumps(await answer(worker, json.loads(line))), flush=True)
    await worker.close()


if __name__ == "__main__":
    asyncio.run(serve())
