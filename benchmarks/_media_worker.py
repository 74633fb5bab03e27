"""The worker under measurement: a process of its own, asked by lines of JSON.

`{"do": "join" | "leave" | "state", …}` on its input, one answer per line on its
output. It runs the product's `MediaWorker` as it is; only the database is missing.
`--loss 0.05` loses that share of the media on each hop, `--without-nack` mends none;
`--host` binds elsewhere than on loopback, and waits for people as the product does.
"""

import argparse
import asyncio
import gc
import json
import os
import time
from typing import Any

from benchmarks._media_loss import losing, never_repeat
from benchmarks._questions import questions
from video.media.config import MediaConfig
from video.media.errors import MediaError
from video.media.rooms.participant import Participant, Role
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
    if question["do"] == "renew":
        sdp = await worker.renegotiate(
            room_id=question["room"],
            session_id=question["session"],
            offer=question["offer"],
        )
        return {"answer": sdp}
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
        "port": worker.mux.address[1],
        "nacks": [worker.counters.nacks_in, worker.counters.nacks_out],
        "retransmitted": worker.counters.retransmitted,
        "recovered": worker.counters.recovered,
        "drops": dict(worker.counters.drops),
        "wakeups": worker.counters.wakeups,
        "datagrams_in": worker.counters.datagrams_in,
        "send_blocked": worker.counters.send_blocked,
    }


def config(loss: float, host: str | None) -> MediaConfig:
    if host:
        return MediaConfig(bind_host=host)
    if not loss:
        return MediaConfig(connect_timeout=CONNECT_TIMEOUT)
    return MediaConfig(opened=losing(loss))


async def tell(worker: MediaWorker, line: str) -> Question:
    """A refusal is an answer, too: the browser that asked tries again."""
    try:
        return await answer(worker, json.loads(line))
    except MediaError as error:
        return {"refused": type(error).__name__}


async def serve(loss: float, host: str | None) -> None:
    worker = MediaWorker(config(loss, host))
    gc.collect()
    gc.freeze()
    async for line in questions():
        print(json.dumps(await tell(worker, line)), flush=True)
    await worker.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loss", type=float, default=0.0)
    parser.add_argument("--without-nack", action="store_true")
    parser.add_argument("--host")
    chosen = parser.parse_args()
    if chosen.without_nack:
        never_repeat()
    asyncio.run(serve(chosen.loss, chosen.host))


if __name__ == "__main__":
    main()
