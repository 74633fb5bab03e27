"""Lines of the launcher for a person: one for a fact, one for a long step."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class StartError(Exception):
    """The copy cannot start. The text is the one line that the person reads."""


def say(text: str, *, area: str = "run") -> None:
    show(f"[{area}] {text}")


def show(text: str) -> None:
    """Print a line. When nobody reads any more (`./run | head`) the copy goes on."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refuse(error: StartError) -> int:
    """Print the one line of an error; returns the exit status of the launcher."""
    print(f"visavis: {error}", file=sys.stderr, flush=True)
    return 1


@contextmanager
def step(text: str, *, quiet_below: float = 0.0) -> Iterator[None]:
    """Announce a step and its time; one shorter than `quiet_below` s says nothing."""
    begun = time.monotonic()
    if not quiet_below:
        say(f"{text}…")
    yield
    took = time.monotonic() - begun
    if took >= quiet_below:
        say(f"{text}: {took:.1f} s")
