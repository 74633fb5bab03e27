"""The processes that make up the product, as a development copy runs them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from visavis.devstack.ports import LOOPBACK
from visavis.devstack.state import ROOT
from visavis.devstack.supervisor import Program

EXPECTED = (
    # Root in a container is a usual way to try a copy; this is meant for servers.
    "You're running the worker with superuser privileges",
    # Only in development do static files come from the web process, and as a stream.
    "StreamingHttpResponse must consume synchronous iterators",
)
"""Beginnings of warnings that nobody needs to read in a development copy."""


def knows_command(name: str) -> bool:
    """True if one of our packages has this `manage.py` command."""
    return any(ROOT.glob(f"*/management/commands/{name}.py"))


def manage(name: str, *args: str, once: bool = False) -> Program:
    return Program(name, [sys.executable, "manage.py", name, *args], once=once)


def web(port: int) -> Program:
    args = [sys.executable, "-m", "uvicorn", "visavis.asgi:application"]
    args += ["--host", LOOPBACK, "--port", str(port), "--log-level", "warning"]
    # Open event streams would hold the stop up for ever; browsers connect again.
    args += ["--timeout-graceful-shutdown", "2", "--no-server-header"]
    # A pool outlives a request only here; elsewhere it would be inherited by forks.
    pool = {"DATABASE_POOL": os.environ.get("DATABASE_POOL", "1")}
    return Program("web", args, essential=True, env=pool)


def celery(folder: Path) -> Program:
    args = [sys.executable, "-m", "celery", "-q", "-A", "visavis", "worker", "-B"]
    args += ["--schedule", str(folder / "beat-schedule"), "--concurrency", "2"]
    args += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return Program("worker", args)


def media_worker(index: int) -> Program:
    """Named `mediaworker`, `mediaworker1`, …"""
    args = [sys.executable, "manage.py", "mediaworker", "--index", str(index)]
    return Program(f"mediaworker{index or ''}", args)


def companions(media: int) -> list[Program]:
    """The programs beside the web process from the start, with so many media workers;
    each is started again when it ends."""
    found = [manage("deliver", "--loop")] if knows_command("deliver") else []
    workers = range(media) if knows_command("mediaworker") else ()
    return [*map(media_worker, workers), *found]


def environment(named: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process of a development copy."""
    quiet = {"PYTHONWARNINGS": ",".join(f"ignore:{text}" for text in EXPECTED)}
    return dict(os.environ) | quiet | {"PYTHONUNBUFFERED": "1"} | dict(named)
