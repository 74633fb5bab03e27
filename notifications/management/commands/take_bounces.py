"""Reads mails that came back, from a pipe or from a Maildir."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.returns.bounces import take_report
from notifications.returns.dsn import LARGEST_REPORT


class Command(BaseCommand):
    help = "Note which addresses take no mail: one report from a pipe, or a Maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", type=Path, help="read its new mails, then cur")
        parser.add_argument("--recipient", default="", help="of the envelope, if known")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many were about our messages; never whose. A mail of the folder
        is moved to `cur` once it is noted: killed in between, it is read again."""
        if options["maildir"] is None:
            raw = sys.stdin.buffer.read(LARGEST_REPORT)
            taken = take_report(
                raw=raw, recipient=options["recipient"], now=timezone.now()
            )
            self.stdout.write(f"noted {int(taken)} of 1")
            return
        folder = mailbox.Maildir(options["maildir"], create=False)
        noted = read = 0
        for name, mail in folder.items():
            if mail.get_subdir() != "new":
                continue
            read += 1
            noted += take_report(raw=folder.get_bytes(name), now=timezone.now())
            mail.set_subdir("cur")
            mail.add_flag("S")
            folder[name] = mail
        self.stdout.write(f"noted {noted} of {read}")
