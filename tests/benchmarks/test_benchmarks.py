"""Each measurement prints every key that has a goal, and `--quick` too."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType

import pytest

from benchmarks import booking, desk, slots
from visavis.devstack.state import ROOT


@pytest.mark.parametrize("module", [slots, booking, desk])
def test_quick_prints_every_key(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", name, "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["quick"] is True
    assert set(module.GOALS) <= set(figures)
