"""Form = serializer = service: each edge sends the service its own keywords.

So a page and the API can both say `service(**data)`, and a rule has one home.
"""

from __future__ import annotations

import inspect

import pytest
from django import forms

from booking.desk.setup.address import AddressForm
from booking.desk.widget.forms import LookForm
from notifications.views.lost import LostForm
from tests.house.edge import Edge
from tests.house.edges import EDGES
from tests.house.sources import PACKAGES, files, imports_of, tree_of
from visavis.reports.pages import ScopeForm


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.edge.__name__)
def test_an_edge_has_the_keywords_of_its_service(edge: Edge) -> None:
    assert edge.fields() == edge.keywords()


def test_every_form_of_booking_is_compared() -> None:
    """But those that choose what is read and call no use case, and the one field that
    is two."""
    compared = {edge.edge for edge in EDGES}
    asking = {ScopeForm, AddressForm, LostForm, LookForm}
    assert set(forms.Form.__subclasses__()) & _ours() - asking <= compared


def _ours() -> set[type[forms.Form]]:
    return {
        form
        for form in forms.Form.__subclasses__()
        if form.__module__.split(".")[0] in PACKAGES
        # A base of others may have none.
        and form.base_fields
    }


def test_services_take_keywords_only() -> None:
    for edge in EDGES:
        kinds = {p.kind for p in inspect.signature(edge.service).parameters.values()}
        # `**details` of a typed dictionary are keywords, too.
        kinds.discard(inspect.Parameter.VAR_KEYWORD)
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}, edge.service.__name__


def test_services_know_no_request() -> None:
    for path in files(".py", folders=("booking/services", "booking/rota")):
        for found in imports_of(path):
            assert not found.target.startswith(("django.http", "rest_framework"))
        assert "request" not in {
            arg.arg
            for node in tree_of(path).body
            for arg in getattr(getattr(node, "args", None), "kwonlyargs", [])
        }
