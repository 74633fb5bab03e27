"""Every column that can hold a person's words says when they go."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from stores.retention import Retention
from tests.house.sources import PACKAGES

OURS = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]
HOLDS_TEXT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
    ArrayField,
)


def texts_of(model: type[models.Model]) -> set[str]:
    """Columns whose content is not one of a few codes."""
    return {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, HOLDS_TEXT) and not field.choices
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_each_column_of_text_is_cleared_or_kept_on_purpose(
    model: type[models.Model],
) -> None:
    retention = getattr(model, "retention", Retention())
    cleared = {name for act in retention.erasures for name in act.clears}
    missing = texts_of(model) - cleared - set(retention.keeps)
    assert not missing, f"{model._meta.label}: {missing} declare nothing (retention)"
    columns = {field.name for field in model._meta.local_fields}
    assert cleared | set(retention.keeps) <= columns
    assert not cleared & set(retention.keeps)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_date_of_erasure_has_an_act_behind_it(model: type[models.Model]) -> None:
    dates = {f.name for f in model._meta.local_fields if "erase_after" in f.name}
    retention = getattr(model, "retention", Retention())
    acts = {act.after for act in retention.erasures}
    assert {name for name in dates if name != "erase_after_days"} <= acts
