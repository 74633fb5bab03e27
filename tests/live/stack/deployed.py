"""The programs as `deploy/` starts them: its own lines, beside a running copy."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.live.stack.launched import ROOT, START_WITHIN, RunningStack
from visavis.devstack.ports import free_port
from visavis.devstack.state import published

UNITS = {
    "web": "visavis-web",
    "worker": "visavis-worker",
    "deliver": "visavis-deliver",
    "media": "visavis-media@",
}
"""Service of compose.yaml → unit of systemd."""
BINARIES = "/opt/visavis/.venv/bin/"
STATE = "/var/lib/visavis"


def unit_line(service: str) -> str:
    """What a unit starts, as instance 0, with its own environment before it."""
    text = (ROOT / f"deploy/systemd/{UNITS[service]}.service").read_text()
    (line,) = re.findall(r"(?m)^ExecStart=(.+)$", text)
    named = re.findall(r"(?m)^Environment=(.+)$", text)
    return " ".join([*named, line.replace(BINARIES, "").replace("%i", "0")])


def compose_line(service: str) -> str:
    """The same of compose.yaml; the image has no command of its own."""
    image = (ROOT / "deploy/Dockerfile").read_text()
    assert not re.search(r"(?m)^(CMD|ENTRYPOINT)", image), "it starts something, too"
    services: dict[str, Any] = yaml.safe_load(
        (ROOT / "deploy/compose.yaml").read_text()
    )["services"]
    told = services[service]
    common = {"VISAVIS_STATE", "STATIC_ROOT"}
    named = [f"{k}={v}" for k, v in told["environment"].items() if k not in common]
    return " ".join([*named, told["command"]])


def environment(stack: RunningStack, folder: Path) -> dict[str, str]:
    """A production's, but without TLS, on the servers of a running copy."""
    known = published(stack.state)
    assert known
    named = {name: value for name, value in known.items() if name.isupper()}
    named |= {"VISAVIS_DEBUG": "0", "SECURE_COOKIES": "0", "PYTHONUNBUFFERED": "1"}
    named |= {"VISAVIS_STATE": str(folder), "STATIC_ROOT": str(folder / "static")}
    named |= {"MEDIA_UDP_PORT": "0", "MEDIA_CONTROL_PORT": "0"}
    return stack.env | named | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}


class Deployed:
    """The four programs; `base_url` is that of the web process."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self._env = environment(stack, folder)
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._port = free_port()
        self.base_url = f"http://127.0.0.1:{self._port}"

    def log(self, service: str) -> Path:
        return self._folder / f"{service}.log"

    def start(self, service: str) -> None:
        words = shlex.split(unit_line(service).replace(STATE, str(self._folder)))
        named = dict(w.split("=", 1) for w in words if re.match(r"[A-Z_]+=", w))
        args = [word for word in words if not re.match(r"[A-Z_]+=", word)]
        if "--port" in args:
            args[args.index("--port") + 1] = str(self._port)
        with self.log(service).open("wb") as output:
            self._running[service] = subprocess.Popen(
                args,
                cwd=ROOT,
                env=self._env | named,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def collect_static(self) -> None:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=self._env, check=True)

    def await_web(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while True:
            with contextlib.suppress(OSError):
                address = f"{self.base_url}/healthz"
                urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - loopback
                return
            assert time.monotonic() < deadline, self.log("web").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(START_WITHIN)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def logs(self) -> Mapping[str, str]:
        return {
            path.name: path.read_text(errors="replace")
            for path in self._folder.glob("*.log")
        }


@contextlib.contextmanager
def deployed(stack: RunningStack, folder: Path) -> Iterator[Deployed]:
    """All four programs by the lines of their units."""
    programs = Deployed(stack, folder)
    try:
        programs.collect_static()
        for service in UNITS:
            programs.start(service)
        programs.await_web()
        yield programs
    finally:
        programs.stop()
