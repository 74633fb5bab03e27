"""Pictures of strangers are drawn again, shown to all, and gone with their row."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest
from django.test import Client, override_settings
from PIL import Image

from booking.rota.leaving import end_departures, leave
from stores.editing.portraits import remove_portrait, set_portrait
from stores.errors import PictureRefused
from stores.files import uploads
from stores.files.door import put_file, remove_loose, storage
from stores.models import Brand, LooseFile, StaffMember, StoredFile
from stores.tasks import erase_what_is_due
from tests.booking.at_the_desk import signed_in
from tests.booking.brought.hostile import bomb
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
SECRET = b"taken at home"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files = settings.STORAGES["files"] | {"OPTIONS": {"location": str(tmp_path)}}
    with override_settings(STORAGES=settings.STORAGES | {"files": files}):
        yield tmp_path


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 30)) -> bytes:
    """Red on the left, blue on the right; taken with the camera on its side."""
    drawn = Image.new("RGB", size, "red")
    drawn.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn it by 90 degrees
    exif[0x010E] = SECRET.decode()
    stream = io.BytesIO()
    drawn.save(stream, format=form, exif=exif)
    return stream.getvalue() + b"<script>" + SECRET


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def shown(person: StaffMember) -> StoredFile:
    person.refresh_from_db()
    assert person.photo is not None
    return person.photo


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_square_upright_and_says_nothing(
    world: World, folder: Path, form: str
) -> None:
    bob = world.bob.staff_member
    set_portrait(staff_member=bob, content=picture(form), now=now_utc())
    answer = Client().get(f"/files/{shown(bob).pk}")
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert SECRET not in answer.content
    with Image.open(io.BytesIO(answer.content)) as found:
        assert (found.size, found.getexif()) == ((384, 384), Image.Exif())
        top, below = (found.convert("RGB").getpixel((192, y)) for y in (20, 360))
    assert isinstance(top, tuple) and isinstance(below, tuple)
    assert top[0] > top[2] + 140
    assert below[2] > below[0] + 140
    (path,) = on_disk(folder)
    assert not {"bob", "portrait.jpg"} & {part.lower() for part in path.parts}


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "no_picture"),
        (b"<svg onload='alert(1)'/>", "no_picture"),
        (b"GIF89a" + b"\0" * 90, "no_picture"),
        (picture()[:200], "no_picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 60, "heic"),
        (b"\0\0\0\x1cftypavif" + b"\0" * 60, "no_picture"),
        (bomb(), "pixels"),
        (b"x" * (12 * 2**20 + 1), "bytes"),
    ],
    ids=["nothing", "script", "gif", "half", "heic", "avif", "bomb", "too large"],
)
def test_what_is_no_picture_is_refused_and_not_kept(
    world: World, folder: Path, content: bytes, cause: str
) -> None:
    bob = world.bob.staff_member
    set_portrait(staff_member=bob, content=picture(), now=now_utc())
    before = shown(bob)
    with pytest.raises(PictureRefused) as refused:
        set_portrait(staff_member=bob, content=content, now=now_utc())
    assert refused.value.cause == cause
    assert shown(bob) == before
    assert len(on_disk(folder)) == 1


def test_a_picture_of_a_hundred_megapixels_is_refused(world: World) -> None:
    stream = io.BytesIO()
    Image.new("1", (10_001, 10_000)).save(stream, format="PNG")
    with pytest.raises(PictureRefused) as refused:
        set_portrait(
            staff_member=world.bob.staff_member,
            content=stream.getvalue(),
            now=now_utc(),
        )
    assert refused.value.cause == "pixels"


def test_what_nobody_uses_any_more_is_gone_from_the_disk(
    world: World, folder: Path
) -> None:
    """The earlier picture, one that was never shown, and what a kill left between the
    file and its row."""
    now, bob = now_utc(), world.bob.staff_member
    for _ in range(2):
        set_portrait(staff_member=bob, content=picture(), now=now)
    kind = StoredFile.Kind.IMPORT
    put_file(
        brand=world.brand, kind=kind, content=b"a;b", content_type="text/csv", now=now
    )
    LooseFile.objects.create(name="1/portrait/killed.webp", since=now - 2 * HOUR)
    (folder / "1" / "portrait").mkdir(parents=True, exist_ok=True)
    (folder / "1" / "portrait" / "killed.webp").write_bytes(b"x")
    assert len(on_disk(folder)) == 4
    StoredFile.objects.filter(kind=kind).update(erase_after=now)
    erase_what_is_due()
    assert len(on_disk(folder)) == 3
    assert remove_loose(now=now + 2 * HOUR) == 2
    (path,) = on_disk(folder)
    assert shown(bob).name.endswith(path.name)
    remove_portrait(staff_member=bob)
    remove_loose(now=now + 2 * HOUR)
    assert on_disk(folder) == []
    bob.refresh_from_db()
    assert bob.photo is None


def test_what_is_not_for_everybody_has_no_address(world: World) -> None:
    """Neither a list to import nor a picture of a brand that is closed."""
    now = now_utc()
    row = put_file(
        brand=world.brand,
        kind=StoredFile.Kind.IMPORT,
        content=b"name;phone",
        content_type="text/csv",
        now=now,
    )
    bob = world.bob.staff_member
    set_portrait(staff_member=bob, content=picture(), now=now)
    assert Client().get(f"/files/{row.pk}").status_code == 404
    assert Client().get(f"/files/{shown(bob).pk}").status_code == 200
    Brand.objects.filter(pk=world.brand.pk).update(active=False)
    assert Client().get(f"/files/{shown(bob).pk}").status_code == 404
    Brand.objects.filter(pk=world.brand.pk).update(active=True)
    storage().delete(shown(bob).name)
    assert Client().get(f"/files/{shown(bob).pk}").status_code == 404


def test_who_has_left_is_shown_for_a_month(world: World) -> None:
    now, bob = now_utc(), world.bob.staff_member
    set_portrait(staff_member=bob, content=picture(), now=now)
    today = now.astimezone(world.store.zone).date()
    leave(staff_member=bob, last_day=today, user=world.dora, now=now)
    assert shown(bob).erase_after is None
    ended = now + 48 * HOUR
    assert end_departures(now=ended) == 1
    assert shown(bob).erase_after == ended + dt.timedelta(days=30)


def test_a_photograph_is_sent_shown_and_removed_at_the_desk(world: World) -> None:
    client, bob = signed_in(world.dora), world.bob.staff_member
    page = f"/desk/team/{bob.pk}/"
    sent = SimpleUploadedFile("me.jpg", picture(), "image/jpeg")
    answer = client.post(f"{page}photo/", {"photo": sent}, follow=True)
    source = f'src="/files/{shown(bob).pk}"'
    assert source in answer.content.decode()
    assert source in client.get(f"/desk/team/?store={world.store.pk}").content.decode()
    answer = client.post(f"{page}photo/remove/", follow=True)
    assert source not in answer.content.decode()
    bob.refresh_from_db()
    assert bob.photo is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Choose a photograph first."),
        (b"no picture", "a JPEG, PNG or WebP."),
        (b"x" * 13 * 2**20, "12 megabytes."),
        (b"x" * 33 * 2**20, "12 megabytes."),
    ],
    ids=["none", "no picture", "too large", "beyond all limits"],
)
def test_a_refused_photograph_says_why(
    world: World, content: bytes | None, words: str
) -> None:
    client, bob = signed_in(world.dora), world.bob.staff_member
    sent = {} if content is None else {"photo": SimpleUploadedFile("x.jpg", content)}
    answer = client.post(f"/desk/team/{bob.pk}/photo/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_of_a_file_without_end_no_more_is_read(world: World) -> None:
    """The rest is not written to a disk, whatever the form says about its length."""
    handler = uploads.LimitedUpload(HttpRequest())
    chunk, taken = b"x" * 2**20, 0
    with pytest.raises(StopUpload):
        for _ in range(100):
            taken += len(handler.receive_data_chunk(chunk, taken))
    assert taken == uploads.MOST_SENT
