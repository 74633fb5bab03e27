"""A browser in words: what its owner knows it by in the list of sessions."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""Sign in the header, and name; of several that fit, the first counts: each browser
names those that it wants to be taken for, too."""


def device_of(user_agent: str) -> str:
    """`Firefox/Android`; a part that is not recognised is empty."""
    return f"{_name(user_agent, BROWSERS)}/{_name(user_agent, SYSTEMS)}"


def _name(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
