"""Translations: every `<package>/locale/<language>/LC_MESSAGES/*.po` made into a .mo.

The .mo files are not committed and need no gettext on the machine. The compiler is a
process of its own (`compile_catalogues`), started only when something is stale.
"""

import subprocess
import sys
from pathlib import Path

from visavis.devstack.messages import StartError
from visavis.devstack.state import ROOT


def stale_catalogues(root: Path = ROOT) -> list[Path]:
    """The .po files that are newer than their .mo, or have none."""
    found = sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))
    return [po for po in found if not _fresh(po, po.with_suffix(".mo"))]


def _fresh(po: Path, mo: Path) -> bool:
    return mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def compile_stale(root: Path = ROOT) -> None:
    """Compiles what is stale; raises StartError with the first error."""
    stale = stale_catalogues(root)
    if not stale:
        return
    made = subprocess.run(
        [sys.executable, "-m", "visavis.devstack.compile_catalogues", *map(str, stale)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if made.returncode:
        last = (made.stderr.strip().splitlines() or ["no message"])[-1]
        raise StartError(f"a translation does not compile: {last}")
