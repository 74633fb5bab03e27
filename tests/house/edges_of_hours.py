"""Forms of hours and absences, each beside its use case; the rest is in `edges`."""

from __future__ import annotations

from booking.desk.hours.absence_forms import AbsenceForm
from booking.desk.hours.asked import RefusalForm
from booking.desk.hours.forms import ClosureForm, HolidaysForm
from booking.desk.hours.stretch_forms import StretchForm, WeeklyStretchForm
from booking.desk.leaving import LastDayForm
from booking.rota.absences import add_absence
from booking.rota.asked_absences import ask_absence, refuse_request
from booking.rota.closures import add_closure, add_public_holidays
from booking.rota.hours import Stretch, WeeklyStretch
from booking.rota.leaving import leave
from booking.staff.my_absences import AskForm
from tests.house.edge import Edge

DECIDED = {"decisions"}
"""What becomes of the visits beneath: fields named by the visit, in every such form."""

UNTIL = {"until": "minutes"}
ON_THE_CLOCK = {
    **dict.fromkeys(("first_day", "first_time"), "starts_at"),
    **dict.fromkeys(("last_day", "last_time"), "ends_at"),
}
"""A day and an hour on the store's clock are one instant."""

EDGES_OF_HOURS = [
    Edge(
        AbsenceForm,
        add_absence,
        found=DECIDED,
        renamed=ON_THE_CLOCK,
    ),
    Edge(
        AskForm,
        ask_absence,
        found={"agenda", "zone"},
        renamed=ON_THE_CLOCK,
    ),
    Edge(RefusalForm, refuse_request, found={"asked"}),
    Edge(StretchForm, Stretch, renamed=UNTIL, extra={"over_midnight"}),
    Edge(WeeklyStretchForm, WeeklyStretch, renamed=UNTIL, extra={"over_midnight"}),
    # A place is the brand, a region or a store of it.
    Edge(
        ClosureForm,
        add_closure,
        found=DECIDED | {"brand", "region"},
        renamed={"place": "store"},
    ),
    Edge(LastDayForm, leave, found=DECIDED | {"staff_member"}),
    Edge(HolidaysForm, add_public_holidays, found=DECIDED | {"stores"}),
]
