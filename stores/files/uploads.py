"""A limit to files that a form sends: refused at its size, before it lies on a disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from stores.errors import FileTooLarge

MOST_SENT = 38 * 2**20
"""Bytes of all files of one form: three photographs of 12 MiB. The proxy's
`client_max_body_size` leaves a little more, for the other fields."""
_TOO_LARGE = "sent_too_much"


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers and ends the reading at `MOST_SENT`. The
    fields before the file, the form's token among them, are read."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._sent = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._sent += len(raw_data)
        if self._sent > MOST_SENT:
            setattr(self.request, _TOO_LARGE, True)
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None


def content_sent(request: HttpRequest, field: str, *, most: int = MOST_SENT) -> bytes:
    """The content of the file in a form's field, empty where none was chosen. Raises
    FileTooLarge."""
    sent = request.FILES.get(field)
    size = 0 if sent is None else sent.size or 0
    if getattr(request, _TOO_LARGE, False) or size > most:
        raise FileTooLarge
    return b"" if sent is None else sent.read()


def files_sent(request: HttpRequest, field: str) -> list[Any]:
    """The files that were chosen in a field that takes several. Raises FileTooLarge
    where all together are; of one that is, the reader says so."""
    if getattr(request, _TOO_LARGE, False):
        raise FileTooLarge
    return list(request.FILES.getlist(field))
