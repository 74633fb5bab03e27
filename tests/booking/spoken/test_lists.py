"""The lists of words: which remain, and that none is taken for another."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from unicodedata import normalize

import pytest

from booking.spoken.lists import longest_words, sound_of, words_in
from booking.spoken.stops import STOPS
from notifications.content.texting import length_of

LISTS = {
    "fr": (1363, "8eeae8d4eca23183"),
    "en": (1102, "8ebb86afc6a258e2"),
}
ALIKE = (
    ("fr", "aborder", "apporter"), ("fr", "chouette", "chute"),
    ("en", "pair", "pear"), ("en", "right", "write"), ("en", "whale", "wall"),
)  # fmt: skip
APART = (("fr", "lapin", "sapin"), ("fr", "lilas", "comète"), ("en", "moon", "spoon"))


@pytest.mark.parametrize("language", LISTS)
def test_the_lists_are_those_that_told_pairs_were_drawn_from(language: str) -> None:
    """Another list makes another pair of each that somebody holds in their hands."""
    words = words_in(language)
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
    assert (len(words), digest[:16]) == LISTS[language]


@pytest.mark.parametrize("language", LISTS)
def test_no_two_words_of_a_list_sound_alike(language: str) -> None:
    words = words_in(language)
    assert len({sound_of(word, language) for word in words}) == len(words)


@pytest.mark.parametrize(("language", "one", "other"), ALIKE)
def test_of_words_that_sound_alike_one_is_left(
    language: str, one: str, other: str
) -> None:
    assert sound_of(one, language) == sound_of(other, language)
    assert not {one, other} <= set(words_in(language))


@pytest.mark.parametrize(("language", "one", "other"), APART)
def test_words_that_differ_in_one_strong_sound_are_kept_apart(
    language: str, one: str, other: str
) -> None:
    assert sound_of(one, language) != sound_of(other, language)


@pytest.mark.parametrize("language", LISTS)
def test_stopped_words_are_words_of_the_source_and_gone(language: str) -> None:
    """A misspelt one would stop nothing."""
    name = {"fr": "french", "en": "english"}[language]
    source = files("mnemonic") / "wordlist" / f"{name}.txt"
    known = set(normalize("NFC", source.read_text(encoding="utf-8")).split())
    assert STOPS[language] <= known
    assert not STOPS[language] & set(words_in(language))


@pytest.mark.parametrize("language", LISTS)
def test_a_text_message_holds_every_word(language: str) -> None:
    words = words_in(language)
    assert all(length_of(word) == len(word) for word in words)
    assert max(map(len, words)) <= 8
    assert len(longest_words(language)) == 18
