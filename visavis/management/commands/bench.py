"""`./run bench NAME [--quick]`: runs one measurement of `benchmarks/`."""

import importlib
import pkgutil
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import benchmarks


def names() -> list[str]:
    found = pkgutil.iter_modules(benchmarks.__path__)
    return sorted(module.name for module in found if not module.name.startswith("_"))


class Command(BaseCommand):
    help = "Runs a benchmark; it prints one JSON object on its last line."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=names(), help="which benchmark")
        parser.add_argument("rest", nargs=REMAINDER, help="--quick, and its own")

    def handle(self, *args: Any, **options: Any) -> None:
        module = importlib.import_module(f"benchmarks.{options['name']}")
        status = module.main(options["rest"])
        if status:
            raise CommandError(f"{options['name']} failed", returncode=status)
        sys.stdout.flush()
