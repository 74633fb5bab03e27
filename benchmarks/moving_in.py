"""How much work moving in is: `./run bench moving_in [--quick]`.

An empty Visavis is started, and a browser walks from the page of the set-up code to a
booked trial. `clicks` are all pointings, those into fields too; `fields` are filled in.
`first_bookable_min` is the time of a person by the keystroke model
(`benchmarks/_first_walk.py`) and the time that the pages took, `pages_s`. Reading and
thinking about a name are not in it. `--quick` is the same walk.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks import _first_walk as walk
from benchmarks._machine import machine
from benchmarks.start import lines_of, running
from visavis.devstack.state import ROOT

GOALS = {"first_bookable_min": 10, "clicks": 40, "fields": 20}
CODE = re.compile(r"set-up code +(\S{4}-\S{4})")
SITE = re.compile(r"^visavis ready (http://\S+?)/?$")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench moving_in", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(argv).quick
    folder = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    try:
        with running(ROOT, folder, VISAVIS_DEMO="0") as process:
            hand, took = _walked(*_printed(process))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {
        "first_bookable_min": round((hand.seconds + took) / 60, 1),
        "clicks": hand.clicks,
        "fields": hand.fields,
        "keys": hand.keys,
        "pages_s": round(took, 1),
        **machine(),
        "goals": GOALS,
        "quick": quick,
    }
    print(json.dumps(figures), flush=True)
    return 0


def _printed(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address and the code, in whichever order they come."""
    site = code = ""
    for line in lines_of(process):
        site = found[1] if (found := SITE.search(line.strip())) else site
        code = found[1] if (found := CODE.search(line)) else code
        if site and code:
            return site, code
    raise RuntimeError("the copy did not start")


def _walked(site: str, code: str) -> tuple[walk.Hand, float]:
    chromium = os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        hand = walk.Hand(browser.new_context(locale="en-GB").new_page())
        began = time.monotonic()
        hand.page.goto(f"{site}/setup/")
        walk.opens_visavis(hand, code)
        walk.sets_the_shop_up(hand)
        walk.books_the_trial(hand)
        took = time.monotonic() - began
        browser.close()
    return hand, took


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
