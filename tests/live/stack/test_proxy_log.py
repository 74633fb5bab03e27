"""The proxy of `deploy/nginx.conf` writes no link, address or name either."""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.stack.launched import ROOT, START_WITHIN
from visavis.devstack.ports import free_port

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    not (NGINX and OPENSSL), reason="no nginx or no openssl here"
)

TOKEN = "Zq3-_x9LwPzrT0yV5abCdE"
MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/main.log warn;
daemon off;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


def site(folder: Path, plain: int, secure: int) -> str:
    """The example with its places and ports changed, and nobody behind it."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"(?m)^\s*listen \[::\].*\n", "", text)
    text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{plain}", text)
    text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{secure}", text)
    text = re.sub(r"(?m)^\s*http2 on;\n", "", text)  # from nginx 1.25.1 on
    text = re.sub(r"/etc/letsencrypt/\S*/", f"{folder}/", text)
    text = text.replace("/var/log/nginx/", f"{folder}/")
    text = text.replace("/etc/nginx/", f"{ROOT / 'deploy'}/")
    return text.replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")


def make_certificate(folder: Path) -> None:
    command = [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    command += ["-subj", "/CN=rdv.example.org", "-keyout", str(folder / "privkey.pem")]
    command += ["-out", str(folder / "fullchain.pem"), "-days", "1"]
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def proxy(folder: Path) -> Iterator[tuple[int, int]]:
    make_certificate(folder)
    plain, secure = free_port(), free_port()
    (folder / "site.conf").write_text(site(folder, plain, secure))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf")])
    try:
        deadline = time.monotonic() + START_WITHIN
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", secure), 1).close()
                break
            assert process.poll() is None, (folder / "main.log").read_text()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.05)
        yield plain, secure
    finally:
        process.terminate()
        process.wait(START_WITHIN)


def test_its_logs_hold_the_area_alone(tmp_path: Path) -> None:
    asked = {
        f"/r/{TOKEN}": "/r/*",
        f"/r/guest/{TOKEN}/?a=Canarina": "/r/*",
        f"/R/{TOKEN}": "/*",
        "/tilleul/?email=canary@customer.example": "/*",
        "/staff/?q=Canarina": "/staff/*",
        "/api/v1/brands/tilleul/stores/": "/api/v1/*",
        "/static/visavis/site.css": "/static/*",
        "/healthz": "/healthz",
        "/?q=Canarina": "/",
    }
    trusting = ssl._create_unverified_context()  # noqa: S323 - our own, made above
    told = {"Host": "rdv.example.org", "Referer": f"https://rdv.example.org/r/{TOKEN}"}
    with proxy(tmp_path) as (plain, secure):
        for path in asked:
            ways: list[tuple[http.client.HTTPConnection, int]] = [
                (http.client.HTTPConnection("127.0.0.1", plain), 301),
                (
                    http.client.HTTPSConnection("127.0.0.1", secure, context=trusting),
                    502,
                ),
            ]
            for connection, status in ways:
                connection.request("GET", path, headers=told)
                assert connection.getresponse().status == status
                connection.close()
    lines = (tmp_path / "visavis.log").read_text().splitlines()
    shown = [re.findall(r'"GET ([^"]*)"', line) for line in lines]
    assert shown == [[area] for area in asked.values() for _ in range(2)]
    for log in tmp_path.glob("*.log"):
        for secret in (TOKEN, "Canarina", "canary", "customer.example"):
            assert secret not in log.read_text(), log.name
