"""Whatever a page or a message says, it says in French too."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import PACKAGES
from tests.house.words import catalogue_of, missing_from, words_of

PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w*)\}")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_word_has_its_french(package: str) -> None:
    missing = [f"{word.places[0]}: {word.id!r}" for word in missing_from(package)]
    assert not missing, "\n".join(
        [*missing, f"(python -m tests.house.words {package} prints them)"]
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_translation_keeps_its_placeholders(package: str) -> None:
    for message in catalogue_of(package):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        wanted = {found for text in ids for found in PLACEHOLDER.findall(text)}
        said = message.string or ""
        for text in [said] if isinstance(said, str) else said:
            # A plural form may leave the number out ("une heure"), never add one.
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id
            if len(ids) == 1 and text:
                assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_over(package: str) -> None:
    used = {(word.context, word.id) for word in words_of(package)}
    for message in catalogue_of(package):
        if message.id:
            assert (message.context, message.id) in used, message.id
