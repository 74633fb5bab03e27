"""A file that is sent, what it would do, and the doing of it; and what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from kombu.exceptions import OperationalError

from booking.access import import_for_desk
from booking.desk.exchange import queries
from booking.desk.exchange.words import KINDS, column_name, said_of_file
from booking.desk.places.rights import for_leader, places_context
from booking.door import Handing, for_member, leads_brand
from booking.exchange.portions import SHEETS
from booking.exchange.runs import (
    ImportBusy,
    begin_inviting,
    begin_writing,
    check_again,
    start_import,
    stop_import,
)
from booking.exchange.sheets import lacking
from booking.exchange.undoing import NothingToUndo, start_undo
from booking.models import Import
from booking.tasks import go_on_with_imports
from stores.accounts.workplace import Workplace
from stores.errors import FileTooLarge, TableRefused
from stores.exchange.tables import written_csv
from stores.files.uploads import content_sent

MOST_BYTES = 16 * 2**20
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY

for_run = Handing("import_id", import_for_desk, leads_brand, for_member)


@require_http_methods(["GET", "POST"])
@for_leader
def imports(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST takes a file; the dry run begins at once."""
    refused, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            run = _start(request, workplace)
        except FileTooLarge:
            refused = _("The file is larger than 16 MB: send it in parts.")
        except TableRefused as refusal:
            refused = said_of_file(refusal.why, refusal.line)
        except ImportBusy:
            refused = _busy()
        else:
            return redirect("booking:import", run.pk)
        status = UNPROCESSABLE
    context = {
        **places_context(request, workplace),
        "page": "imports",
        "kinds": KINDS.items(),
        "kind": request.POST.get("kind", "people"),
        "refused": refused,
        "runs": [(run, queries.kind_of(run)) for run in queries.newest(workplace)],
    }
    page = "booking/desk/exchange/imports.html"
    return render(request, page, context, status=status)


def _busy() -> str:
    return _(
        "Another file of your brand is being checked or written. Wait for its end."
    )


def _start(request: HttpRequest, workplace: Workplace) -> Import:
    content = content_sent(request, "file", most=MOST_BYTES)
    if not content and "file" not in request.FILES:
        raise TableRefused("no_file")
    kind = request.POST.get("kind", "")
    if kind not in SHEETS:
        raise Http404
    sent = request.FILES.get("file")
    run = start_import(
        brand=workplace.brand,
        kind=kind,
        name=(sent.name if sent else "") or "",
        content=content,
        user=workplace.membership.user,
        now=timezone.now(),
    )
    _nudge()
    return run


def _nudge() -> None:
    """A worker looks by itself soon; without a broker that is all."""
    with suppress(OperationalError):
        go_on_with_imports.delay()


@require_safe
@for_run
def run_page(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    """Columns, the dry run, progress and result: whichever it is at."""
    context = {
        **places_context(request, workplace),
        "page": "imports",
        "columns": queries.columns_of(run),
        "left_out": queries.left_out_of(run),
        "choices": [(one, column_name(one)) for one in queries.names_of(run.kind)],
        "lacking": lacking(SHEETS[run.kind], run.columns),
        **_standing(request, run),
    }
    return render(request, "booking/desk/exchange/run.html", context)


def _standing(request: HttpRequest, run: Import) -> dict[str, Any]:
    counts = queries.counted(run)
    wanted = request.GET.get("rows", "")
    first = next((one for one in queries.STATES if counts[one]), "")
    state = wanted if wanted in queries.STATES else first
    return {
        "run": run,
        "kind": queries.kind_of(run),
        "counts": counts,
        "tabs": [(one, counts[one]) for one in queries.STATES],
        "state": state,
        "rows": queries.report_of(run, state) if state else [],
        "undone": queries.undone_by(run, timezone.now()),
        "waiting": queries.waiting_of(run),
        "due": counts["created"] + counts["changed"],
        "is_busy": run.state in Import.BUSY,
    }


@require_safe
@for_run
def progress(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    """The bar alone; a page whose import is over is told to reload."""
    context = {"run": run, "is_busy": run.state in Import.BUSY}
    response = render(request, "booking/desk/exchange/_progress.html", context)
    if not context["is_busy"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@for_run
def choose_columns(
    request: HttpRequest, workplace: Workplace, run: Import
) -> HttpResponse:
    """Gives each of the header one of the columns, or none; then a dry run."""
    known = queries.names_of(run.kind)
    chosen = [request.POST.get(f"column-{n}", "") for n in range(len(run.header))]
    chosen = [name if name in known else "" for name in chosen]
    named = [name for name in chosen if name]
    if len(set(named)) < len(named):
        messages.error(request, _("Two columns of the file cannot be the same one."))
    elif lacking(SHEETS[run.kind], chosen):
        messages.error(request, _("The key and the name need a column each."))
    else:
        _acted(request, lambda: check_again(run=run, columns=chosen))
    return redirect("booking:import", run.pk)


@require_POST
@for_run
def write(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    _acted(request, lambda: begin_writing(run=run))
    return redirect("booking:import", run.pk)


@require_POST
@for_run
def invite(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    _acted(request, lambda: begin_inviting(run=run))
    return redirect("booking:import", run.pk)


@require_POST
@for_run
def undo(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    """The opposite file, to be looked at first."""
    name = _("Taken back: %(name)s") % {"name": run.name}
    user = workplace.membership.user
    try:
        run = start_undo(run=run, name=name, user=user, now=timezone.now())
    except ImportBusy:
        messages.error(request, _busy())
    except NothingToUndo:
        words = _("Nothing of it can be taken back any more.")
        messages.error(request, words)
    else:
        _nudge()
    return redirect("booking:import", run.pk)


@require_POST
@for_run
def stop(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    stop_import(run=run)
    messages.success(request, _("It is stopped. What was written until then stays."))
    return redirect("booking:import", run.pk)


def _acted(request: HttpRequest, act: Callable[[], None]) -> None:
    try:
        act()
    except ImportBusy:
        messages.error(request, _busy())
    else:
        _nudge()


@require_safe
@for_run
def refused(request: HttpRequest, workplace: Workplace, run: Import) -> HttpResponse:
    """The refused rows, in the same columns and with the reason: a file to correct and
    send again."""
    lines = written_csv([*run.header, _("Reason")], iter(queries.refused_rows(run)))
    return _download("".join(lines).encode(), f"{run.kind}-{run.pk}.csv")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@for_leader
def export(
    request: HttpRequest, workplace: Workplace, exported_kind: str
) -> HttpResponse:
    """All of a kind as an import takes it; `?empty` for the columns alone."""
    sheet = SHEETS.get(exported_kind)
    if sheet is None:
        raise Http404
    names = queries.names_of(exported_kind)
    empty: Iterator[dict[str, str]] = iter(())
    found = empty if "empty" in request.GET else sheet.export(workplace.brand)
    rows = ([row.get(name, "") for name in names] for row in found)
    content = "".join(written_csv(names, rows)).encode()
    return _download(content, f"{workplace.brand.slug}-{exported_kind}.csv")
