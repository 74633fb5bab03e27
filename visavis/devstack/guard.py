"""Ends the groups of processes of a launcher that has gone (run as a script).

Reads `watch GROUP SIGNAL` and `forget GROUP` from its standard input. When that
closes, the launcher has ended: every group still watched gets its signal, and after
a grace SIGKILL. It imports nothing but the standard library and stays small.
"""

import contextlib
import os
import signal
import sys
import time

GRACE = 3.0


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end(watched: dict[int, int]) -> None:
    for group, polite in watched.items():
        send(group, polite)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(alive(group) for group in watched):
        time.sleep(0.05)
    for group in watched:
        send(group, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        match line.split():
            case ["watch", group, polite]:
                watched[int(group)] = int(polite)
            case ["forget", group]:
                watched.pop(int(group), None)
    end(watched)


if __name__ == "__main__":
    main()
