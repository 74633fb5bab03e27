"""What is asked of a page that is open: does it fit, in long words too and mirrored,
and does the keyboard reach all of it, visibly?"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.live.widths import TOO_WIDE

NARROW, HEIGHT = 320, 640
"""What is left of a screen of 1280 pixels at a zoom of 400 %."""
LONGER = 0.35

LENGTHEN = """(share) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, time, .plate-h")) continue;
    node.data = node.data.replace(/\\p{L}{3,}/gu, (word) =>
      word + word.slice(0, Math.ceil(word.length * share)).toLowerCase());
  }
}"""
"""Each word by a third, as German is longer than English; hours stay hours."""

TOO_LEFT = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.left < -1 && !e.closest(".vh, .skip")
      && getComputedStyle(e).position !== "absolute";
  })
  .slice(0, 4).map((e) => e.tagName + "." + e.className + " to the left")"""

OVERLAPPING = """() => {
  const all = [...document.querySelectorAll(
      "main :is(a, button, input, select, textarea, summary)")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true })
      && getComputedStyle(e).opacity !== "0" && !e.closest(".vh, .bar, [popover]")
      && getComputedStyle(e).position !== "absolute");
  const boxes = all.map((e) => e.getBoundingClientRect());
  const found = [];
  for (let i = 0; i < all.length; i++) for (let j = i + 1; j < all.length; j++) {
    const [a, b] = [boxes[i], boxes[j]];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 2 && !all[i].contains(all[j]) && !all[j].contains(all[i]))
      found.push([all[i], all[j]].map((e) => e.outerHTML.slice(0, 60)).join(" over "));
  }
  return found.slice(0, 4);
}"""

EXPECTED = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary,"
    + " [tabindex='0']";
  const found = [...document.querySelectorAll(all)].filter((e) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0
    && !e.closest("[inert]"));
  for (const e of found) {
    // Of radio buttons with one name the arrows choose: the group is one stop.
    const group = e.type === "radio" && `${e.form?.id} ${e.name}`;
    e.dataset.stop = group || `stop ${found.indexOf(e)}`;
  }
  return [...new Set(found.map((e) => e.dataset.stop))];
}"""

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || !e.dataset.stop) return null;
  const around = [e, e.nextElementSibling, e.parentElement, ...(e.labels ?? [])];
  const ringed = around.some((one) => {
    const style = one && getComputedStyle(one);
    const isOutlined = style && style.outlineStyle !== "none";
    return style && ((isOutlined && parseFloat(style.outlineWidth) > 0)
      || /inset|0px 0px 0px [1-9]/.test(style.boxShadow));
  });
  const shown = [e, ...(e.labels ?? [])].some((one) => {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const corners = [[box.left + 3, box.top + 3], [box.right - 3, box.bottom - 3]];
    return [[x, y], ...corners].some(([left, top]) => {
      const seen = document.elementFromPoint(left, top);
      return seen && (one.contains(seen) || seen.contains(one));
    });
  });
  return { stop: e.dataset.stop, name: e.outerHTML.slice(0, 90), ringed, shown };
}"""


NAMED = """(stop) =>
  document.querySelector(`[data-stop="${stop}"]`).outerHTML.slice(0, 90)"""


def too_wide(page: Page) -> list[str]:
    """Whatever is cut off, or scrolls the page sideways, at 320 pixels."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    return [*page.evaluate(TOO_WIDE)]


def too_long(page: Page) -> list[str]:
    """The same, once each word is longer by a third. The page stays so."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.evaluate(LENGTHEN, LONGER)
    return [*page.evaluate(TOO_WIDE), *page.evaluate(OVERLAPPING)]


def mirrored(page: Page) -> list[str]:
    """The same from right to left. The page is as it was afterwards."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.evaluate("document.documentElement.dir = 'rtl'")
    found = [page.evaluate(one) for one in (TOO_WIDE, TOO_LEFT, OVERLAPPING)]
    page.evaluate("document.documentElement.removeAttribute('dir')")
    return [told for some in found for told in some]


def by_keyboard(page: Page) -> list[str]:
    """Whatever Tab does not reach, or reaches without showing where one is."""
    left = set(page.evaluate(EXPECTED))
    wrong: list[str] = []
    for _ in range(2 * len(left) + 4):
        if not left:
            break
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found["stop"] not in left:
            continue
        left.remove(found["stop"])
        if not found["ringed"]:
            wrong.append(f"no ring: {found['name']}")
        if not found["shown"]:
            wrong.append(f"hidden: {found['name']}")
    names = (
        "one => document.querySelector(`[data-stop='${one}']`).outerHTML.slice(0, 90)"
    )
    return wrong + [f"not reached: {page.evaluate(names, one)}" for one in sorted(left)]
