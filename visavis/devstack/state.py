"""The state folder of one copy: where it is, whether it can be written, its lock.

Two processes never start servers on one folder: the owner holds `lock` (an flock,
so a killed owner lets go of it), and publishes what it started in `stack.json`.
"""

import fcntl
import json
import os
import tempfile
import time
from pathlib import Path

from visavis.devstack.messages import StartError

ROOT = Path(__file__).resolve().parents[2]


def state_folder() -> Path:
    named = os.environ.get("VISAVIS_STATE")
    return Path(named).absolute() if named else ROOT / ".visavis"


def make_state(folder: Path) -> Path:
    """Create the folder when absent; raises StartError where nothing can be written.

    As root the folder may be entered by others (711), because PostgreSQL must run
    as another account; everything private inside it is 600 or 700.
    """
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        text = f"cannot write in {folder} ({error.strerror}): set VISAVIS_STATE to a "
        raise StartError(text + "folder that can be written") from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; no other account ever sees the new content."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as f:
        f.write(text)
    fresh.replace(path)


class StackLock:
    """The right to start servers on a state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file = -1

    def take(self, *, within: float = 0.0) -> bool:
        """True when this process now owns the folder, waiting at most `within` s."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + within
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    self.release()
                    return False
                time.sleep(0.05)
            else:
                # What a killed owner published is not true any more.
                (self._path.parent / "stack.json").unlink(missing_ok=True)
                return True

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def join_users(folder: Path) -> None:
    """Say, until this process (or what it becomes by exec) ends, that it uses servers
    which another command started."""
    users = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    os.set_inheritable(users, True)


def await_users(folder: Path) -> None:
    """Block until no other command uses the servers of this one."""
    users = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        os.close(users)


def publish(folder: Path, running: dict[str, str]) -> None:
    write_private(folder / "stack.json", json.dumps(running, indent=2) + "\n")


def withdraw(folder: Path) -> None:
    (folder / "stack.json").unlink(missing_ok=True)


def published(folder: Path) -> dict[str, str] | None:
    """The facts of the copy that owns the folder; None while it is still starting."""
    try:
        running: dict[str, str] = json.loads((folder / "stack.json").read_text())
    except (OSError, ValueError):
        return None
    return running
