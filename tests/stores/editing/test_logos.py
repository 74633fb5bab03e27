"""The logo of a brand: shown in the place of ours, replaced, and gone again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from PIL import Image

from stores.editing.logos import MOST_BYTES, remove_logo, set_logo
from stores.errors import LogoRefused
from stores.models import Brand, StoredFile
from tests.cast import World, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db
SVG = b"""\xef\xbb\xbf<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>"""
SECRET = b"made at home"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files = settings.STORAGES["files"] | {"OPTIONS": {"location": str(tmp_path)}}
    with override_settings(STORAGES=settings.STORAGES | {"files": files}):
        yield tmp_path


def png(size: tuple[int, int] = (60, 30)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", size, (23, 64, 139, 128)).save(stream, format="PNG")
    return stream.getvalue()


def show(brand: Brand, content: bytes, *, dark: bool = False) -> StoredFile:
    row = set_logo(brand=brand, content=content, dark=dark, now=now_utc())
    brand.refresh_from_db()
    return row


def test_a_drawing_is_shown_to_all_and_can_do_nothing(world: World) -> None:
    row = show(world.brand, SVG)
    assert world.brand.logo == row
    answer = Client().get(f"/files/{row.pk}")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    page = Client().get(f"/{world.brand.slug}/").text
    assert f'<p class="shop"><img class="logo" src="/files/{row.pk}" alt="">' in page


def test_a_picture_is_drawn_again_and_stays_transparent(world: World) -> None:
    row = show(world.brand, png((1280, 400)) + b"<script>" + SECRET)
    answer = Client().get(f"/files/{row.pk}")
    assert answer["Content-Type"] == "image/png"
    assert SECRET not in answer.content
    with Image.open(io.BytesIO(answer.content)) as found:
        assert (found.size, found.mode) == ((640, 200), "RGBA")


def test_dark_pages_may_have_another(world: World) -> None:
    light, dark = show(world.brand, SVG), show(world.brand, png(), dark=True)
    page = Client().get(f"/{world.brand.slug}/").text
    assert f'srcset="/files/{dark.pk}" media="(prefers-color-scheme:dark)"' in page
    assert f'src="/files/{light.pk}"' in page
    remove_logo(brand=world.brand, dark=True)
    world.brand.refresh_from_db()
    assert (world.brand.logo, world.brand.logo_dark) == (light, None)


def test_replaced_and_removed_nothing_of_it_stays(world: World) -> None:
    first = show(world.brand, SVG)
    second = show(world.brand, png())
    assert not StoredFile.objects.all_brands().filter(pk=first.pk).exists()
    assert world.brand.logo == second
    show(world.brand, SVG, dark=True)
    remove_logo(brand=world.brand, dark=False)
    world.brand.refresh_from_db()
    assert (world.brand.logo_id, world.brand.logo_dark_id) == (None, None)
    assert not StoredFile.objects.all_brands().exists()
    assert 'class="logo"' not in Client().get(f"/{world.brand.slug}/").text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no_logo"),
        (b"<html><script>alert(1)</script></html>", "no_logo"),
        (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>", "no_logo"),
        (b"GIF89a", "no_logo"),
        (SVG.replace(b"<path", b"<script/><path"), "acts"),
        (SVG.replace(b"<path", b'<image href="//x"/><path'), "elsewhere"),
        (b" " * MOST_BYTES + SVG, "bytes"),
        (png((10_001, 10_000)), "pixels"),
    ],
    ids=["nothing", "html", "png", "gif", "script", "picture", "large", "pixels"],
)
def test_what_is_no_logo_is_refused_and_the_earlier_stays(
    world: World, folder: Path, content: bytes, why: str
) -> None:
    before = show(world.brand, SVG)
    with pytest.raises(LogoRefused) as refused:
        show(world.brand, content)
    assert refused.value.why == why
    world.brand.refresh_from_db()
    assert world.brand.logo == before
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_the_dark_one_comes_second(world: World) -> None:
    with pytest.raises(LogoRefused) as refused:
        show(world.brand, SVG, dark=True)
    assert refused.value.why == "light_first"


def test_a_brand_never_shows_the_file_of_another(world: World) -> None:
    foreign = show(world.other_brand, SVG)
    for column in ("logo", "logo_dark"):
        with refused_by(f"stores_brand_{column}_id_same_brand"):
            Brand.objects.filter(pk=world.brand.pk).update(**{column: foreign})
            connection.check_constraints()
