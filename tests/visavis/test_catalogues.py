"""Translations are compiled from what is committed, without gettext."""

import gettext
from pathlib import Path

import pytest

from visavis.devstack.catalogues import compile_stale, stale_catalogues
from visavis.devstack.messages import StartError

FRENCH = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Time"
msgstr "Heure"

#, fuzzy
msgid "Store"
msgstr "Peut-être"
"""


def catalogue(root: Path, text: str) -> Path:
    folder = root / "booking" / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "django.po"
    po.write_text(text)
    return po


def test_a_stale_catalogue_is_compiled_once(tmp_path: Path) -> None:
    po = catalogue(tmp_path, FRENCH)
    compile_stale(tmp_path)
    with po.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("Time") == "Heure"
    assert words.gettext("Store") == "Store", "a fuzzy entry is no translation"
    assert stale_catalogues(tmp_path) == []
    assert list(po.parent.glob("*.mo.*")) == []


def test_a_broken_catalogue_is_one_line_with_its_name(tmp_path: Path) -> None:
    po = catalogue(tmp_path, 'msgid "Time"\nmgsstr "Heure"\n')
    with pytest.raises(StartError, match=r"does not compile: .*django\.po") as refusal:
        compile_stale(tmp_path)
    assert "\n" not in str(refusal.value)
    assert not po.with_suffix(".mo").exists()
