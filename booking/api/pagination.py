"""Pages of lists in the API: from a key on, never by number.

The cursor is the signed key of the last row, so a page costs the same however far it
lies, rows that come or go meanwhile shift nothing, and nobody can make one up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core import signing
from django.utils.translation import gettext as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

SALT = "cursor"
USUAL, MOST = 50, 200
T = TypeVar("T")
Key = tuple[Any, ...]


class PageQuery(serializers.Serializer[Any]):
    """The number of rows (at most 200), and the row before: `next` of the last page."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=USUAL)
    cursor = serializers.CharField(required=False, max_length=600)

    def validate_cursor(self, text: str) -> Key:
        try:
            return tuple(signing.loads(text, salt=self.context["salt"]))
        except signing.BadSignature:
            raise serializers.ValidationError(_("This is no cursor of ours.")) from None


def page(
    request: Request,
    rows_after: Callable[[Key | None, int], Sequence[T]],
    key_of: Callable[[T], Key],
    shown: Callable[[Sequence[T]], Any],
) -> Response:
    """`{"next": address or null, "results": […]}`. `rows_after(key, count)` gives the
    rows after a key in the order of `key_of`; one more than a page tells whether there
    is another. 422 for a limit out of range, or a cursor that is not of this list."""
    salt = f"{SALT}:{request.path}"
    query = PageQuery(data=request.query_params, context={"salt": salt})
    query.is_valid(raise_exception=True)
    limit = query.validated_data["limit"]
    rows = rows_after(query.validated_data.get("cursor"), limit + 1)
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = signing.dumps(key_of(rows[-1]), salt=salt)
    return Response({"next": _address(request, following), "results": shown(rows)})


def rows_in(
    rows: Sequence[T], key_of: Callable[[T], Key]
) -> Callable[[Key | None, int], list[T]]:
    """`rows_after` of a list that is short and in memory anyhow."""

    def rows_after(key: Key | None, count: int) -> list[T]:
        after = [row for row in rows if key is None or key_of(row) > key]
        return sorted(after, key=key_of)[:count]

    return rows_after


def page_schema(of: type[serializers.BaseSerializer[Any]]) -> Any:
    """The shape of a page, for the description of the API."""
    name = of.__name__.removesuffix("Serializer").removesuffix("Document")
    return inline_serializer(
        name=f"{name}Page",
        fields={
            "next": serializers.URLField(allow_null=True),
            "results": of(many=True),
        },
    )


def _address(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
