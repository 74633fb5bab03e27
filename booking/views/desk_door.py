"""The door of the pages that change hours: an agenda or closure that the workplace
may not see is 404; who may see it but not change it is told so with 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from booking.access import agenda_for_desk
from booking.door import for_staff
from stores.access import Workplace
from stores.models import Agenda

P = ParamSpec("P")
AgendaView = Callable[Concatenate[HttpRequest, Workplace, Agenda, P], HttpResponse]


def for_agenda(view: AgendaView[P]) -> Callable[..., HttpResponse]:
    """Hands workplace and agenda to the view, for managers and admins."""

    @for_staff
    @wraps(view)
    def door(
        request: HttpRequest,
        workplace: Workplace,
        /,
        agenda_id: int,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> HttpResponse:
        agenda = agenda_for_desk(workplace, agenda_id)
        if not workplace.sees_whole_store:
            raise PermissionDenied
        return view(request, workplace, agenda, *args, **kwargs)

    return door
