"""What cannot work is said in one line, with a status that is not zero."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.live.stack.launched import ROOT, clean_environment, run_command

pytestmark = pytest.mark.stack


def refused(state: Path, *args: str, **named: str) -> str:
    """The one line of a start that must fail."""
    done = run_command(clean_environment(state, named), *(args or ("up",)))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("visavis: ")
    return done.stderr


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} is taken" in refused(tmp_path / "s", PORT=str(port))


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "٣٣٣٣"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert "not a port number" in refused(tmp_path / "s", PORT=port)


@pytest.mark.parametrize("words", ["--media 0", "up --media", "--media two", "up 2"])
def test_media_workers_that_cannot_be_counted(tmp_path: Path, words: str) -> None:
    assert "./run [--media N]" in refused(tmp_path / "s", *words.split())


@pytest.mark.parametrize("port", ["40000.5", "65536", "-1"])
def test_a_media_port_that_is_none(tmp_path: Path, port: str) -> None:
    line = refused(tmp_path / "s", MEDIA_UDP_PORT=port)
    assert "MEDIA_UDP_PORT" in line


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://127.0.0.1/x", "must begin with postgresql://"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "refused"),
        ("postgresql://[", "DATABASE_URL does not work"),
    ],
)
def test_a_broken_database_url(tmp_path: Path, url: str, says: str) -> None:
    line = refused(tmp_path / "s", "check", DATABASE_URL=url)
    assert "DATABASE_URL" in line
    assert says in line
    assert "geheim" not in line


@pytest.mark.parametrize(
    ("url", "says"),
    [("http://127.0.0.1/", "REDIS_URL"), ("redis://:geheim@127.0.0.1:1/0", "refused")],
)
def test_a_broken_redis_url(tmp_path: Path, url: str, says: str) -> None:
    line = refused(tmp_path / "s", "check", REDIS_URL=url)
    assert "REDIS_URL" in line
    assert says in line
    assert "geheim" not in line


def test_a_state_folder_that_cannot_be_written() -> None:
    # /proc refuses to root as well.
    assert "cannot write in" in refused(Path("/proc/visavis"))


def test_binaries_that_are_not_there(tmp_path: Path) -> None:
    line = refused(tmp_path / "s", "check", VISAVIS_PG_BIN=str(tmp_path))
    assert "VISAVIS_PG_BIN" in line


# What follows is the shell script before Python takes over.


def script(folder: Path, **named: str) -> subprocess.CompletedProcess[str]:
    """Run `./run check` in a folder that holds only what the script reads."""
    launcher = folder / "visavis" / "devstack"
    if not launcher.exists():
        shutil.copytree(ROOT / "visavis" / "devstack", launcher)
        shutil.copy(ROOT / "run", folder)
    (folder / "requirements-dev.txt").write_text(
        "six==1.17.0 \\\n    --hash=sha256:0\n"
    )
    env = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        ["./run", "check"],
        cwd=folder,
        env=env | named,
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )


def fake_python(folder: Path, body: str) -> None:
    """A `python3` found first on the PATH."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python3"
    python.write_text(f'#!/bin/sh\n{body}\nexec /usr/bin/python3 "$@"\n')
    python.chmod(0o755)


def test_no_python(tmp_path: Path) -> None:
    done = script(tmp_path, PYTHON="python9")
    assert done.returncode == 1
    assert done.stderr == (
        "visavis: python9 was not found: install Python 3.11 or newer\n"
    )


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    fake_python(
        tmp_path,
        'case "$2" in *version_info*) exit 1;; esac\n'
        '[ "$1" = -V ] && { echo "Python 3.9.2"; exit 0; }',
    )
    done = script(tmp_path)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, python3 is 3.9.2" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_python_without_its_venv_module(tmp_path: Path) -> None:
    without = (
        "import runpy, sys; sys.modules['ensurepip'] = None; "
        "runpy.run_module('visavis.devstack.install', run_name='__main__')"
    )
    fake_python(tmp_path, f'[ "$1" = -m ] && exec /usr/bin/python3 -c "{without}"')
    done = script(tmp_path)
    assert done.returncode == 1
    assert "apt-get install python3." in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_no_network_and_then_again(tmp_path: Path) -> None:
    nowhere = {"http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    for _ in range(2):  # the half-made environment of the first is no obstacle
        done = script(tmp_path, PIP_RETRIES="0", **nowhere)
        assert done.returncode == 1
        assert "no network" in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    script(tmp_path, PYTHON="python9")
    tmp_path.chmod(0o555)
    done = script(tmp_path)
    tmp_path.chmod(0o755)
    assert done.returncode == 1
    assert "needs a folder that can be written" in done.stderr
