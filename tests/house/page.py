"""A page as an assistive program meets it: elements, names, references."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("source", "track", "wbr", "use", "path"),
}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
ASIDE = {"btn-alt", "btn-quiet", "btn-warn", "btn-stop"}
"""Buttons of these styles do something beside what the form is for."""
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def named(self) -> bool:
        """Whether it has a name of its own: text, label, or a picture that has one."""
        a = self.attributes
        if a.get("aria-label") or a.get("aria-labelledby") or a.get("title"):
            return True
        return bool(self.text.strip()) or any(
            child.named() or child.attributes.get("alt") for child in self.children
        )

    def is_shown(self) -> bool:
        return "hidden" not in self.attributes and (
            self.parent is None or self.parent.is_shown()
        )

    def inside(self, tag: str) -> bool:
        return self.parent is not None and (
            self.parent.tag == tag or self.parent.inside(tag)
        )

    def closest(self, tag: str) -> Element | None:
        if self.parent is None or self.parent.tag == tag:
            return self.parent
        return self.parent.closest(tag)

    def submits(self) -> bool:
        usual = "submit" if self.tag == "button" else "text"
        return self.attributes.get("type", usual) in ("submit", "image")

    def is_main(self) -> bool:
        """Whether a submit button is what the form is for, by how it looks."""
        styles = set(self.attributes.get("class", "").split())
        return bool(styles & {"btn", "plate"}) and not styles & ASIDE

    @property
    def act(self) -> tuple[str | None, ...]:
        """What pressing this submit button adds to what the form sends, and where."""
        return tuple(self.attributes.get(n) for n in ("formaction", "name", "value"))


class Page(HTMLParser):
    """Reads a document; `faults()` says what would keep somebody out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        self.elements.append(element)
        if parent is not None:
            parent.children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def faults(self) -> list[str]:
        return [
            *self._frame_faults(),
            *self._id_faults(),
            *self._name_faults(),
            *self._field_faults(),
            *self._enter_faults(),
        ]

    def _frame_faults(self) -> list[str]:
        faults = []
        html = self.all("html")
        if not html or not html[0].attributes.get("lang"):
            faults.append("no language")
        if not any(title.text.strip() for title in self.all("title")):
            faults.append("no title")
        for tag in ("h1", "main"):
            shown = [element for element in self.all(tag) if element.is_shown()]
            if len(shown) != 1:
                faults.append(f"{len(shown)} {tag}")
        return faults

    def _id_faults(self) -> list[str]:
        ids = [e.attributes["id"] for e in self.elements if e.attributes.get("id")]
        faults = [f"id {name} twice" for name in {i for i in ids if ids.count(i) > 1}]
        for element in self.elements:
            for reference in REFERENCES:
                for name in element.attributes.get(reference, "").split():
                    if name not in ids:
                        faults.append(f"{element.tag} {reference}={name}: no such id")
        return faults

    def _name_faults(self) -> list[str]:
        return [
            f"{element.tag} without a name {element.attributes}"
            for element in self.all("a", "button", "summary")
            if "href" in element.attributes or element.tag != "a"
            if not element.named() and "hidden" not in element.attributes
        ] + [
            f"img without alt {image.attributes}"
            for image in self.all("img")
            if "alt" not in image.attributes
        ]

    def _field_faults(self) -> list[str]:
        labelled = {label.attributes.get("for") for label in self.all("label")}
        return [
            f"{element.tag} without a label {element.attributes}"
            for element in self.all("input", "select", "textarea")
            if element.attributes.get("type", "text") not in NEEDS_NO_LABEL
            and element.attributes.get("id") not in labelled
            and not element.inside("label")
            and not element.attributes.get("aria-label")
            and not element.attributes.get("aria-labelledby")
        ]

    def _enter_faults(self) -> list[str]:
        """Enter in a field presses the first submit button of its form, so that one
        must do what the form's one main button does."""
        faults = []
        for form in self.all("form"):
            mine = [e for e in self.all("input", "button") if self._form_of(e) is form]
            submits = [e for e in mine if e.submits()]
            fields = [
                e
                for e in mine
                if e.tag == "input"
                and e.attributes.get("type", "text") not in NEEDS_NO_LABEL
            ]
            if len(submits) < 2 or not fields:
                continue
            main = {e.act for e in submits if e.is_main()}
            if main != {submits[0].act}:
                faults.append(f"Enter does {submits[0].act}, the main button {main}")
        return faults

    def _form_of(self, element: Element) -> Element | None:
        name = element.attributes.get("form")
        if name:
            forms = (f for f in self.all("form") if f.attributes.get("id") == name)
            return next(forms, None)
        return element.closest("form")
