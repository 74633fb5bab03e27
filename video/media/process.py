"""The cost of the worker's process, by the system's own count."""

import os
import resource
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds() -> float:
    """Processor time since the start, in user and system mode."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_bytes() -> int:
    """Returns the bytes that the process holds in memory now, by /proc (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
