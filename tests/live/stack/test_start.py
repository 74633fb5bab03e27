"""A copy starts, tells where it is, stops clean, and leaves nothing when killed."""

import json
import os
import stat
import urllib.request
from pathlib import Path

import pytest

from tests.live.stack.launched import (
    RunningStack,
    await_end,
    clean_environment,
    launched,
    run_command,
)
from visavis.devstack.inventory import processes_of

pytestmark = pytest.mark.stack


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
        status: int = answer.status
    return status


def _assert_two_media_workers_are_well(copy: RunningStack) -> None:
    ports = copy.ports()
    assert ports["media_udp_1"] == ports["media_udp"] + 1
    for name in ("media_control", "media_control_1"):
        assert _get(f"http://127.0.0.1:{ports[name]}/healthz") == 200
    assert copy.pid_of("mediaworker") != copy.pid_of("mediaworker1")


def test_the_ready_line_ends_the_start_and_the_page_answers(
    running_stack: RunningStack,
) -> None:
    assert _get(f"{running_stack.base_url}/healthz") == 200
    assert _get(f"{running_stack.base_url}/readyz") == 200


def test_every_port_is_written_down(running_stack: RunningStack) -> None:
    ports = running_stack.ports()
    assert running_stack.base_url.endswith(f":{ports['web']}")
    assert {"web", "valkey", "smtp", "media_udp", "media_control"} == set(ports)
    assert len(set(ports.values())) == len(ports)


def test_what_is_secret_is_readable_by_its_owner_alone(
    running_stack: RunningStack,
) -> None:
    for name in ("keys.json", "stack.json", "valkey.url", "mailbox", "logins.txt"):
        mode = stat.S_IMODE((running_stack.state / name).stat().st_mode)
        assert mode & 0o077 == 0, f"{name} has mode {mode:o}"


def test_no_secret_stands_in_a_command_line(running_stack: RunningStack) -> None:
    secrets = json.loads((running_stack.state / "keys.json").read_text()).values()
    password = (running_stack.state / "valkey.url").read_text().split(":")[2]
    for pid in running_stack.pids():
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        for secret in (*secrets, password.split("@")[0]):
            assert secret not in line


def test_a_command_uses_the_servers_of_the_running_copy(
    running_stack: RunningStack,
) -> None:
    names = ("stack.json", "processes.json", "valkey.url")
    before = [(running_stack.state / name).read_text() for name in names]
    done = run_command(running_stack.env, "migrate", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    after = [(running_stack.state / name).read_text() for name in names]
    assert after == before, "a server was replaced"
    assert _get(f"{running_stack.base_url}/readyz") == 200


def test_a_second_start_on_the_same_state_is_refused(
    running_stack: RunningStack,
) -> None:
    done = run_command(running_stack.env | {"PORT": "1"}, "up")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"already running at {running_stack.base_url}/" in done.stderr


def test_two_copies_run_side_by_side_and_stop_clean(
    running_stack: RunningStack, tmp_path: Path
) -> None:
    with launched(tmp_path, media=2) as second:
        assert second.base_url != running_stack.base_url
        assert _get(f"{second.base_url}/readyz") == 200
        assert _get(f"{running_stack.base_url}/readyz") == 200
        _assert_two_media_workers_are_well(second)
    assert "[run] stopped" in second.output()
    assert _get(f"{running_stack.base_url}/readyz") == 200


def test_kill_9_of_the_launcher_leaves_no_process_and_the_next_start_works(
    tmp_path: Path,
) -> None:
    with launched(tmp_path, media=2, check_end=False) as killed:
        _assert_two_media_workers_are_well(killed)
        seen = killed.pids()
        assert len(seen) > 8
        killed.process.kill()
        killed.process.wait()
        assert not await_end(seen), "processes outlived the launcher"
        assert not processes_of(killed.state)
    with launched(tmp_path) as again:
        assert _get(f"{again.base_url}/readyz") == 200


def test_servers_that_the_environment_names_are_used(tmp_path: Path) -> None:
    state = tmp_path / "state"
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    done = run_command(clean_environment(state, named), "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(state.glob("postgres*"))
    assert not list(state.glob("valkey*"))
