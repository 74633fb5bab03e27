"""The lists that the words are drawn from: public ones (BIP 39), less what is no word
for a telephone.

Out go the words of `stops`, short ones, words that a text message cannot hold, and of
words that sound alike all but the first. So any two words of a list are told apart on a
bad line, and a pair never has two that are alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from booking.spoken.stops import STOPS

SHORTEST = 4
_SOURCES = {"fr": "french", "en": "english"}
_SENDABLE = re.compile("[a-zàèéìòù]+")
"""Small letters of the basic alphabet of text messages."""

Rules = Sequence[tuple[re.Pattern[str], str]]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return [(re.compile(found), sound) for found, sound in pairs]


_FRENCH = _rules(
    ("ph", "f"), ("s?ch", "S"), ("gn", "N"), ("gu(?=[eéèiy])|gg", "g"),
    ("qu|q|k", "K"), ("(?<=[aeiouyéè])s(?=[aeiouyéè])", "z"), ("s?c(?=[eéèiy])", "s"),
    ("K|c|x", "k"), ("g(?=[eéèiy])", "j"), ("h", ""),
    ("(er|ez|et|ed)$", "é"), ("ill|il$", "Y"), ("[dtspxz]+$", ""),
    ("eau|au", "o"), ("oin", "w2"), ("(ai|ei|[iyu])[nm](?![aeiouyéènm])", "2"),
    ("[ae][nm](?![aeiouyéènm])", "1"), ("o[nm](?![aeiouyéènm])", "3"),
    ("ai|ay|ei|ey|[éè]", "E"), ("eu|oe", "e"), ("oi|oy", "wA"), ("ou", "u"),
    ("y", "i"), ("(?<!^)e", ""),
)  # fmt: skip
_ENGLISH = _rules(
    ("^kn|^gn", "n"), ("^wr", "r"), ("^wh", "w"), ("ough|augh", "o"), ("igh", "y"),
    ("gh", ""), ("ph", "f"), ("tch|ch|sh|s?sion|tion|cion", "S"), ("th", "T"),
    ("dge", "j"), ("ck|qu|q", "k"), ("s?c(?=[eiy])", "s"), ("c|x", "k"),
    ("g(?=[eiy])", "j"), ("h", ""), ("mb$", "m"), ("(ai|ea|ei|ee)r|are$", "Ir"),
    ("(?<=[bcdfgjklmnpqrstvwxzST])e$", ""), ("w(?![aeiouy])", ""),
    ("ee|ea|ie|ei|ey|[yi]", "I"), ("oo|ou|ow|oa|oe|au|aw|[ou]", "U"),
    ("ai|ay|[ae]", "A"),
)  # fmt: skip
_SOUNDS = {"fr": _FRENCH, "en": _ENGLISH}
_ALIKE_ON_A_LINE = str.maketrans("bdgvzj", "ptkfsS")
"""A telephone carries little of what tells the voiced ones from the others."""


def sound_of(word: str, language: str) -> str:
    """Returns the rough sound of a word: equal where two might be taken for one."""
    for pattern, sound in _SOUNDS[language]:
        word = pattern.sub(sound, word)
    return re.sub(r"(.)\1+", r"\1", word.translate(_ALIKE_ON_A_LINE))


def list_for(language: str) -> str:
    """The name of the list of an appointment's language: French, else English."""
    return "fr" if language.startswith("fr") else "en"


@cache
def words_in(language: str) -> tuple[str, ...]:
    """The words of `fr` or `en`, in the order of the source. Read once per process,
    when the first pair is asked for."""
    source = files("mnemonic") / "wordlist" / f"{_SOURCES[language]}.txt"
    text = unicodedata.normalize("NFC", source.read_text(encoding="utf-8"))
    kept: dict[str, str] = {}
    for word in text.split():
        good = len(word) >= SHORTEST and _SENDABLE.fullmatch(word)
        if good and word not in STOPS[language]:
            kept.setdefault(sound_of(word, language), word)
    return tuple(kept.values())


@cache
def longest_words(language: str) -> str:
    """Returns two of the longest words of the list, to know how much room they take."""
    first, second, *_ = sorted(words_in(language), key=len, reverse=True)
    return f"{first}, {second}"
