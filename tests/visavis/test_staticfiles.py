"""Production can collect its files, and its modules find each other by hashed name."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "visavis.staticfiles.ModuleManifestStorage"},
}


def test_every_import_of_our_modules_leads_to_a_collected_file(tmp_path: Path) -> None:
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=str(tmp_path)):
        call_command("collectstatic", interactive=False, verbosity=0)
    rooms = [*(tmp_path / "video").glob("vv-room.????????????.js")]
    assert len(rooms) == 1
    imports = re.findall(r'(?:from|import) ?"(\.[^"]+)"', rooms[0].read_text())
    assert len(imports) >= 8
    for name in imports:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name), name
        assert (rooms[0].parent / name).exists(), name
