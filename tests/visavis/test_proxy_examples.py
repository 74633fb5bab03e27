"""The examples for nginx, read by the nginx of this machine as they are written.

Only what cannot be here is replaced: the certificate, the folder and the addresses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.video.relay import self_signed
from visavis.devstack.ports import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
MAIN = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here")


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-media.conf"])
def test_the_example_is_read_by_nginx(tmp_path: Path, name: str) -> None:
    certificate, key = self_signed(tmp_path)
    text = (ROOT / "deploy" / name).read_text()
    text = re.sub(r"ssl_certificate .*;", f"ssl_certificate {certificate};", text)
    text = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {key};", text)
    text = text.replace("/etc/nginx/visavis-proxy.conf", f"{tmp_path}/proxy.conf")
    text = re.sub(r"listen (\[::\]:)?[\d.:]+", _anywhere, text)
    (tmp_path / "site.conf").write_text(text)
    shutil.copy(ROOT / "deploy/visavis-proxy.conf", tmp_path / "proxy.conf")
    (tmp_path / "main.conf").write_text(MAIN.format(folder=tmp_path))
    tried = subprocess.run(
        [str(NGINX), "-t", "-q", "-p", tmp_path, "-c", tmp_path / "main.conf"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert tried.returncode == 0, tried.stderr


def _anywhere(match: re.Match[str]) -> str:
    return f"listen {match[1] or '127.0.0.1:'}{free_port()}"
