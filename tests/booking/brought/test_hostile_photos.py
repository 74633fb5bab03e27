"""No file of a stranger is served as it came; `./run torture photos` sends many."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from booking.models import Photo
from tests.booking.brought.hostile import MARK, REDRAWN, REFUSED
from tests.booking.customer.walking import ALICE, held
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files = settings.STORAGES["files"] | {"OPTIONS": {"location": str(tmp_path)}}
    with override_settings(STORAGES=settings.STORAGES | {"files": files}):
        yield tmp_path


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_is_refused_beside_its_field_and_words_stay(
    client: Client, world: World, folder: Path, kind: str
) -> None:
    page = held(client, world)
    sent = SimpleUploadedFile("photo.jpg", REFUSED[kind](), "image/jpeg")
    answer = client.post(page, ALICE | {"question": "Which bike?", "photos": sent})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_photos_error"' in text
    assert "Which bike?" in text
    assert 'value="Alice Moreau"' in text
    assert not Photo.objects.all_brands().exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", REDRAWN)
def test_of_what_is_a_picture_too_only_the_picture_is_served(
    client: Client, world: World, kind: str
) -> None:
    page, content = held(client, world), REDRAWN[kind]()
    sent = SimpleUploadedFile("../../photo.html", content, "text/html")
    assert (
        client.post(f"{page}photos/", {"photos": sent, "add": "1"}).status_code == 200
    )
    photo = Photo.objects.all_brands().get()
    answer = client.get(f"{page}photos/{photo.pk}/")
    assert answer.status_code == 200
    assert MARK not in answer.content
    assert content not in answer.content
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'inline; filename="photo-1.webp"'
    with Image.open(io.BytesIO(answer.content)) as found:
        assert not found.getexif()
        assert getattr(found, "n_frames", 1) == 1
        assert found.info.keys().isdisjoint({"icc_profile", "xmp", "exif", "comment"})
