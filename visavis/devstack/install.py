"""Installs the locked requirements into `.venv`; run by `./run` with any Python.

Only the standard library may be imported here. `.venv/.lock` is a copy of the
requirements that are installed, written last: whatever interrupts the work, the next
`./run` begins it again. Nothing goes on in the background after an interruption.
"""

import fcntl
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from visavis.devstack.messages import StartError, refuse, say
from visavis.devstack.processes import Child, die_with_parent, spawn, stop_all
from visavis.devstack.state import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements-dev.txt"
DONE = VENV / ".lock"
LOG = VENV / "install.log"
# The installers are told not to compile 20,000 modules; these are what a start reads,
# and here all cores share the work that each process would do again.
COMPILED = """
django rest_framework drf_spectacular allauth psycopg redis celery kombu billiard
prompt_toolkit uvicorn websockets aiortc aioice cryptography dns icalendar
"""
OURS = ["stores", "booking", "notifications", "video", "visavis"]
NOT_COMPILED = r"/(locale|gis|tests?|providers|mysql|oracle|sqlite3)/"
NO_NETWORK = re.compile(
    r"resol|unreachable|connect|network|timed out|dns|versions: none", re.IGNORECASE
)


def up_to_date() -> bool:
    try:
        return PYTHON.exists() and DONE.read_bytes() == REQUIREMENTS.read_bytes()
    except OSError:
        return False


def require_writable() -> None:
    if VENV.exists() and not os.access(VENV, os.W_OK):
        raise StartError(f"cannot write in {VENV}: it belongs to another user")
    if not os.access(ROOT, os.W_OK):
        text = f"cannot write in {ROOT}: Visavis needs a folder that can be written"
        raise StartError(text)


def run_step(args: list[str], began: float) -> int:
    """Run a command to its end with its output in the log; says every five seconds
    that it still works."""
    with LOG.open("ab") as output:
        process = spawn(args, output=output, env=os.environ, cwd=ROOT)
    try:
        while True:
            try:
                return process.wait(5)
            except subprocess.TimeoutExpired:
                say(f"… {time.monotonic() - began:.0f} s")
    finally:
        stop_all([Child(args[0], process, signal.SIGKILL)], within=2)


def usable(uv: str | None) -> bool:
    """True if packages can be installed into the environment: an interrupted start may
    have left half of one, and one made by uv has no pip."""
    asked = ["-c", ""] if uv else ["-m", "pip", "--version"]
    try:
        done = subprocess.run([PYTHON, *asked], check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def make_environment(uv: str | None, began: float) -> None:
    if usable(uv):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not uv and not (
        importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
    ):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise StartError(
            f"the venv module of Python is missing: apt-get install {package}"
        )
    VENV.mkdir()
    own = [sys.executable, "-m", "venv", str(VENV)]
    by_uv = [uv or "", "venv", "-q", "--allow-existing", "--python", sys.executable]
    if run_step([*by_uv, str(VENV)] if uv else own, began):
        raise StartError(f"the environment could not be made ({last_error()})")


def sync_packages(uv: str | None, began: float) -> None:
    if uv:
        command = [uv, "pip", "sync", "-q", "--python", str(PYTHON)]
        command += ["--require-hashes", str(REQUIREMENTS)]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "-q", "--no-input"]
        command += ["--disable-pip-version-check", "--no-compile"]
        command += ["--require-hashes", "-r", str(REQUIREMENTS)]
    if not run_step(command, began):
        return
    if NO_NETWORK.search(LOG.read_text(errors="replace")):
        text = "no network: the packages could not be fetched"
        raise StartError(f"{text} (details in {LOG})")
    raise StartError(f"installing failed: {last_error()}")


def last_error() -> str:
    lines = [line.strip() for line in LOG.read_text(errors="replace").splitlines()]
    errors = [line for line in lines if re.search("error|fail|hash", line, re.I)]
    told = (errors or [line for line in lines if line] or ["no reason given"])[-1]
    return f"{told[:200]} (details in {LOG})"


def compile_modules(began: float) -> None:
    for library in VENV.glob("lib/python3*/site-packages"):
        folders = [library / name for name in COMPILED.split()] + [
            ROOT / name for name in OURS
        ]
        command = [str(PYTHON), "-m", "compileall", "-q", "-j", "0", "-x", NOT_COMPILED]
        run_step([*command, *(str(f) for f in folders if f.exists())], began)


def make_towns(began: float) -> None:
    """Makes the list of French towns; without it all of an address is typed."""
    if run_step([str(PYTHON), "-m", "stores.towns.making"], began):
        say(f"The list of French towns could not be made: {last_error()}")


def install() -> None:
    require_writable()
    with REQUIREMENTS.open() as requirements:
        # Two `./run` in a fresh clone: the second waits, then finds the work done.
        fcntl.flock(requirements, fcntl.LOCK_EX)
        if up_to_date():
            return
        count = len(re.findall(r"^\S+==", requirements.read(), re.MULTILINE))
        say(f"Installing {count} packages into .venv, about 20 s…")
        began = time.monotonic()
        uv = shutil.which("uv")
        DONE.unlink(missing_ok=True)
        make_environment(uv, began)
        LOG.unlink(missing_ok=True)
        sync_packages(uv, began)
        make_towns(began)
        compile_modules(began)
        shutil.copyfile(REQUIREMENTS, DONE)
        say(f"Installed in {time.monotonic() - began:.0f} s")


def main() -> int:
    if follow := die_with_parent(signal.SIGTERM):
        follow()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda caught, _: sys.exit(128 + caught))
    try:
        install()
    except StartError as error:
        return refuse(error)
    except OSError as error:
        return refuse(StartError(f"installing failed: {error}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
