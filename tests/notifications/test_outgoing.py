"""Calls to other people's servers never reach into our own network."""

from __future__ import annotations

import pytest

from notifications.channels.outgoing import call
from notifications.errors import DeliveryError


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/",
        "https://169.254.169.254/latest", "https://[::1]/", "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[2002:0a00:0001::]/", "https://0/",
        "https://2130706433/", "https://100.64.0.1/", "https://224.0.0.1/",
        "http://192.0.2.1/", "ftp://192.0.2.1/", "file:///etc/passwd", "https:///",
        "https://user@192.0.2.1/", "https://192.0.2.1:99999/", "nothing",
    ],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        call("POST", url, body=b"{}", headers={})
    assert (refused.value.code, refused.value.permanent) == ("address_refused", True)
