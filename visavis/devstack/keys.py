"""The secrets of a development copy: made once, kept in the state folder, mode 600."""

import json
import secrets
from pathlib import Path

from visavis.devstack.state import write_private

NAMES = ("SECRET_KEY", "LINK_KEYS", "MEDIA_CONTROL_KEY")


def _fresh(name: str) -> str:
    value = secrets.token_hex(32)
    return f"1:{value}" if name == "LINK_KEYS" else value


def keys(folder: Path) -> dict[str, str]:
    """The copy's keys by environment name; absent ones are made and written."""
    path = folder / "keys.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    complete = {name: known.get(name) or _fresh(name) for name in NAMES}
    if complete != known:
        write_private(path, json.dumps(complete, indent=2) + "\n")
    return complete
