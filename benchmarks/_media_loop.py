"""The same rooms through a loop in C (`_media_loop.c`), to compare with."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from asyncio.subprocess import PIPE
from pathlib import Path

from pylibsrtp import Policy, Session

from benchmarks._media_callers import Caller
from benchmarks._media_rooms import SEATS, Window, measured
from video.media.transport.dtls import InPlaceSrtp

SOURCE = Path(__file__).with_name("_media_loop.c")
HELLO = b"\x01"
GREETED_WITHIN = 5.0
WINDOW_SIZE = 1024


class NoLoop(Exception):
    """It cannot be built here; says why."""


class LoopCaller(Caller):
    """Says its number instead of checks and a handshake; its key is known."""

    def __init__(self, number: int) -> None:
        super().__init__(f"room-{number // SEATS}", str(number))
        self._number = number

    async def greet(self, port: int) -> None:
        self._socket.connect(("127.0.0.1", port))
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(GREETED_WITHIN):
            self.check()
            await loop.sock_recv(self._socket, 16)
        loop.add_reader(self._socket.fileno(), self._drain)
        self._keys = InPlaceSrtp(
            _session(Policy.SSRC_ANY_INBOUND), _session(Policy.SSRC_ANY_OUTBOUND)
        )

    def check(self) -> None:
        self.consent_at = time.monotonic()
        self._send_now(HELLO + self._number.to_bytes(2, "big"))

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        await super().close()


def _session(way: int) -> Session:
    policy = Policy(
        key=bytes(44),
        ssrc_type=way,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    )
    policy.window_size, policy.allow_repeat_tx = WINDOW_SIZE, True
    return Session(policy)


def build(folder: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoLoop("no C compiler is here")
    program = folder / "loop"
    built = subprocess.run(
        [compiler, "-O2", str(SOURCE), "-o", str(program), "-lsrtp2"],
        capture_output=True,
        check=False,
    )
    if built.returncode:
        raise NoLoop("it does not compile here: libsrtp2's headers are missing")
    return program


async def carried_in_c(rooms: int, seconds: float, windows: int) -> list[Window]:
    """Raises `NoLoop` without a compiler or libsrtp2."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        process = await asyncio.create_subprocess_exec(program, stdin=PIPE, stdout=PIPE)
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("the loop has no pipes")
        try:
            port = int(await process.stdout.readline())
            callers = [LoopCaller(number) for number in range(rooms * SEATS)]
            for caller in callers:
                await caller.greet(port)
            return await measured(process.pid, [*callers], seconds, windows)
        finally:
            process.stdin.close()
            await process.wait()
