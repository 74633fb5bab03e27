"""Charts drawn on the server, beside the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, BELOW = 480, 160, 24
BAR, GAP = 20, 16


def bars(rows: Sequence[tuple[str, int | None]]) -> SafeString:
    """One bar a row, the longest as wide as the chart; None is a number that is
    hidden."""
    most = max((number or 0 for _, number in rows), default=0) or 1
    drawn = format_html_join(
        "",
        '<text x="0" y="{}">{}</text><rect x="180" y="{}" width="{}" height="{}"/>',
        (
            (
                place * (BAR + GAP) + 15,
                label,
                place * (BAR + GAP),
                round((WIDTH - 180) * (number or 0) / most),
                BAR,
            )
            for place, (label, number) in enumerate(rows)
        ),
    )
    height = max(1, len(rows)) * (BAR + GAP)
    return _svg("bars", height, drawn)


def line(points: Sequence[tuple[str, int | None]]) -> SafeString:
    """Percents over time, from 0 to 100; a hole where too little is known."""
    step = (WIDTH - 60) / max(1, len(points) - 1)
    places = [
        (round(40 + step * n), _height(percent), label, percent)
        for n, (label, percent) in enumerate(points)
    ]
    grid = format_html_join(
        "",
        '<path class="grid" d="M40 {0}H{1}"/><text x="0" y="{2}">{3}</text>',
        (
            (_height(mark), WIDTH - 20, _height(mark) + 5, f"{mark} %")
            for mark in (0, 50, 100)
        ),
    )
    known = [(x, y) for x, y, _, percent in places if percent is not None]
    path = "M" + "L".join(f"{x} {y}" for x, y in known) if known else ""
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="4"/>', known)
    ends = [places[0], places[-1]] if len(places) > 1 else places
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (x, HEIGHT + BELOW - 6, "start" if n == 0 else "end", label)
            for n, (x, _, label, _percent) in enumerate(ends)
        ),
    )
    drawn = format_html('{}<path class="line" d="{}"/>{}{}', grid, path, dots, labels)
    return _svg("over-time", HEIGHT + BELOW, drawn)


def _height(percent: int | None) -> int:
    return round(10 + (HEIGHT - 20) * (100 - (percent or 0)) / 100)


def _svg(kind: str, height: int, drawn: SafeString) -> SafeString:
    return format_html(
        '<svg class="drawn {}" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>',
        kind,
        WIDTH,
        height,
        drawn,
    )
