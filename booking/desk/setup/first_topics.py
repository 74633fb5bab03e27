"""Step three: what customers come for."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.desk.setup.queries import Progress
from booking.desk.setup.steps import for_step, step_context
from booking.desk.setup.topic_forms import (
    LABELS,
    TopicForm,
    forms_in,
    forms_of_pack,
    other_pack,
    with_own,
)
from booking.rota.moving_in import write_first_topics
from stores.accounts.workplace import Workplace
from stores.editing.packs import PACKS, pack_for
from stores.models import StoreKind

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "HEAD", "POST"])
@for_step(3)
def topics(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    """`do` is "save", "add" or "pack-<name>"; those two only change what is shown."""
    kind = progress.store.kind if progress.store else StoreKind.SHOP
    pack = request.POST.get("pack", "")
    pack = pack if pack in PACKS else pack_for(kind)
    there = {topic.slug for topic in progress.topics}
    if request.method != "POST":
        rows = forms_of_pack(pack, there=there)
        return _page(request, workplace, progress, rows, pack)
    rows, wish = forms_in(request.POST, there=there), request.POST.get("do", "save")
    chosen = wish.removeprefix("pack-")
    if chosen in PACKS:
        rows = other_pack(rows, chosen, there=there)
        return _page(request, workplace, progress, rows, chosen)
    if wish == "add":
        return _page(request, workplace, progress, with_own(rows), pack)
    return _save(request, workplace, progress, rows, pack)


def _save(
    request: HttpRequest,
    workplace: Workplace,
    progress: Progress,
    rows: list[TopicForm],
    pack: str,
) -> HttpResponse:
    refused = ""
    if all(row.is_valid() for row in rows):
        wanted = [topic for row in rows if (topic := row.topic()) is not None]
        if wanted or progress.topics:
            write_first_topics(brand=workplace.brand, topics=wanted, now=timezone.now())
            return redirect("booking:setup_colleague")
        refused = _("Tick one topic at least: customers choose one before an hour.")
    return _page(
        request, workplace, progress, rows, pack, refused=refused, status=REFUSED
    )


def _page(
    request: HttpRequest,
    workplace: Workplace,
    progress: Progress,
    rows: list[TopicForm],
    pack: str,
    *,
    refused: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **step_context(workplace, progress, 3),
        "rows": rows,
        "pack": pack,
        "packs": LABELS,
        "refused": refused,
        "is_remote": progress.store is not None and progress.store.is_remote,
    }
    return render(request, "booking/desk/setup/topics.html", context, status=status)
