"""The forms of a page, as a browser without script sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import resolve

from tests.house.page import Element, Page


@dataclass(frozen=True)
class SentForm:
    """One press of one button: where it goes, and what it carries."""

    path: str
    fields: dict[str, str]

    @property
    def route(self) -> str:
        return resolve(self.path.partition("?")[0]).view_name


def forms_on(html: str, address: str) -> list[SentForm]:
    """Every POST form of the page, once for each of its buttons."""
    page = Page(html)
    forms = [
        form
        for form in page.all("form")
        if form.attributes.get("method", "").lower() == "post"
    ]
    return [sent for form in forms for sent in _presses(page, form, address)]


def _presses(page: Page, form: Element, address: str) -> Iterator[SentForm]:
    own = [element for element in page.elements if _belongs(element, form)]
    fields: dict[str, str] = {}
    for element in own:
        fields |= _value_of(element, fields)
    buttons = [
        element
        for element in own
        if element.tag == "button"
        and element.attributes.get("type", "submit") == "submit"
    ]
    for button in buttons:
        wanted = button.attributes.get("formaction") or form.attributes.get("action")
        sent = dict(fields)
        if name := button.attributes.get("name"):
            sent[name] = button.attributes.get("value", "")
        yield SentForm(urljoin(address, wanted or address), sent)


def _belongs(element: Element, form: Element) -> bool:
    if named := element.attributes.get("form"):
        return named == form.attributes.get("id")
    return _is_within(element, form)


def _is_within(element: Element, form: Element) -> bool:
    parent = element.parent
    return parent is not None and (parent is form or _is_within(parent, form))


def _value_of(element: Element, known: dict[str, str]) -> dict[str, str]:
    """The first of several radios and options, unless one is chosen."""
    name, kind = element.attributes.get("name"), element.attributes.get("type", "text")
    chosen = "checked" in element.attributes
    if element.tag == "textarea" and name:
        return {name: element.text}
    if element.tag == "select" and name:
        options = [child for child in element.children if child.tag == "option"]
        marked = [one for one in options if "selected" in one.attributes] or options
        return {name: marked[0].attributes.get("value", "")} if marked else {}
    if element.tag != "input" or not name:
        return {}
    if kind == "checkbox" and not chosen:
        return {}
    if kind == "radio" and name in known and not chosen:
        return {}
    return {name: element.attributes.get("value", "on" if chosen else "")}


def copy_of(client: Client) -> Client:
    """The same browser, with the cookies that it has now."""
    copy = Client(headers={"accept-language": "en"})
    for name, kept in client.cookies.items():
        copy.cookies[name] = kept.value
    return copy


def answer_to(client: Client, path: str, fields: dict[str, str]) -> tuple[Any, ...]:
    """Status, where it leads, and the sentences that are read there."""
    response = client.post(path, fields)
    said = [str(one) for one in get_messages(response.wsgi_request)]
    return response.status_code, response.headers.get("Location"), said
