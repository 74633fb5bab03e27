"""`./run torture NAME [--quick]`: runs one of the hard trials of `tests/torture/`."""

import importlib
import signal
import sys
from argparse import REMAINDER, ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FOLDER = Path(settings.BASE_DIR) / "tests" / "torture"


def names() -> list[str]:
    """Modules that begin with an underscore belong to the others."""
    found = (path.stem for path in FOLDER.glob("*.py"))
    return sorted(name for name in found if not name.startswith("_"))


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


class Command(BaseCommand):
    help = "Runs a torture test; it prints one JSON object on its last line."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=names(), help="which trial")
        parser.add_argument("rest", nargs=REMAINDER, help="--quick, and its own")

    def handle(self, *args: Any, **options: Any) -> None:
        # A trial that is told to go ends what it started, as after Ctrl-C.
        signal.signal(signal.SIGTERM, _leave)
        module = importlib.import_module(f"tests.torture.{options['name']}")
        status = module.main(options["rest"])
        if status:
            raise CommandError(f"{options['name']} failed", returncode=status)
        sys.stdout.flush()
