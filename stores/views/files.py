"""Pictures that a brand shows to everybody."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stores.files.door import public_file, read_file

ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing that is opened by itself acts on nothing, whatever is in it."""


@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """GET `/files/<id>`: kept for a year, for another picture has another address. A
    file of another kind is not here, and neither is a brand's that is closed."""
    row = public_file(file_id)
    if row is None:
        raise Http404
    try:
        content = read_file(row)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type=row.content_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = ALONE
    return response
