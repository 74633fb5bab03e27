"""Hostile files sent as photographs: `./run torture photos`.

Each kind of `tests.booking.brought.hostile` is sent to the form of a hold, a hundred
times and each time otherwise: bytes changed, cut off or put behind, a name and a type
that lie. What the page serves afterwards is compared with what came.

Keys: `kinds`, `sent`, `refused`, `served`; `as_it_came` (served with the file's own
bytes or its mark), `with_words` (served with metadata or a second frame), `other`
(answers beside "taken" and "refused in words"), `left` (files that stay on the disk
when the photo is removed), `above_memory` (whether a drawing program had more memory
than its limit); `memory_mib` (most that one took).
"""

from __future__ import annotations

import io
import logging
import random
import resource
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from booking.models import Photo
from stores.files.door import UNUSED_FOR, remove_loose
from stores.files.redraw import MEMORY
from tests.booking.brought.hostile import HEAVY, MARK, REDRAWN, REFUSED
from tests.booking.customer.walking import held
from tests.cast import now_utc
from tests.torture._place import chosen, own_database, report, say, world_by_day

BAD = ("as_it_came", "with_words", "other", "left", "above_memory")
NAMES = ("photo.jpg", "../../photo.html", "photo.php\0.png", "a" * 300 + ".svg", "x")
TYPES = ("image/jpeg", "text/html", "image/svg+xml", "application/x-php", "")
WORDS = {"icc_profile", "xmp", "exif", "comment"}


def changed(content: bytes, draw: random.Random) -> bytes:
    """The file as it is, or with something about it that no program wrote."""
    how = draw.randrange(4)
    if how == 0 or len(content) < 8:
        return content + draw.randbytes(draw.randrange(64))
    if how == 1:
        return content[: draw.randrange(8, len(content) + 1)]
    if how == 2:
        return content
    found = bytearray(content)
    for _ in range(draw.randrange(1, 6)):
        found[draw.randrange(4, len(found))] = draw.randrange(256)
    return bytes(found)


class Sender:
    """A visitor who sends files to the form of a hold."""

    def __init__(self, folder: Path) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.page = held(self.client, world_by_day())
        self.folder = folder
        self.seen: Counter[str] = Counter()

    def send(self, content: bytes, draw: random.Random) -> None:
        cache.clear()  # how often one may send is not what is looked at here
        name, kind = draw.choice(NAMES), draw.choice(TYPES)
        sent = SimpleUploadedFile(name, content, kind)
        answer = self.client.post(f"{self.page}photos/", {"photos": sent, "add": "1"})
        self.seen["sent"] += 1
        photo = Photo.objects.all_brands().first()
        if photo is not None:
            self.look_at(photo, content)
        elif b'id="id_photos_error"' in answer.content:
            self.seen["refused"] += 1
        else:
            self.seen["other"] += 1
            say(f"answered {answer.status_code} without a word")
        if photo is not None:
            self.client.post(f"{self.page}photos/", {"remove": photo.pk.hex})
        remove_loose(now=now_utc() + 2 * UNUSED_FOR)
        self.seen["left"] += sum(path.is_file() for path in self.folder.rglob("*"))

    def look_at(self, photo: Photo, content: bytes) -> None:
        answer: Any = self.client.get(f"{self.page}photos/{photo.pk}/")
        self.seen["served"] += 1
        is_own = MARK in answer.content or content in answer.content
        self.seen["as_it_came"] += is_own or answer["Content-Type"] != "image/webp"
        with Image.open(io.BytesIO(answer.content)) as found:
            has_words = found.getexif() or WORDS & found.info.keys()
            frames = getattr(found, "n_frames", 1)
        self.seen["with_words"] += bool(has_words) or frames != 1


def main(argv: list[str]) -> int:
    choice = chosen("photos", argv)
    times = choice.pick(3, 100)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    kinds = REFUSED | REDRAWN | HEAVY
    with tempfile.TemporaryDirectory() as name:
        files = settings.STORAGES["files"] | {"OPTIONS": {"location": name}}
        changes = settings.STORAGES | {"files": files}
        with own_database(), override_settings(STORAGES=changes):
            sender = Sender(Path(name))
            for kind, make in kinds.items():
                draw = random.Random(f"{choice.seed} {kind}")
                for _ in range(times):
                    sender.send(changed(make(), draw), draw)
                say(f"{kind}: {dict(sender.seen)}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    sender.seen["above_memory"] = int(most > MEMORY)
    return report(
        choice,
        dict.fromkeys(BAD, 0),
        kinds=len(kinds),
        **{name: sender.seen[name] for name in ("sent", "refused", "served", *BAD)},
        memory_mib=round(most / 2**20),
    )
