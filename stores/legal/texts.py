"""The texts that stand: ours until a brand publishes its own."""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from stores.legal.facts import conformity_words, values_of
from stores.legal.markup import html_of
from stores.models import Brand, LegalKind

OURS = ("fr", "en")
TITLES: dict[str, str | Promise] = {
    LegalKind.PRIVACY: gettext_lazy("Your data"),
    LegalKind.ACCESSIBILITY: gettext_lazy("Accessibility"),
    LegalKind.TERMS: gettext_lazy("Terms"),
}


def text_language(brand: Brand, language: str = "") -> str:
    """The language in which a text of the brand is shown: the one given or active if
    the brand has it, else the brand's main one."""
    wanted = (language or get_language() or "fr").split("-")[0]
    if wanted in brand.languages or not brand.languages:
        return wanted
    return brand.main_language


def version_of(brand: Brand, kind: str, language: str = "") -> int:
    """The version that stands; 0 is ours. Asks nothing: the brand's row carries it."""
    found = brand.legal.get(kind, {}).get(text_language(brand, language), 0)
    return found if isinstance(found, int) else 0


@lru_cache
def our_text(kind: str, language: str) -> str:
    """With its placeholders, as a brand would write it. In English for a language in
    which we have none."""
    known = language if language in OURS else "en"
    name = f"stores/legal/ours/{LegalKind(kind).value}-{known}.txt"
    source: str = get_template(name).template.source  # type: ignore[attr-defined]
    return source.strip()


def shown(body: str, brand: Brand, language: str) -> SafeString:
    """The text with the facts of the brand, in the text's language."""
    with translation.override(language):
        return html_of(body, values_of(brand))


def pages_of(brand: Brand) -> list[tuple[str, str]]:
    """Kind and words of each; of accessibility the words say its state, as the law
    wants it on the first page. Asks nothing: the brand's row carries it."""
    state = _("Accessibility: %(state)s") % {"state": conformity_words(brand)}
    named = {LegalKind.ACCESSIBILITY: state}
    return [(kind.value, str(named.get(kind, TITLES[kind]))) for kind in LegalKind]
