"""A real coturn on loopback, with the configuration that we give away."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.cast import now_utc
from video.pages import turn_credential
from visavis.devstack.ports import LOOPBACK, free_run

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy/coturn/turnserver.conf"
PROGRAM = shutil.which("turnserver")
SECRET = "a secret for the relay of these tests"
PATIENCE = 20.0

needs_coturn = pytest.mark.skipif(
    PROGRAM is None, reason="no turnserver here (apt-get install coturn)"
)


def credentials(*, ends_in: float = 60, secret: str = SECRET) -> tuple[str, str]:
    username = f"{int(now_utc().timestamp() + ends_in)}:seat"
    return username, turn_credential(username, secret)


@dataclass(frozen=True)
class Relay:
    """Where it listens; TLS has a certificate that it signed itself."""

    port: int
    tls_port: int

    @property
    def urls(self) -> dict[str, str]:
        """By the name that browsers give to the way there (`relayProtocol`)."""
        plain = f"turn:{LOOPBACK}:{self.port}?transport="
        return {
            "udp": f"{plain}udp",
            "tcp": f"{plain}tcp",
            "tls": f"turns:{LOOPBACK}:{self.tls_port}?transport=tcp",
        }


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(tz=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret


def configuration(folder: Path, relay: Relay) -> str:
    """Ours, with the values of this machine. Loopback peers are refused by coturn
    itself unless told otherwise; in production there are none."""
    certificate, secret = self_signed(folder)
    values = {
        "listening-ip": LOOPBACK,
        "relay-ip": LOOPBACK,
        "listening-port": str(relay.port),
        "tls-listening-port": str(relay.tls_port),
        "cert": str(certificate),
        "pkey": str(secret),
        "static-auth-secret": SECRET,
        "allowed-peer-ip": LOOPBACK,
    }
    text = CONFIGURATION.read_text()
    for name, value in values.items():
        text, found = re.subn(rf"(?m)^{name}=.*$", f"{name}={value}", text)
        assert found == 1, name
    text = text.replace("\nsyslog\n", f"\nlog-file={folder / 'turn.log'}\n")
    database = f"pidfile={folder / 'turn.pid'}\nuserdb={folder / 'turn.db'}\n"
    return f"{text}allow-loopback-peers\n{database}"


@contextmanager
def running_relay(folder: Path) -> Iterator[Relay]:
    assert PROGRAM
    first = free_run(socket.SOCK_STREAM, 2)
    relay = Relay(first, first + 1)
    path = folder / "turnserver.conf"
    path.write_text(configuration(folder, relay))
    process = subprocess.Popen(
        [PROGRAM, "-c", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        _await_listening(relay.tls_port)
        yield relay
    finally:
        process.kill()
        process.wait()


def _await_listening(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError):
            socket.create_connection((LOOPBACK, port), 1).close()
            return
        assert time.monotonic() < deadline, "coturn does not listen"
        time.sleep(0.05)
