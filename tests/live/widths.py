"""Questions to a page: is anything wider than the screen, or scrolled by nobody?"""

from __future__ import annotations

TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  const inside = (e) => {
    for (let p = e.parentElement; p; p = p.parentElement) {
      const flow = getComputedStyle(p).overflowX;
      if (flow === "auto" || flow === "scroll" || flow === "hidden") return true;
    }
    return false;
  };
  const found = [];
  if (document.documentElement.scrollWidth > most) found.push("the page");
  for (const e of document.querySelectorAll("main *, header *, footer *, aside *")) {
    const box = e.getBoundingClientRect();
    if (box.width && box.right > most + 1 && !inside(e))
      found.push(e.tagName + "." + e.className + " " + Math.round(box.right));
  }
  return found.slice(0, 6);
}"""

UNREACHED = """() => [...document.querySelectorAll("main *")].filter((e) => {
  const flow = getComputedStyle(e).overflowX;
  return (flow === "auto" || flow === "scroll") && e.scrollWidth > e.clientWidth + 1
    && !["INPUT", "TEXTAREA", "SELECT", "PRE"].includes(e.tagName)
    && !(e.tabIndex === 0 && e.getAttribute("role") === "region"
      && (e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")));
}).map((e) => e.tagName + "." + e.className)"""
