"""The statements of one real booking, replayed by pgbench without our code.

Each statement becomes a prepared one of the replay. Rows that must be new are made so:
identities by `gen_random_uuid()`, the agenda and the time by the client's own numbers.
One more short statement makes the new identities.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import _clients
from booking.models import Occupancy
from visavis.devstack.messages import StartError
from visavis.devstack.servers.places import find_binaries

TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
IDENTITY = re.compile(r"'([0-9a-f]{32}|[0-9a-f]{64})'")
LAST_AGENDA = 200
BOOKING = Path(__file__).with_name("booking.sql")


def find_pgbench() -> Path | None:
    try:
        beside = find_binaries() / "pgbench"
    except StartError:
        beside = Path()
    if beside.is_file():
        return beside
    found = shutil.which("pgbench")
    return Path(found) if found else None


def captured_booking(target: _clients.Target) -> Captured:
    """Every statement, as sent, of hold → confirmed on warm masks."""
    _clients.book(target, 0)
    warm = _clients.free_targets([target.posting])[0]
    templates: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        # A test stands in a transaction of its own.
        if "SAVEPOINT" not in sql:
            templates.append(" ".join(sql.split()))
        return execute(sql, *rest)

    with (
        CaptureQueriesContext(connection) as queries,
        connection.execute_wrapper(note),
    ):
        _clients.book(warm, 1)
    made = Occupancy.objects.all_brands().filter(agenda__staff_member__isnull=False)
    taken = made.latest("pk")
    return Captured([query["sql"] for query in queries], templates, taken)


@dataclass(frozen=True)
class Captured:
    """`templates` are the statements without their values and without BEGIN and COMMIT:
    what booking.sql holds."""

    statements: list[str]
    templates: list[str]
    taken: Occupancy

    def script(self) -> str:
        """For pgbench: identities anew, a random agenda, an hour of its own centuries
        ahead; everything else as it was sent."""
        known: dict[str, str] = {}

        def anew(found: re.Match[str]) -> str:
            return known.setdefault(found[1], f":u{len(known)}")

        agenda = self.taken.agenda_id
        times = {self.taken.starts_at: "", self.taken.ends_at: " + interval '5 min'"}
        own = re.compile(rf"'\{{{agenda}\}}'::int\d\[\]")
        lines = []
        for statement in self.statements:
            text = IDENTITY.sub(anew, " ".join(statement.split()))
            text = own.sub("ARRAY[:agenda]", text)
            for at, more in times.items():
                hour = f"(timestamptz '2030-01-01' + :n::int * interval '1 hour'{more})"
                text = text.replace(f"'{at}'::timestamptz", hour)
            lines.append(f"{text};")
        new = ", ".join(
            f"repeat(md5(gen_random_uuid()::text), {len(text) // 32}) AS {name[1:]}"
            for text, name in known.items()
        )
        # Planted agendas are numbered without a gap.
        drawn = ["\\set n random(0, 2000000)", f"\\set agenda random(1, {LAST_AGENDA})"]
        return "\n".join([*drawn, f"SELECT {new} \\gset", *lines, ""])


def kept_statements() -> list[str]:
    """Those of booking.sql; a test compares them with a real booking."""
    return BOOKING.read_text().split("\n\n")[1:]


@dataclass(frozen=True)
class Replay:
    pgbench: Path
    captured: Captured

    def transactions_per_second(self, *, clients: int, seconds: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "booking.sql"
            file.write_text(self.captured.script())
            settings = connection.settings_dict
            done = subprocess.run(
                [
                    *(str(self.pgbench), "-n", "-M", "prepared", "-f", str(file)),
                    *("-c", str(clients), "-j", "2", "-T", str(seconds)),
                    *("-h", str(settings["HOST"]), "-U", str(settings["USER"])),
                    str(settings["NAME"]),
                ],
                check=True,
                capture_output=True,
                text=True,
                env=os.environ
                | {
                    "PGPASSWORD": str(settings["PASSWORD"]),
                    # Plans are kept or not for both alike.
                    "PGOPTIONS": str(settings["OPTIONS"].get("options", "")),
                },
            )
        found = TPS.search(done.stdout)
        if found is None:
            raise RuntimeError(done.stdout + done.stderr)
        return float(found[1])
